import { expect, onTestFinished, test, vi } from 'vitest';
import { loadPmmlSync } from '../index.js';
import { randomForest, randomRecord, randomSource, wrap } from '../testing/random-model.js';

const VECTORS = Array.from(
  { length: 9 },
  (_, i) =>
    `<VectorInstance id="v${i}"><Array type="real" n="2">${(i % 5) - 2} ${(i % 7) / 3}</Array></VectorInstance>`,
);
const MACHINE = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary><DataField name="a" optype="continuous" dataType="double"/><DataField name="b" optype="continuous" dataType="double"/><DataField name="z" optype="continuous" dataType="double"/></DataDictionary><SupportVectorMachineModel functionName="regression"><MiningSchema><MiningField name="a"/><MiningField name="b"/><MiningField name="z" usageType="target"/></MiningSchema><RadialBasisKernelType gamma="0.3"/><VectorDictionary><VectorFields><FieldRef field="a"/><FieldRef field="b"/></VectorFields>${VECTORS.join('')}</VectorDictionary><SupportVectorMachine><SupportVectors>${VECTORS.map((_, i) => `<SupportVector vectorId="v${i}"/>`).join('')}</SupportVectors><Coefficients absoluteValue="0.1">${VECTORS.map((_, i) => `<Coefficient value="${i - 4.5}"/>`).join('')}</Coefficients></SupportVectorMachine></SupportVectorMachineModel></PMML>`;

const { WebAssembly: api } = globalThis as unknown as { WebAssembly: { validate: object; Module: object } };
const NO_ROOM = {
  validate: api.validate,
  Module: api.Module,
  Memory: class {
    constructor() {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    }
  },
};

test.each([
  ['without WebAssembly', undefined],
  ['without addresses for the memory of WebAssembly', NO_ROOM],
])('an engine %s gives the same answers', async (_, substitute) => {
  vi.resetModules();
  const plain = await import('../index.js');
  vi.stubGlobal('WebAssembly', substitute);
  onTestFinished(() => void vi.unstubAllGlobals());
  const documents = [
    MACHINE,
    ...[1, 2, 3, 4, 5, 6].map((seed) =>
      wrap(randomForest(randomSource(seed), 'regression', seed % 2 === 0 ? 'sum' : 'average', 13)),
    ),
  ];
  const without = documents.map((text) => plain.loadPmmlSync(text));
  vi.unstubAllGlobals();
  documents.forEach((text, d) => {
    const random = randomSource(d + 50);
    const rows = Array.from({ length: 150 }, () =>
      d === 0 ? { a: random() * 6 - 3, b: random() * 6 - 3 } : randomRecord(random),
    );
    const values = (results: readonly object[]): unknown[] =>
      results.map((result) => ('value' in result ? result.value : 'refused'));
    const expected = values(loadPmmlSync(text).predictBatch(rows));
    expect(values((without[d] as (typeof without)[number]).predictBatch(rows))).toEqual(expected);
    expect(expected.filter((each) => each !== 'refused').length).toBeGreaterThan(20);
  });
});
