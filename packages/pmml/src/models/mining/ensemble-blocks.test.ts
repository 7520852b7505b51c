import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import {
  blockDocument,
  CLASS_OUTPUTS,
  expectBlocksLikeRows,
  type Make,
  many,
  NUMBERS,
  schema,
  weight,
} from '../../testing/block-models.js';
import type { Random } from '../../testing/random-model.js';

/** `<MiningSchema>` of a model inside: what it reads it has from around it. */
const INNER = `<MiningSchema>${[...NUMBERS, 'c'].map((n) => `<MiningField name="${n}"/>`).join('')}</MiningSchema>`;
const STRATEGIES = ['none', 'lastPrediction', 'nullPrediction', 'defaultChild'];

/** A tree over numbers and, with `sets`, categories; sometimes without an answer for a row. */
function tree(random: Random, kind: 'classification' | 'regression', sets: boolean, math = ''): string {
  const strategy = STRATEGIES[Math.floor(random() * STRATEGIES.length)];
  const node = (depth: number, id: string, predicate: string): string => {
    const leaf = depth === 0 || random() < 0.15;
    const yes = Math.floor(random() * 20);
    const shares = `<ScoreDistribution value="no" recordCount="${20 - yes}"/><ScoreDistribution value="yes" recordCount="${yes}"/>`;
    const score = kind === 'regression' ? weight(random) : yes > 10 ? 'yes' : 'no';
    const limit = weight(random);
    const field = NUMBERS[Math.floor(random() * NUMBERS.length)];
    const tests =
      sets && random() < 0.3
        ? ['isIn', 'isNotIn'].map(
            (o) =>
              `<SimpleSetPredicate field="c" booleanOperator="${o}"><Array type="string" n="2">u w</Array></SimpleSetPredicate>`,
          )
        : ['lessThan', 'greaterOrEqual'].map(
            (o) => `<SimplePredicate field="${field}" operator="${o}" value="${limit}"/>`,
          );
    const children = leaf ? '' : tests.map((t, i) => node(depth - 1, `${id}${i}`, t)).join('');
    const fallback = leaf || random() < 0.1 ? '' : ` defaultChild="${id}${random() < 0.5 ? 0 : 1}"`;
    return `<Node id="${id}" score="${score}"${fallback}>${predicate}${kind === 'regression' ? '' : shares}${children}</Node>`;
  };
  return `<TreeModel functionName="${kind}" missingValueStrategy="${strategy}"${math}>${INNER}${node(1 + Math.floor(random() * 6), 'n', '<True/>')}</TreeModel>`;
}

/** Holds for every row, but is no plain True: an ensemble with it runs segment by segment. */
const ALWAYS = '<CompoundPredicate booleanOperator="or"><True/><False/></CompoundPredicate>';

/** Segments of trees; those that `rows` are scored with are not pooled either. */
function segments(random: Random, rows: string, make: (i: number) => string): string {
  const predicate = rows === '' ? '<True/>' : ALWAYS;
  return many(1 + Math.floor(random() * 12), (i) => {
    const share = (1 + Math.floor(random() * 30)) / 10;
    return `<Segment id="s${i}" weight="${share}">${predicate}${make(i)}</Segment>`;
  });
}

function ensemble(method: string, kind: 'classification' | 'regression', sets = false): Make {
  return (random, output) => {
    const own = kind === 'regression' ? '<OutputField name="out" feature="predictedValue"/>' : CLASS_OUTPUTS;
    const math = kind === 'regression' && random() < 0.3 ? ' x-mathContext="float"' : '';
    return `<MiningModel functionName="${kind}"${math}>${schema(kind === 'regression' ? 'z' : 'y')}<Output>${own}${output}</Output><Segmentation multipleModelMethod="${method}">${segments(random, output, () => tree(random, kind, sets))}</Segmentation></MiningModel>`;
  };
}

