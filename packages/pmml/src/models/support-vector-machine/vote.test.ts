import { expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../../index.js';
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

test('one machine for two categories answers 1 for the one and 0 for the other', () => {
  const model = loadPmmlSync(
    document(
      'x double continuous\nk string categorical yes no',
      `<SupportVectorMachineModel functionName="classification" classificationMethod="OneAgainstOne"
      alternateBinaryTargetCategory="no">${schema('x', 'k:target')}<LinearKernelType/>
      <VectorDictionary numberOfVectors="1"><VectorFields numberOfFields="1"><FieldRef field="x"/></VectorFields>
      <VectorInstance id="v"><Array n="1" type="real">1</Array></VectorInstance></VectorDictionary>
      <SupportVectorMachine targetCategory="yes"><SupportVectors numberOfSupportVectors="1">
      <SupportVector vectorId="v"/></SupportVectors><Coefficients absoluteValue="0"><Coefficient value="1"/>
      </Coefficients></SupportVectorMachine></SupportVectorMachineModel>`,
    ),
  );
  expect(model.predict({ x: 0.9 }).k).toBe('yes');
  expect(model.predict({ x: 0.4 }).k).toBe('no');
  expect(() => model.predict({ x: 2 })).toThrow(RecordError);
  const batch = model.predictBatch([{ x: 0.9 }, { x: 2 }, { x: -0.2 }]);
  expect(batch.map((a) => (a.ok ? a.value.k : a.error.code))).toEqual(['yes', 'computation', 'no']);
});
