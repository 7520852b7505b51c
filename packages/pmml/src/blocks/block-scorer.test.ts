import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BatchResult } from '../index.js';
import { loadPmmlSync } from '../index.js';
import type { Random } from '../testing/random-model.js';
import { randomSource } from '../testing/random-model.js';
import { BlockScorer } from './block-scorer.js';

const DICTIONARY = `<DataDictionary>
<DataField name="a" optype="continuous" dataType="double"/>
<DataField name="f" optype="continuous" dataType="float"/>
<DataField name="n" optype="continuous" dataType="integer"/>
<DataField name="r" optype="continuous" dataType="double"><Interval closure="closedClosed" leftMargin="-5" rightMargin="5"/></DataField>
<DataField name="m" optype="continuous" dataType="double"/>
<DataField name="o" optype="continuous" dataType="double"/>
<DataField name="c" optype="categorical" dataType="string"><Value value="u"/><Value value="v"/><Value value="w"/></DataField>
<DataField name="t" optype="categorical" dataType="string"/>
<DataField name="y" optype="categorical" dataType="string"><Value value="no"/><Value value="yes"/></DataField>
<DataField name="z" optype="continuous" dataType="double"/>
</DataDictionary>`;
const NUMBERS = ['a', 'f', 'n', 'r', 'm', 'o'];

const schema = (target: string): string => `<MiningSchema>
<MiningField name="a"/><MiningField name="f"/><MiningField name="n"/>
<MiningField name="r" invalidValueTreatment="returnInvalid"/><MiningField name="m" missingValueReplacement="0.25"/>
<MiningField name="o" outliers="asExtremeValues" lowValue="-1" highValue="1"/>
<MiningField name="c" invalidValueTreatment="asMissing"/><MiningField name="t"/>
<MiningField name="${target}" usageType="target"/></MiningSchema>`;

/** With an output that needs the frame of its row, a model is scored row by row. */
const ROW_BY_ROW =
  '<OutputField name="extra" feature="transformedValue" dataType="double" isFinalResult="false"><Constant>1</Constant></OutputField>';
const CLASS_OUTPUTS =
  '<OutputField name="p_no" feature="probability" value="no"/><OutputField name="p_yes" feature="probability" value="yes"/><OutputField name="p_other" feature="probability" value="other"/><OutputField name="label" feature="predictedValue"/>';

const weight = (random: Random): string => String(Math.round((random() - 0.5) * 400) / 100);
const many = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');

function table(random: Random, category: string): string {
  const numeric = NUMBERS.map(
    (name) =>
      `<NumericPredictor name="${name}" coefficient="${weight(random)}" exponent="${random() < 0.2 ? 2 : 1}"/>`,
  ).join('');
  const categories = ['u', 'v'].map(
    (value) => `<CategoricalPredictor name="c" value="${value}" coefficient="${weight(random)}"/>`,
  );
  return `<RegressionTable intercept="${weight(random)}" ${category}>${numeric}${categories.join('')}<CategoricalPredictor name="t" value="x1" coefficient="2"/></RegressionTable>`;
}

type Make = (random: Random, output: string) => string;

