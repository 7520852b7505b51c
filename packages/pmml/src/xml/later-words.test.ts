import { expect, test } from 'vitest';
import { loadPmmlSync } from '../load/load.js';
import { document, schema } from '../testing/document.js';
import { refusal } from '../testing/refusal.js';

const regression = (fields: string, factor = 1) =>
  `<RegressionModel functionName="regression">${fields}<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="${factor}"/></RegressionTable></RegressionModel>`;

test('methods of 4.4 in models of 4.3', () => {
  const segment = `<Segment weight="2"><True/>${regression(schema('x'), 3)}</Segment>`;
  const text = document(
    'x double continuous',
    `<MiningModel functionName="regression">${schema('x')}<Segmentation multipleModelMethod="x-weightedSum" x-missingPredictionTreatment="x-returnMissing">${segment}</Segmentation></MiningModel>`,
  );
  expect(loadPmmlSync(text).predict({ x: 5 })).toEqual({ predictedValue: 30 });
});

test('treatments of 4.4 in models of 4.3', () => {
  const field = (attributes: string) => `<MiningSchema><MiningField name="x" ${attributes}/></MiningSchema>`;
  const ask = (attributes: string, x: unknown) =>
    loadPmmlSync(document('x double continuous', regression(field(attributes)))).predictBatch([{ x }])[0];
  const replaced = ask('invalidValueTreatment="x-asValue" x-invalidValueReplacement="7"', 'none');
  expect(replaced).toEqual({ ok: true, value: { predictedValue: 7 } });
  expect(ask('missingValueTreatment="x-returnInvalid"', undefined)).toMatchObject({ ok: false });
});

test('days since a year that no version has', () => {
  const text = document('x x-dateDaysSince[2000] continuous', regression(schema('x')));
  expect(loadPmmlSync(text).predict({ x: '2000-02-01' })).toEqual({ predictedValue: 31 });
});

test('words of nobody are refused with their x-', () => {
  const text = document(
    'x double continuous',
    regression(schema('x')).replace('"regression"', '"x-guessing"'),
  );
  expect(refusal(text)).toContain('functionName="x-guessing" is not supported');
});