/** The same, where the models inside treat values anew. */
const TREATED = INNER.replace('name="a"', 'name="a" missingValueReplacement="1.5"')
  .replace('name="n"', 'name="n" outliers="asExtremeValues" lowValue="-2" highValue="2"')
  .replace('name="o"', 'name="o" outliers="asMissingValues" lowValue="-0.5" highValue="0.5"')
  .replace('name="c"', 'name="c" missingValueReplacement="w"');
const treated =
  (make: Make): Make =>
  (random, output) =>
    make(random, output).replaceAll(INNER, TREATED);

/** `Targets` of a prediction that is rescaled, bounded, rounded, and sometimes replaced where it is missing. */
function targets(random: Random): string {
  const pick = (texts: readonly string[]): string => texts[Math.floor(random() * texts.length)] as string;
  const attributes = [
    pick(['', ` rescaleConstant="${weight(random)}"`]),
    pick(['', ` rescaleFactor="${weight(random)}"`, ' rescaleFactor="0"']),
    pick(['', '', ' castInteger="round"', ' castInteger="ceiling"', ' castInteger="floor"']),
    pick(['', '', ' min="-1"', ' max="1.5"', ' min="-2" max="2"']),
  ].join('');
  return `<Targets><Target${attributes}>${pick(['', '<TargetValue defaultValue="0.5"/>'])}</Target></Targets>`;
}

/** An ensemble whose sum is a float, is rescaled, or both. */
const rescaled: Make = (random, output) => {
  const [target, type] = random() < 0.5 ? ['s', 'double'] : ['z', random() < 0.5 ? 'float' : 'double'];
  const math = random() < 0.5 ? ' x-mathContext="float"' : '';
  const method = random() < 0.5 ? 'sum' : 'average';
  const own = `<OutputField name="out" feature="predictedValue" dataType="${type}"/>`;
  return `<MiningModel functionName="regression"${math}>${schema(target as string)}<Output>${own}${output}</Output>${targets(random)}<Segmentation multipleModelMethod="${method}">${segments(random, output, () => tree(random, 'regression', false, math))}</Segmentation></MiningModel>`;
};

/** One tree, whose prediction may be missing, and so takes a default or prior probabilities. */
const adjusted: Make = (random, output) => {
  const regression = random() < 0.5;
  const one = tree(random, regression ? 'regression' : 'classification', true);
  const prior =
    '<Targets><Target field="y"><TargetValue value="no" priorProbability="0.3"/><TargetValue value="yes" priorProbability="0.7"/></Target></Targets>';
  const own = regression ? '<OutputField name="out" feature="predictedValue"/>' : CLASS_OUTPUTS;
  const head = `${schema(regression ? 'z' : 'y')}<Output>${own}${output}</Output>${regression ? targets(random) : prior}`;
  return one.replace(INNER, head);
};

/** What boosting tools write: a sum of trees, whose margin a regression turns into probabilities. */
const boosted: Make = (random, output) => {
  const math = random() < 0.5 ? ' x-mathContext="float"' : '';
  const type = random() < 0.5 ? 'float' : 'double';
  const margin = `<Output><OutputField name="margin" dataType="${type}" feature="predictedValue" isFinalResult="false"/></Output>`;
  const start = random() < 0.5 ? targets(random) : '';
  const trees = `<MiningModel functionName="regression"${math}>${INNER}${margin}${start}<Segmentation multipleModelMethod="sum">${segments(random, output, () => tree(random, 'regression', false, math))}</Segmentation></MiningModel>`;
  const link = `<RegressionModel functionName="classification" normalizationMethod="logit"${math}><MiningSchema><MiningField name="margin"/><MiningField name="a"/><MiningField name="y" usageType="target"/></MiningSchema><Output>${CLASS_OUTPUTS}</Output><RegressionTable intercept="0.1" targetCategory="yes"><NumericPredictor name="margin" coefficient="0.7"/><NumericPredictor name="a" coefficient="0.2"/></RegressionTable><RegressionTable intercept="0" targetCategory="no"/></RegressionModel>`;
  const own = output === '' ? '' : `<Output>${output}</Output>`;
  return `<MiningModel functionName="classification">${schema('y')}${own}<Segmentation multipleModelMethod="modelChain"><Segment id="1"><True/>${trees}</Segment><Segment id="2"><True/>${link}</Segment></Segmentation></MiningModel>`;
};

