import { expect, test } from 'vitest';
import { document, schema } from '../testing/document.js';
import { refusal } from '../testing/refusal.js';
import { loadPmmlSync } from './load.js';

const model = (cells: string, column = 'result') =>
  document(
    'x double continuous\ny double continuous',
    `<RegressionModel functionName="regression">${schema('x', 'y:target')}<RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
<ModelVerification><VerificationFields><VerificationField field="x" column="a"/><VerificationField field="y" column="${column}"/></VerificationFields>
<InlineTable><row>${cells}</row></InlineTable></ModelVerification></RegressionModel>`,
  );

test('a model that gives its own answers loads', () => {
  expect(loadPmmlSync(model('<a>3</a><result>7</result>')).predict({ x: 1 })).toEqual({ y: 3 });
});

test('a model that misses its own answers is refused', () => {
  expect(refusal(model('<a>3</a><result>8</result>'))).toContain('row 1 does not verify: y is 7, not 8');
});

test('answers in a column that is not there would verify nothing', () => {
  expect(refusal(model('<a>3</a><result>7</result>', 'answer'))).toBe(
    'ModelVerification at 5: its table has no column "answer"',
  );
});
