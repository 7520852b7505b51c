import { expect, test } from 'vitest';
import { document, schema } from '../testing/document.js';
import { refusal } from '../testing/refusal.js';

const model = (content: string) =>
  document(
    'x double continuous',
    `<RegressionModel functionName="regression">${schema('x')}${content}<RegressionTable intercept="0"/></RegressionModel>`,
  );

test.each([
  ['MiningSchema', schema('x')],
  ['Output', '<Output/><Output/>'],
  ['Targets', '<Targets/><Targets/>'],
  ['LocalTransformations', '<LocalTransformations/><LocalTransformations/>'],
  ['ModelVerification', '<ModelVerification><VerificationFields/></ModelVerification>'.repeat(2)],
])('a second <%s> is refused: it would be left out', (name, content) => {
  expect(refusal(model(content))).toBe(
    `${name} at 3: <RegressionModel> has <${name}> already: one of the two is too many`,
  );
});