const MODELS: Record<string, Make> = {
  regression: (random, output) =>
    `<RegressionModel functionName="regression" normalizationMethod="${random() < 0.5 ? 'none' : 'exp'}">${schema('z')}<Output><OutputField name="out" feature="predictedValue"/>${output}</Output>${table(random, '')}</RegressionModel>`,
  'logistic regression': (random, output) =>
    `<RegressionModel functionName="classification" normalizationMethod="${['logit', 'softmax', 'none', 'simplemax', 'cauchit'][Math.floor(random() * 5)]}">${schema('y')}<Output>${CLASS_OUTPUTS}${output}</Output>${table(random, 'targetCategory="yes"')}${table(random, 'targetCategory="no"')}</RegressionModel>`,
  tree: (random, output) => {
    const node = (depth: number, id: string, predicate: string): string => {
      const leaf = depth === 0 || random() < 0.1;
      const yes = Math.floor(random() * 20);
      const shares = `<ScoreDistribution value="no" recordCount="${20 - yes}"/><ScoreDistribution value="yes" recordCount="${yes}"/>`;
      const field = [...NUMBERS, 'c'][Math.floor(random() * (random() < 0.5 ? 6 : 7))] as string;
      const limit = weight(random);
      const tests =
        field === 'c'
          ? ['equal', 'notEqual'].map((o) => `<SimplePredicate field="c" operator="${o}" value="u"/>`)
          : ['lessOrEqual', 'greaterThan'].map(
              (o) => `<SimplePredicate field="${field}" operator="${o}" value="${limit}"/>`,
            );
      const children = leaf ? '' : tests.map((t, i) => node(depth - 1, `${id}${i}`, t)).join('');
      const fallback = leaf || random() < 0.1 ? '' : ` defaultChild="${id}0"`;
      return `<Node id="${id}" score="${yes > 10 ? 'yes' : 'no'}"${fallback}>${predicate}${shares}${children}</Node>`;
    };
    const strategy = ['none', 'lastPrediction', 'nullPrediction', 'defaultChild'][Math.floor(random() * 4)];
    return `<TreeModel functionName="classification" missingValueStrategy="${strategy}">${schema('y')}<Output>${CLASS_OUTPUTS}<OutputField name="sure" feature="confidence"/>${output}</Output>${node(5, 'n', '<True/>')}</TreeModel>`;
  },
  scorecard: (random, output) => {
    const characteristic = (i: number): string => {
      const field = NUMBERS[i % NUMBERS.length];
      const cuts = Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () => Math.round(random() * 60 - 30) / 10,
      ).sort((x, y) => x - y);
      const code = i < 4 ? `R${i}` : 'R0';
      const attributes = cuts.map(
        (cut) =>
          `<Attribute partialScore="${Math.floor(random() * 40)}"><SimplePredicate field="${field}" operator="${random() < 0.5 ? 'lessThan' : 'lessOrEqual'}" value="${cut}"/></Attribute>`,
      );
      const rest = [
        `<Attribute partialScore="3" reasonCode="MISSING"><SimplePredicate field="${field}" operator="isMissing"/></Attribute>`,
        `<Attribute partialScore="5"><CompoundPredicate booleanOperator="and"><SimplePredicate field="c" operator="equal" value="u"/><SimplePredicate field="${field}" operator="greaterThan" value="2"/></CompoundPredicate></Attribute>`,
        random() < 0.7 ? '<Attribute partialScore="7"><True/></Attribute>' : '',
      ].filter(() => random() < 0.7);
      return `<Characteristic name="c${i}" reasonCode="${code}" baselineScore="15">${attributes.join('')}${rest.join('')}</Characteristic>`;
    };
    return `<Scorecard functionName="regression" initialScore="3" reasonCodeAlgorithm="${random() < 0.5 ? 'pointsAbove' : 'pointsBelow'}">${schema('z')}<Output><OutputField name="score" feature="predictedValue"/><OutputField name="first" feature="reasonCode" rank="1"/><OutputField name="third" feature="reasonCode" rank="3"/>${output}</Output><Characteristics>${many(6, characteristic)}</Characteristics></Scorecard>`;
  },
  'neural network': (random, output) => {
    const inputs = NUMBERS.map(
      (name, i) =>
        `<NeuralInput id="i${i}"><DerivedField optype="continuous" dataType="double"><FieldRef field="${name}"/></DerivedField></NeuralInput>`,
    );
    const neuron = (id: string, from: string, count: number): string =>
      `<Neuron id="${id}" bias="${weight(random)}">${many(count, (i) => (from === 'i' && random() < 0.05 ? '' : `<Con from="${from}${i}" weight="${weight(random)}"/>`))}</Neuron>`;
    const outputs = ['no', 'yes'].map(
      (c, i) =>
        `<NeuralOutput outputNeuron="o${i}"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="y" value="${c}"/></DerivedField></NeuralOutput>`,
    );
    const hidden = 1 + Math.floor(random() * 11);
    return `<NeuralNetwork functionName="classification" activationFunction="${random() < 0.5 ? 'tanh' : 'rectifier'}" normalizationMethod="${random() < 0.5 ? 'softmax' : 'none'}">${schema('y')}<Output>${CLASS_OUTPUTS}${output}</Output><NeuralInputs>${inputs.join('')}</NeuralInputs><NeuralLayer>${many(hidden, (j) => neuron(`h${j}`, 'i', 6))}</NeuralLayer><NeuralLayer activationFunction="identity">${many(2, (j) => neuron(`o${j}`, 'h', hidden))}</NeuralLayer><NeuralOutputs>${outputs.join('')}</NeuralOutputs></NeuralNetwork>`;
  },
  'support vector machine': (random, output) => {
    const scale = random() < 0.3 ? 1e6 : 1;
    const count = 1 + Math.floor(random() * 9);
    const vectors = many(
      count,
      (i) =>
        `<VectorInstance id="v${i}"><Array type="real" n="6">${NUMBERS.map(() => Number(weight(random)) * scale).join(' ')}</Array></VectorInstance>`,
    );
    const kernel =
      random() < 0.6
        ? '<RadialBasisKernelType gamma="0.2"/>'
        : '<PolynomialKernelType gamma="0.1" coef0="1" degree="2"/>';
    return `<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne">${schema('y')}<Output>${CLASS_OUTPUTS}${output}</Output>${kernel}<VectorDictionary><VectorFields>${NUMBERS.map((name) => `<FieldRef field="${name}"/>`).join('')}</VectorFields>${vectors}</VectorDictionary><SupportVectorMachine targetCategory="yes" alternateTargetCategory="no"><SupportVectors>${many(count, (i) => `<SupportVector vectorId="v${i}"/>`)}</SupportVectors><Coefficients absoluteValue="${weight(random)}">${many(count, () => `<Coefficient value="${weight(random)}"/>`)}</Coefficients></SupportVectorMachine></SupportVectorMachineModel>`;
  },
};

