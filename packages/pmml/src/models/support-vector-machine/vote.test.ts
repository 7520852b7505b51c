import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

test('of categories with as many votes the one that was voted for first wins', () => {
  // Machines of no vectors: their constants are their decisions.
  const machine = (low: string, high: string, decision: number): string =>
    `<SupportVectorMachine targetCategory="${low}" alternateTargetCategory="${high}">
    <SupportVectors numberOfSupportVectors="1"><SupportVector vectorId="v"/></SupportVectors>
    <Coefficients absoluteValue="${decision}"><Coefficient value="0"/></Coefficients></SupportVectorMachine>`;
  const model = (...machines: string[]) =>
    loadPmmlSync(
      document(
        'x double continuous\nk string categorical A B C',
        `<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne">
        ${schema('x', 'k:target')}<LinearKernelType/><VectorDictionary numberOfVectors="1">
        <VectorFields numberOfFields="1"><FieldRef field="x"/></VectorFields>
        <VectorInstance id="v"><Array n="1" type="real">1</Array></VectorInstance></VectorDictionary>
        ${machines.join('')}</SupportVectorMachineModel>`,
      ),
    ).predict({ x: 1 }).k;
  expect(model(machine('A', 'B', 1), machine('A', 'C', -1), machine('B', 'C', 1))).toBe('B');
  expect(model(machine('A', 'B', -1), machine('A', 'C', 1), machine('B', 'C', -1))).toBe('A');
  expect(model(machine('A', 'C', 1), machine('A', 'B', -1), machine('B', 'C', -1))).toBe('C');
});
