import { expect, test } from 'vitest';
import { loadPmmlSync } from '../index.js';
import { wrap } from '../testing/random-model.js';

function model(lag: string) {
  const dictionary =
    '<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="g" optype="categorical" dataType="string"/><DataField name="z" optype="continuous" dataType="double"/></DataDictionary>';
  return loadPmmlSync(
    wrap(
      `<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="g"/><MiningField name="z" usageType="target"/></MiningSchema><LocalTransformations><DerivedField name="before" optype="continuous" dataType="double">${lag}</DerivedField></LocalTransformations><RegressionTable intercept="0"><NumericPredictor name="before" coefficient="1"/></RegressionTable></RegressionModel>`,
      dictionary,
    ),
  );
}

const answers = (lag: string, rows: Record<string, unknown>[]) =>
  model(lag)
    .predictBatch(rows)
    .map((r) => (r.ok ? r.value.z : r.error.code));

const rows = [1, 2, 3, 4, 5].map((x) => ({ x, g: x < 4 ? 'p' : 'q' }));

test('a lag is the value some records ago, missing before the first one', () => {
  expect(answers('<Lag field="x"/>', rows)).toEqual([null, 1, 2, 3, 4]);
  expect(answers('<Lag field="x" n="3"/>', rows)).toEqual([null, null, null, 1, 2]);
});

test('a block indicator starts anew', () => {
  expect(answers('<Lag field="x"><BlockIndicator field="g"/></Lag>', rows)).toEqual([null, 1, 2, null, 4]);
});

test('an aggregate is of the last records', () => {
  expect(answers('<Lag field="x" n="2" aggregate="sum"/>', rows)).toEqual([null, 1, 3, 5, 7]);
});
