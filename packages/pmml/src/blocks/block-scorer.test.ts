import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadPmmlSync } from '../index.js';
import {
  blockDocument,
  CLASS_OUTPUTS,
  expectBlocksLikeRows,
  type Make,
  many,
  NUMBERS,
  outcome,
  record,
  schema,
  weight,
} from '../testing/block-models.js';
import type { Random } from '../testing/random-model.js';
import { randomSource } from '../testing/random-model.js';

function table(random: Random, category: string): string {
  const numeric = NUMBERS.map(
    (name) =>
      `<NumericPredictor name="${name}" coefficient="${weight(random)}" exponent="${random() < 0.2 ? 2 : 1}"/>`,
  ).join('');
  const categories = ['u', 'v'].map(
    (value) => `<CategoricalPredictor name="c" value="${value}" coefficient="${weight(random)}"/>`,
  );
  return `<RegressionTable intercept="${weight(random)}" ${category}>${numeric}${categories.join('')}<CategoricalPredictor name="t" value="x1" coefficient="2"/>${random() < 0.3 ? `<PredictorTerm coefficient="${weight(random)}"><FieldRef field="a"/><FieldRef field="o"/></PredictorTerm>` : ''}</RegressionTable>`;
}

const math = (random: Random): string => (random() < 0.4 ? ' x-mathContext="float"' : '');

const MODELS: Record<string, Make> = {
  regression: (random, output) =>
    `<RegressionModel functionName="regression" normalizationMethod="${random() < 0.5 ? 'none' : 'exp'}"${math(random)}>${schema('z')}<Output><OutputField name="out" feature="predictedValue"/>${output}</Output>${table(random, '')}</RegressionModel>`,
  'logistic regression': (random, output) =>
    `<RegressionModel functionName="classification" normalizationMethod="${['logit', 'softmax', 'none', 'simplemax', 'cauchit'][Math.floor(random() * 5)]}"${math(random)}>${schema('y')}<Output>${CLASS_OUTPUTS}${output}</Output>${table(random, 'targetCategory="yes"')}${table(random, 'targetCategory="no"')}</RegressionModel>`,
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

afterEach(() => {
  vi.restoreAllMocks();
});

describe('rows scored in blocks', () => {
  test.each(Object.entries(MODELS))('answer like rows scored one by one: %s', (_, make) => {
    expectBlocksLikeRows(make);
  });

  test('do not depend on what was scored before them', () => {
    const model = loadPmmlSync(blockDocument(MODELS.tree?.(randomSource(3), '') ?? ''));
    const random = randomSource(9);
    const records = Array.from({ length: 300 }, () => record(random));
    const forwards = model.predictBatch(records).map(outcome);
    const backwards = model.predictBatch([...records].reverse()).map(outcome);
    expect(backwards.reverse()).toEqual(forwards);
  });

  test('a record that is null is an empty one', () => {
    const model = loadPmmlSync(blockDocument(MODELS.regression?.(randomSource(3), '') ?? ''), {
      defaultFill: true,
    });
    const rows = [null, {}] as unknown as Record<string, unknown>[];
    const [first, second] = model.predictBatch(rows).map(outcome);
    expect(first).toEqual(second);
  });
});