const ODD = [
  null,
  undefined,
  Number.NaN,
  Infinity,
  -Infinity,
  '',
  '1.5',
  'what',
  true,
  [1, 2],
  {},
  1e300,
  2.5,
  -0,
];

function record(random: Random): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const clean = random() < 0.6;
  for (const name of NUMBERS) {
    if (!clean && random() < 0.08) continue;
    row[name] = name === 'n' ? Math.floor(random() * 9 - 4) : (random() - 0.5) * (clean ? 8 : 14);
    if (!clean && random() < 0.08) row[name] = ODD[Math.floor(random() * ODD.length)];
  }
  row.c = ['u', 'v', 'w'][Math.floor(random() * 3)];
  row.t = `x${Math.floor(random() * 40)}`;
  if (!clean && random() < 0.2) row.c = ['violet', null, 7, ['u']][Math.floor(random() * 4)];
  return row;
}

const outcome = (result: BatchResult): unknown =>
  result.ok
    ? result.value
    : { field: result.error.field, code: result.error.code, message: result.error.message };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('rows scored in blocks', () => {
  test.each(Object.entries(MODELS))('answer like rows scored one by one: %s', (_, make) => {
    const score = vi.spyOn(BlockScorer.prototype, 'score');
    let answered = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const document = (output: string): string =>
        `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>${DICTIONARY}${make(randomSource(seed), output)}</PMML>`;
      const options = { results: 'all', defaultFill: seed % 4 === 0 } as const;
      const blocks = loadPmmlSync(document(''), options);
      const rows = loadPmmlSync(document(ROW_BY_ROW), options);
      const random = randomSource(seed * 31);
      const records = Array.from({ length: 150 }, () => record(random));
      score.mockClear();
      const expected = rows.predictBatch(records).map((result) => {
        if (result.ok) delete result.value.extra;
        return outcome(result);
      });
      expect(score).not.toHaveBeenCalled();
      const actual = blocks.predictBatch(records);
      expect(score).toHaveBeenCalledTimes(3);
      actual.forEach((result, i) => {
        expect(outcome(result), `seed ${seed}, ${JSON.stringify(records[i])}`).toEqual(expected[i]);
        if (result.ok) answered++;
      });
      for (let i = 0; i < 40; i++) {
        const [single] = blocks.predictBatch([records[i] as Record<string, unknown>]);
        expect(outcome(single as BatchResult)).toEqual(expected[i]);
      }
    }
    expect(answered).toBeGreaterThan(500);
  });

  test('do not depend on what was scored before them', () => {
    const model = loadPmmlSync(
      `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>${DICTIONARY}${MODELS.tree?.(randomSource(3), '')}</PMML>`,
    );
    const random = randomSource(9);
    const records = Array.from({ length: 300 }, () => record(random));
    const forwards = model.predictBatch(records).map(outcome);
    const backwards = model.predictBatch([...records].reverse()).map(outcome);
    expect(backwards.reverse()).toEqual(forwards);
  });

  test('a record that is null is an empty one', () => {
    const model = loadPmmlSync(
      `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>${DICTIONARY}${MODELS.regression?.(randomSource(3), '')}</PMML>`,
      { defaultFill: true },
    );
    const rows = [null, {}] as unknown as Record<string, unknown>[];
    const [first, second] = model.predictBatch(rows).map(outcome);
    expect(first).toEqual(second);
  });
});
