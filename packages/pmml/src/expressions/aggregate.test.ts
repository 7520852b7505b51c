import { expect, test } from 'vitest';
import { loadPmmlSync } from '../index.js';
import { document, schema } from '../testing/document.js';

function count(v: unknown): unknown {
  const output = `<OutputField name="n" feature="transformedValue" dataType="integer">
    <Aggregate field="v" function="count"/></OutputField>`;
  const model = `<RegressionModel functionName="regression">${schema('v')}<Output>${output}</Output>
    <RegressionTable intercept="0"/></RegressionModel>`;
  return loadPmmlSync(document('v double continuous', model)).predict({ v }).n;
}

test('the values of an empty list are none, those of a missing field are not known', () => {
  expect(count([1, 2, 4])).toBe(3);
  expect(count([])).toBe(0);
  expect(count(null)).toBeNull();
});
