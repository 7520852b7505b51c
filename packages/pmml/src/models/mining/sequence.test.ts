import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../load/load.js';
import { document, schema } from '../../testing/document.js';

const FIELDS = `age double continuous
job string categorical
y double continuous`;

const sequence = (models: string, head = '', functionName = 'regression') =>
  document(
    FIELDS,
    `<MiningModel functionName="${functionName}">${schema('age', 'job', 'y:target')}${head}${models}</MiningModel>`,
  );

/** Where age is missing, it is 20 for students and 40 for others. */
const FILL = `<DecisionTree functionName="regression" modelName="fill">
<ResultField name="years" optype="continuous" dataType="double" feature="predictedValue"/>
<Node><True/>
<Node><SimplePredicate field="age" operator="isNotMissing"/><Regression functionName="regression"><RegressionTable intercept="0"><NumericPredictor name="age" coefficient="1"/></RegressionTable></Regression></Node>
<Node score="20"><SimplePredicate field="job" operator="equal" value="student"/></Node>
<Node score="40"><True/></Node>
</Node></DecisionTree>`;
const SCORE = `<Regression functionName="regression"><RegressionTable intercept="1"><NumericPredictor name="years" coefficient="2"/></RegressionTable></Regression>`;

describe('models embedded in a MiningModel', () => {
  test('see the results of those before them, and the last one answers', () => {
    const model = loadPmmlSync(sequence(FILL + SCORE));
    // 1 + 2·years
    expect(model.predict({ age: 30, job: 'student' })).toEqual({ y: 61 });
    expect(model.predict({ job: 'student' })).toEqual({ y: 41 });
    expect(model.predict({ job: 'smith' })).toEqual({ y: 81 });
  });

  test('a result that is missing is a missing field', () => {
    const none = FILL.replace('<Node score="40"><True/></Node>', '');
    expect(loadPmmlSync(sequence(none + SCORE)).predict({ job: 'smith' })).toEqual({ y: null });
  });

  test('results are fields of the output, and no part of the answer by themselves', () => {
    const output = `<Output><OutputField name="score" feature="predictedValue"/><OutputField name="years2" optype="continuous" dataType="double" feature="transformedValue"><Apply function="+"><FieldRef field="years"/><FieldRef field="score"/></Apply></OutputField></Output>`;
    expect(loadPmmlSync(sequence(FILL + SCORE, output)).predict({ age: 1 })).toEqual({ score: 3, years2: 4 });
    expect(loadPmmlSync(sequence(FILL + SCORE), { results: 'all' }).predict({ age: 1 })).toEqual({
      y: 3,
      years: 1,
    });
  });

  test('a probability may be what a later model reads', () => {
    const logistic = `<Regression functionName="classification" normalizationMethod="softmax">
<ResultField name="p" optype="continuous" dataType="double" feature="probability" value="yes"/>
<RegressionTable targetCategory="yes" intercept="0"><NumericPredictor name="age" coefficient="1"/></RegressionTable>
<RegressionTable targetCategory="no" intercept="0"/></Regression>`;
    const cost = `<Regression functionName="regression"><RegressionTable intercept="1"><NumericPredictor name="p" coefficient="8"/></RegressionTable></Regression>`;
    // p = 0.5 at age 0
    expect(loadPmmlSync(sequence(logistic + cost)).predict({ age: 0 })).toEqual({ y: 5 });
    expect(loadPmmlSync(sequence(logistic.replace('"p"', '"y"'))).predict({ age: 0 })).toEqual({ y: 0.5 });
  });

  test('the targets of a step are those of its result, the targets of the model those of the answer', () => {
    const step = FILL.replace('<Node>', '<Targets><Target field="years" rescaleFactor="2"/></Targets><Node>');
    const targets = '<Targets><Target field="y" rescaleConstant="1000"/></Targets>';
    // 1000 + 1 + 2·(2·10)
    expect(loadPmmlSync(sequence(step + SCORE, targets)).predict({ age: 10 })).toEqual({ y: 1041 });
  });

  test('one model alone is the answer: a tree that selects a regression', () => {
    const select = `<DecisionTree functionName="regression"><Node><True/>
<Node><SimplePredicate field="job" operator="equal" value="smith"/><Regression functionName="regression"><RegressionTable intercept="0"><NumericPredictor name="age" coefficient="3"/></RegressionTable></Regression></Node>
<Node><True/><Regression functionName="regression"><RegressionTable intercept="7"/></Regression></Node></Node></DecisionTree>`;
    const model = loadPmmlSync(sequence(select));
    expect(model.predict({ age: 2, job: 'smith' })).toEqual({ y: 6 });
    expect(model.predict({ age: 2, job: 'baker' })).toEqual({ y: 7 });
  });

  test('may be a step of a chain of segments', () => {
    const text = document(
      FIELDS,
      `<MiningModel functionName="regression">${schema('age', 'job', 'y:target')}<Segmentation multipleModelMethod="sum">
<Segment><True/><MiningModel functionName="regression">${schema('age', 'job', 'y:target')}${FILL}${SCORE}</MiningModel></Segment>
<Segment><True/><RegressionModel functionName="regression">${schema('age', 'y:target')}<RegressionTable intercept="100"/></RegressionModel></Segment>
</Segmentation></MiningModel>`,
    );
    expect(loadPmmlSync(text).predict({ age: 10 })).toEqual({ y: 121 });
  });
});

describe('a MiningModel is refused at load', () => {
  const CLASSES = `<Regression functionName="classification"><RegressionTable targetCategory="a" intercept="0"/><RegressionTable targetCategory="b" intercept="0"/></Regression>`;
  test.each([
    [
      'with segments beside embedded models',
      `${SCORE.replace('years', 'age')}<Segmentation multipleModelMethod="sum"/>`,
      'Segmentation',
      'beside embedded models',
    ],
    ['whose last model has another function', CLASSES, 'Regression', 'not that of its MiningModel'],
    [
      'with a result that is declared twice',
      FILL + FILL + SCORE,
      'DecisionTree',
      '"years" is declared twice',
    ],
    [
      'with a target that an earlier model gives',
      FILL.replace('"years"', '"y"') + SCORE.replace('years', 'age'),
      'DecisionTree',
      'it gives the target "y"',
    ],
    [
      'with a result that is used before it is there',
      SCORE + FILL,
      'NumericPredictor',
      '"years" is not known',
    ],
    [
      'with a result of a feature that nothing answers',
      FILL.replace('predictedValue', 'ruleValue') + SCORE,
      'ResultField',
      'ruleValue',
    ],
    ['with neither segments nor models', '', 'MiningModel', '<Segmentation> is missing'],
  ])('%s', (_, models, element, reason) => {
    expect(() => loadPmmlSync(sequence(models))).toThrow(
      expect.objectContaining({ name: 'ModelError', element, reason: expect.stringContaining(reason) }),
    );
  });
});