/** A number that an output computes of another one, and sometimes of a field. */
function computed(random: Random, name: string, of: string): string {
  const type = random() < 0.5 ? 'float' : 'double';
  const other =
    random() < 0.5
      ? '<Constant dataType="double">0.5</Constant>'
      : `<FieldRef field="${NUMBERS[Math.floor(random() * 6)]}"/>`;
  const apply = ['+', '/', '*'][Math.floor(random() * 3)];
  return `<OutputField name="${name}" feature="transformedValue" dataType="${type}"><Apply function="${apply}"><FieldRef field="${of}"/>${other}</Apply></OutputField>`;
}

/** A prediction that outputs compute on, here and in the step after it. */
const shifted: Make = (random, output) => {
  const own = `<Output><OutputField name="margin" feature="predictedValue"/>${computed(random, 'p', 'margin')}${computed(random, 'q', 'p')}</Output>`;
  const trees = `<MiningModel functionName="regression">${INNER}${own}${targets(random)}<Segmentation multipleModelMethod="sum">${segments(random, output, () => tree(random, 'regression', false))}</Segmentation></MiningModel>`;
  const last = `<RegressionModel functionName="regression"><MiningSchema><MiningField name="q"/><MiningField name="z" usageType="target"/></MiningSchema><Output><OutputField name="out" feature="predictedValue"/>${computed(random, 'end', 'out')}${computed(random, 'same', 'out')}</Output><RegressionTable intercept="0.1"><NumericPredictor name="q" coefficient="0.7"/></RegressionTable></RegressionModel>`;
  const outer = (random() < 0.5 ? computed(random, 'all', 'end') : '') + output;
  return `<MiningModel functionName="regression">${schema('z')}${outer === '' ? '' : `<Output>${outer}</Output>`}<Segmentation multipleModelMethod="modelChain"><Segment id="1"><True/>${trees}</Segment><Segment id="2"><True/>${last}</Segment></Segmentation></MiningModel>`;
};

/** What a tree answers by tables goes into the next step: a category, its probability, a number. */
const decided: Make = (random, output) => {
  const first = tree(random, 'classification', true).replace(
    INNER,
    `${INNER.replace('</Mining', '<MiningField name="y" usageType="target"/></Mining')}<Output><OutputField name="label" feature="predictedValue"/><OutputField name="p" feature="probability" value="yes"/></Output>`,
  );
  const second = tree(random, 'regression', false).replace(
    INNER,
    `${INNER}<Output><OutputField name="v" feature="predictedValue"/></Output>`,
  );
  const local =
    '<LocalTransformations><DerivedField name="is" optype="continuous" dataType="double"><NormDiscrete field="label" value="yes"/></DerivedField><DerivedField name="as" optype="continuous" dataType="double"><MapValues outputColumn="o" dataType="double"><FieldColumnPair field="label" column="i"/><InlineTable><row><i>yes</i><o>2</o></row><row><i>no</i><o>3</o></row></InlineTable></MapValues></DerivedField></LocalTransformations>';
  const numbers = ['p', 'v', 'is', 'as'].map(
    (n) => `<NumericPredictor name="${n}" coefficient="${weight(random)}"/>`,
  );
  const last = `<RegressionModel functionName="regression"><MiningSchema><MiningField name="label"/><MiningField name="p"/><MiningField name="v"/><MiningField name="z" usageType="target"/></MiningSchema><Output><OutputField name="out" feature="predictedValue"/></Output>${local}<RegressionTable intercept="0.1">${numbers.join('')}<CategoricalPredictor name="label" value="yes" coefficient="3"/></RegressionTable></RegressionModel>`;
  const own = output === '' ? '' : `<Output>${output}</Output>`;
  const treatment = random() < 0.5 ? ' missingPredictionTreatment="returnMissing"' : '';
  return `<MiningModel functionName="regression">${schema('z')}${own}<Segmentation multipleModelMethod="modelChain"${treatment}><Segment id="1"><True/>${first}</Segment><Segment id="2"><True/>${second}</Segment><Segment id="3"><True/>${last}</Segment></Segmentation></MiningModel>`;
};

