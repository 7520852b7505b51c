import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../load/load.js';
import { document, schema } from '../../testing/document.js';

const FIELDS = `x double continuous
c string categorical
y double continuous
z string categorical
n integer continuous`;

const LOW = '<SimplePredicate field="x" operator="lessThan" value="10"/>';
const line = (content: string, attributes = '') =>
  `<Regression functionName="regression"${attributes}>${content}</Regression>`;

/** A tree of two leaves: `low` where x < 10, `high` elsewhere. */
const tree = (low: string, high: string, attributes = '', rest = '') =>
  document(
    FIELDS,
    `<TreeModel functionName="regression"${attributes}>${schema('x', 'c', 'y:target')}${rest}
<Node id="root"><True/><Node id="low">${LOW}${low}</Node><Node id="high"${high.startsWith('<') ? '' : ` score="${high}"`}><True/>${high.startsWith('<') ? high : ''}</Node></Node></TreeModel>`,
  );

const labels = (low: string, rest = '') =>
  document(
    FIELDS,
    `<TreeModel functionName="classification">${schema('x', 'z:target')}${rest}
<Node id="root"><True/><Node id="low">${LOW}${low}</Node><Node id="high" score="b"><True/><ScoreDistribution value="b" recordCount="3"/><ScoreDistribution value="c" recordCount="1"/></Node></Node></TreeModel>`,
  );

const TABLE = '<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>';

describe('a node with an embedded model', () => {
  test('answers with the regression where it is reached, other leaves with their score', () => {
    const model = loadPmmlSync(tree(line(TABLE), '50'));
    // 1 + 2·3, and the score of the other leaf
    expect(model.predict({ x: 3 })).toEqual({ y: 7 });
    expect(model.predict({ x: 30 })).toEqual({ y: 50 });
  });

  test('answers a batch as it answers single rows', () => {
    const model = loadPmmlSync(tree(line(TABLE), '50'));
    const rows = Array.from({ length: 70 }, (_, i) => ({ x: i / 2 }));
    const batch = model.predictBatch(rows).map((r) => (r.ok ? r.value : r.error));
    expect(batch).toEqual(rows.map((r) => model.predict(r)));
  });

  test('has no answer where its model has none', () => {
    const late = `<RegressionTable intercept="1"><NumericPredictor name="n" coefficient="2"/></RegressionTable>`;
    const text = tree(line(late), '50').replace('<MiningField name="c"/>', '<MiningField name="n"/>');
    expect(loadPmmlSync(text).predict({ x: 3 })).toEqual({ y: null });
  });

  test('applies the transformations and the targets of its model', () => {
    const twice = `<LocalTransformations><DerivedField name="twice" optype="continuous" dataType="double"><Apply function="*"><FieldRef field="x"/><Constant>2</Constant></Apply></DerivedField></LocalTransformations>`;
    const targets = '<Targets><Target field="y" rescaleFactor="10" castInteger="floor"/></Targets>';
    const table =
      '<RegressionTable intercept="0.25"><NumericPredictor name="twice" coefficient="1"/></RegressionTable>';
    // ⌊10·(0.25 + 2·3)⌋ = ⌊62.5⌋
    expect(loadPmmlSync(tree(line(targets + twice + table), '50')).predict({ x: 3 })).toEqual({ y: 62 });
  });

  test('goes on in an embedded tree, whose nodes may hold models again', () => {
    const inner = `<DecisionTree functionName="regression"><Node id="top"><True/>
<Node id="inner"><SimplePredicate field="c" operator="equal" value="k"/>${line(TABLE)}</Node>
<Node id="rest" score="5"><True/></Node></Node></DecisionTree>`;
    const output = `<Output><OutputField name="y" dataType="double" feature="predictedValue"/><OutputField name="node" dataType="string" feature="entityId"/></Output>`;
    const model = loadPmmlSync(tree(inner, '50', '', output));
    expect(model.predict({ x: 3, c: 'k' })).toEqual({ y: 7, node: 'inner' });
    expect(model.predict({ x: 3, c: 'l' })).toEqual({ y: 5, node: 'rest' });
    expect(model.predict({ x: 30, c: 'l' })).toEqual({ y: 50, node: 'high' });
  });

  test('gives the results of its model to the output of the tree, missing where it was not reached', () => {
    const fields =
      '<ResultField name="slope" optype="continuous" dataType="double" feature="predictedValue"/>';
    const output = `<Output><OutputField name="twice" optype="continuous" dataType="double" feature="transformedValue"><Apply function="*"><FieldRef field="slope"/><Constant>2</Constant></Apply></OutputField></Output>`;
    const model = loadPmmlSync(tree(line(fields + TABLE), '50', '', output));
    expect(model.predict({ x: 3 })).toEqual({ twice: 14 });
    expect(model.predict({ x: 30 })).toEqual({ twice: null });
  });

  test('of a classification unites categories: those a model does not know have probability 0', () => {
    const logistic = `<Regression functionName="classification" normalizationMethod="softmax">
<RegressionTable targetCategory="a" intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable>
<RegressionTable targetCategory="b" intercept="0"/></Regression>`;
    const model = loadPmmlSync(labels(logistic));
    // softmax(0, 0)
    expect(model.predict({ x: 0 })).toEqual({
      z: 'a',
      'probability(a)': 0.5,
      'probability(b)': 0.5,
      'probability(c)': 0,
    });
    expect(model.predict({ x: 30 })).toEqual({
      z: 'b',
      'probability(a)': 0,
      'probability(b)': 0.75,
      'probability(c)': 0.25,
    });
  });

  test('takes part in ensembles', () => {
    const inner = (table: string) =>
      `<Segment><True/><TreeModel functionName="regression">${schema('x', 'y:target')}<Node><True/>${line(table)}</Node></TreeModel></Segment>`;
    const text = document(
      FIELDS,
      `<MiningModel functionName="regression">${schema('x', 'y:target')}<Segmentation multipleModelMethod="sum">${inner(TABLE)}${inner('<RegressionTable intercept="100"/>')}</Segmentation></MiningModel>`,
    );
    expect(loadPmmlSync(text).predict({ x: 3 })).toEqual({ y: 107 });
  });
});

