import { expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

type Row = Record<string, unknown>;

/** Classification of three categories (or those given) by tables of x: "intercept coefficient" each. */
function classifier(attributes: string, tables: string[], optype = 'categorical') {
  const categories = ['A', 'B', 'C'].slice(0, tables.length);
  const rows = tables.map((table, i) => {
    const [intercept, coefficient] = table.split(' ');
    const predictor =
      coefficient === undefined ? '' : `<NumericPredictor name="x" coefficient="${coefficient}"/>`;
    return `<RegressionTable targetCategory="${categories[i]}" intercept="${intercept}">${predictor}</RegressionTable>`;
  });
  const outputs = categories.map((c) => `<OutputField name="${c}" feature="probability" value="${c}"/>`);
  const model = loadPmmlSync(
    document(
      `x float continuous\nk string ${optype} ${categories.join(' ')}`,
      `<RegressionModel functionName="classification" ${attributes}>${schema('x', 'k:target')}
      <Output>${outputs.join('')}</Output>${rows.join('')}</RegressionModel>`,
    ),
  );
  return (x: number) => model.predict({ x });
}

const rounded = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Math.round((v as number) * 1e6) / 1e6]));

test('links of three categories are shares of their sum', () => {
  const predict = classifier('normalizationMethod="logit"', ['0 1', '0', '0']);
  expect(predict(0)).toEqual({ A: 1 / 3, B: 1 / 3, C: 1 / 3 });
  expect(rounded(predict(100))).toEqual({ A: 0.5, B: 0.25, C: 0.25 });
});

test('scores of ordered categories that are no probabilities are bounded', () => {
  const predict = classifier('', ['0 1', '0.5', '0'], 'ordinal');
  expect(predict(7)).toEqual({ A: 1, B: -0.5, C: 0.5 });
  expect(predict(-7)).toEqual({ A: 0, B: 0.5, C: 0.5 });
});

test('methods that are not for the categories are refused at load', () => {
  expect(() => classifier('normalizationMethod="exp"', ['0 1', '0'])).toThrow(ModelError);
  expect(() => classifier('normalizationMethod="probit"', ['0 1', '0', '0'])).toThrow(ModelError);
  expect(() => classifier('normalizationMethod="softmax"', ['0 1', '0'], 'ordinal')).toThrow(ModelError);
});

test('a missing predictor makes the answer missing, be its exponent 0', () => {
  const model = loadPmmlSync(
    document(
      'x double continuous\ny double continuous',
      `<RegressionModel functionName="regression">${schema('x', 'y:target')}<RegressionTable intercept="1">
      <NumericPredictor name="x" exponent="0" coefficient="2"/></RegressionTable></RegressionModel>`,
    ),
  );
  expect(model.predict({ x: 5 })).toEqual({ y: 3 });
  expect(model.predict({})).toEqual({ y: null });
  expect(model.predictBatch([{ x: 5 }, {}]).map((a) => a.ok && a.value.y)).toEqual([3, null]);
});

test('what stands behind a missing predictor is not looked at', () => {
  const model = loadPmmlSync(
    document(
      'x double continuous\nc string categorical a b\ny double continuous',
      `<RegressionModel functionName="regression">${schema('x', 'c', 'y:target')}<RegressionTable intercept="1">
      <NumericPredictor name="x" coefficient="2"/><CategoricalPredictor name="c" value="a" coefficient="2"/>
      </RegressionTable></RegressionModel>`,
    ),
  );
  expect(model.predict({ c: 'unheard of' })).toEqual({ y: null });
  expect(() => model.predict({ x: 1, c: 'unheard of' })).toThrow(RecordError);
  expect(model.predictBatch([{ c: 'unheard of' }])).toEqual([{ ok: true, value: { y: null } }]);
});

test('single precision adds the intercept last and has an e of its own', () => {
  const f = Math.fround;
  const model = loadPmmlSync(
    document(
      'x float continuous\ny float continuous',
      `<RegressionModel functionName="regression" normalizationMethod="exp" x-mathContext="float">${schema('x', 'y:target')}
      <RegressionTable intercept="0.7"><NumericPredictor name="x" coefficient="1.3"/></RegressionTable></RegressionModel>`,
    ),
  );
  const linear = f(f(f(1.3) * f(2.1)) + f(0.7));
  expect(model.predict({ x: 2.1 }).y).toBe(f(2.7182817 ** linear));
  const predict = classifier('normalizationMethod="softmax" x-mathContext="float"', ['0 1', '0']);
  const a = f(1 / f(1 + f(2.7182817 ** f(-2.1))));
  expect(predict(2.1)).toEqual({ A: a, B: f(1 - a) });
});