/** A predicate that some rows have and others have not. */
function some(random: Random): string {
  const field = NUMBERS[Math.floor(random() * NUMBERS.length)];
  const texts = [
    '<True/>',
    `<SimplePredicate field="${field}" operator="lessThan" value="${weight(random)}"/>`,
    '<SimplePredicate field="c" operator="notEqual" value="u"/>',
    '<SimpleSetPredicate field="c" booleanOperator="isIn"><Array type="string" n="2">u w</Array></SimpleSetPredicate>',
    `<CompoundPredicate booleanOperator="or"><SimplePredicate field="c" operator="equal" value="v"/><SimplePredicate field="${field}" operator="greaterThan" value="0"/></CompoundPredicate>`,
  ];
  return texts[Math.floor(random() * texts.length)] as string;
}

/** A model of any kind, with outputs of its own where `outputs`. */
function any(random: Random, kind: 'classification' | 'regression', outputs: boolean): string {
  const regression = kind === 'regression';
  const target = `<MiningField name="${regression ? 'z' : 'y'}" usageType="target"/>`;
  const own = regression ? '<OutputField name="part" feature="predictedValue"/>' : CLASS_OUTPUTS;
  const head = `${INNER.replace('</Mining', `${target}</Mining`)}${outputs ? `<Output>${own}</Output>` : ''}`;
  if (random() < 0.5) return tree(random, kind, true).replace(INNER, head);
  const table = (category: string): string =>
    `<RegressionTable intercept="${weight(random)}"${category}><NumericPredictor name="a" coefficient="${weight(random)}"/><CategoricalPredictor name="c" value="u" coefficient="1"/></RegressionTable>`;
  const tables = regression ? table('') : table(' targetCategory="yes"') + table(' targetCategory="no"');
  return `<RegressionModel functionName="${kind}"${regression ? '' : ' normalizationMethod="softmax"'}>${head}${tables}</RegressionModel>`;
}

/** Segments of several kinds, each of which takes part in some rows. */
function mixed(method: string, kind: 'classification' | 'regression'): Make {
  return (random, output) => {
    const selects = method === 'selectFirst';
    const outputs = random() < 0.5;
    const parts = many(1 + Math.floor(random() * 5), (i) => {
      const share = (1 + Math.floor(random() * 30)) / 10;
      return `<Segment id="s${i}" weight="${share}">${some(random)}${any(random, kind, outputs)}</Segment>`;
    });
    const own = kind === 'regression' ? '<OutputField name="out" feature="predictedValue"/>' : CLASS_OUTPUTS;
    const id = selects && !outputs ? '<OutputField name="id" feature="entityId"/>' : '';
    const all = selects && outputs ? output : own + id + output;
    const treatment = [
      '',
      ' missingPredictionTreatment="skipSegment"',
      ' missingPredictionTreatment="returnMissing"',
    ];
    const missing = treatment[Math.floor(random() * treatment.length)];
    const single = random() < 0.3 ? ' x-mathContext="float"' : '';
    return `<MiningModel functionName="${kind}"${single}>${schema(kind === 'regression' ? 'z' : 'y')}${all === '' ? '' : `<Output>${all}</Output>`}<Segmentation multipleModelMethod="${method}"${missing}>${parts}</Segmentation></MiningModel>`;
  };
}