describe('a tree is refused at load', () => {
  const node = `<Node id="in" score="1"><True/>`;
  test.each([
    [
      'with a model beside child nodes',
      `${node}</Node>${line(TABLE)}`,
      '',
      'Regression',
      'embedded beside <Node>',
    ],
    [
      'with two models in a node',
      line(TABLE) + line(TABLE),
      '',
      'Regression',
      '<Node> has <Regression> already',
    ],
    [
      'with a model and aggregateNodes',
      line(TABLE),
      ' missingValueStrategy="aggregateNodes"',
      'Regression',
      'aggregateNodes',
    ],
    [
      'with a model and weightedConfidence',
      line(TABLE),
      ' missingValueStrategy="weightedConfidence"',
      'Regression',
      'weightedConfidence',
    ],
    [
      'with a model and a penalty',
      line(TABLE),
      ' missingValuePenalty="0.5"',
      'Regression',
      'missingValuePenalty',
    ],
    [
      'with a model of another function',
      '<Regression functionName="classification"><RegressionTable targetCategory="a" intercept="0"/><RegressionTable targetCategory="b" intercept="0"/></Regression>',
      '',
      'Regression',
      'not that of its tree',
    ],
    [
      'with a model of no function',
      `<Regression>${TABLE}</Regression>`,
      '',
      'Regression',
      '"functionName" is missing',
    ],
    [
      'with a model of an unknown field',
      line(TABLE.replace('"x"', '"w"')),
      '',
      'NumericPredictor',
      '"w" is not known',
    ],
  ])('%s', (_, low, attributes, element, reason) => {
    expect(() => loadPmmlSync(tree(low, '50', attributes))).toThrow(
      expect.objectContaining({ name: 'ModelError', element, reason: expect.stringContaining(reason) }),
    );
  });

  test('with a model beside a distribution, naming its line', () => {
    const text = labels(
      '<ScoreDistribution value="b" recordCount="3"/><Regression functionName="classification"/>',
    );
    expect(() => loadPmmlSync(text)).toThrow(
      '<Regression> at line 8: it is embedded beside <ScoreDistribution>',
    );
  });
});
