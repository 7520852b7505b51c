import { expect, test } from 'vitest';
import { loadPmmlSync } from '../index.js';
import { document, schema } from '../testing/document.js';

const NUMBERS = 'x double continuous\ny double continuous';

function regression(outputs: string, targets = ''): ReturnType<typeof loadPmmlSync> {
  return loadPmmlSync(
    document(
      NUMBERS,
      `<RegressionModel functionName="regression">${schema('x', 'y:target')}<Output>${outputs}</Output>${targets}
      <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel>`,
    ),
  );
}

test('the default value of a target is bounded, rescaled and rounded like a prediction', () => {
  const targets = `<Targets><Target field="y" max="4.2" rescaleFactor="2" castInteger="round">
    <TargetValue defaultValue="9.5"/></Target></Targets>`;
  const model = regression('<OutputField name="p" feature="predictedValue"/>', targets);
  expect(model.predict({}).p).toBe(8);
  expect(model.predict({ x: 0 }).p).toBe(2);
});

test('an output that names the target field reads its actual value', () => {
  const model = regression(
    `<OutputField name="p" feature="predictedValue"/>
    <OutputField name="actual" feature="transformedValue" dataType="double"><FieldRef field="y"/></OutputField>`,
  );
  expect(model.predict({ x: 1, y: 7 })).toEqual({ p: 3, actual: 7 });
  expect(model.predict({ x: 1 })).toEqual({ p: 3, actual: null });
});

test('an expression below a feature that computes nothing is not looked at', () => {
  const model = regression(
    '<OutputField name="p" feature="predictedValue"><Constant>5</Constant></OutputField>',
  );
  expect(model.predict({ x: 1 }).p).toBe(3);
});

test('a category of a float is found by the text that lists it', () => {
  const model = loadPmmlSync(
    document(
      'x double continuous\nk float categorical 0.1 0.2',
      `<RegressionModel functionName="classification" normalizationMethod="logit">${schema('x', 'k:target')}
      <Output><OutputField name="p" feature="probability" value="0.1"/></Output>
      <RegressionTable intercept="0" targetCategory="0.1"/><RegressionTable intercept="0" targetCategory="0.2"/>
      </RegressionModel>`,
    ),
  );
  expect(model.predict({ x: 1 }).p).toBe(0.5);
});