/** The output of a classification goes into the trees of the next step. */
const stacked: Make = (random, output) => {
  const first = `<RegressionModel functionName="classification" normalizationMethod="logit">${INNER.replace('</Mining', '<MiningField name="y" usageType="target"/></Mining')}<Output><OutputField name="p" feature="probability" value="yes" dataType="${random() < 0.5 ? 'float' : 'double'}"/></Output><RegressionTable intercept="0" targetCategory="yes"><NumericPredictor name="a" coefficient="${weight(random)}"/></RegressionTable><RegressionTable intercept="0" targetCategory="no"/></RegressionModel>`;
  const split = (operator: string, score: string): string =>
    `<Node score="${score}"><SimplePredicate field="p" operator="${operator}" value="0.5"/></Node>`;
  const second = `<TreeModel functionName="regression" noTrueChildStrategy="returnLastPrediction"><MiningSchema><MiningField name="p"/><MiningField name="z" usageType="target"/></MiningSchema><Output><OutputField name="out" feature="predictedValue"/></Output><Node score="0"><True/>${split('lessThan', weight(random))}${split('greaterOrEqual', weight(random))}</Node></TreeModel>`;
  const own = output === '' ? '' : `<Output>${output}</Output>`;
  return `<MiningModel functionName="regression">${schema('z')}${own}<Segmentation multipleModelMethod="modelChain"><Segment id="1"><True/>${first}</Segment><Segment id="2"><True/>${second}</Segment></Segmentation></MiningModel>`;
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('ensembles and chains scored in blocks', () => {
  test.each<[string, Make]>([
    ['sum', ensemble('sum', 'regression')],
    ['weightedSum', ensemble('weightedSum', 'regression')],
    ['average', ensemble('average', 'regression')],
    ['weightedAverage', ensemble('weightedAverage', 'regression')],
    ['average with sets of categories', ensemble('average', 'regression', true)],
    ['average of trees with schemas of their own', treated(ensemble('average', 'regression', true))],
    ['majorityVote', ensemble('majorityVote', 'classification')],
    ['weightedMajorityVote', ensemble('weightedMajorityVote', 'classification')],
    ['average of probabilities', ensemble('average', 'classification')],
    ['weightedAverage of probabilities', ensemble('weightedAverage', 'classification')],
    ['probabilities with sets of categories', ensemble('average', 'classification', true)],
    ['sums that Targets change', rescaled],
    ['trees that Targets change', adjusted],
    ['boosted trees behind a link', boosted],
    ['trees over an earlier probability', stacked],
    ['outputs that are computed', shifted],
    ['boosted trees with schemas of their own', treated(boosted)],
    ['a regression over what trees decide', decided],
  ])('answer like rows scored one by one: %s', (_, make) => {
    expectBlocksLikeRows(make);
  });

  test.each<[string, Make]>([
    ...['sum', 'weightedAverage', 'median', 'weightedMedian', 'max', 'selectFirst'].map(
      (method): [string, Make] => [`${method} of numbers`, mixed(method, 'regression')],
    ),
    ...['majorityVote', 'weightedMajorityVote', 'weightedAverage', 'median', 'max', 'selectFirst'].map(
      (method): [string, Make] => [`${method} of categories`, mixed(method, 'classification')],
    ),
  ])('segments of several kinds that take part in some rows: %s', (_, make) => {
    expectBlocksLikeRows(make, 0.8);
  });

  test.each([
    '',
    '<OutputField name="text" feature="transformedValue" dataType="string"><Constant>1</Constant></OutputField>',
  ])('a zero that Targets round has its sign, in blocks and row by row', (output) => {
    const model = loadPmmlSync(
      blockDocument(
        `<RegressionModel functionName="regression">${schema('z')}<Output><OutputField name="out" feature="predictedValue"/>${output}</Output><Targets><Target rescaleConstant="-0.3" castInteger="round"/></Targets><RegressionTable intercept="0"/></RegressionModel>`,
      ),
    );
    expect(model.predict({})).toMatchObject({ out: -0 });
  });

  test('of two steps of a chain that share an output name the last one answers', () => {
    const step = (value: string): string =>
      `<RegressionModel functionName="regression">${INNER}<Output><OutputField name="same" feature="predictedValue"/></Output><RegressionTable intercept="${value}"/></RegressionModel>`;
    const model = loadPmmlSync(
      blockDocument(
        `<MiningModel functionName="regression">${schema('z')}<Segmentation multipleModelMethod="modelChain"><Segment><True/>${step('1')}</Segment><Segment><True/>${step('2')}</Segment></Segmentation></MiningModel>`,
      ),
    );
    expect(model.predict({})).toMatchObject({ same: 2 });
  });
});
