import { describe, expect, test } from 'vitest';
import { loadPmml, loadPmmlSync, ModelError, RecordError } from '../index.js';

const LINE = `<?xml version="1.0"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
  <Header/>
  <DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
  </DataDictionary>
  <RegressionModel functionName="regression">
    <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
    <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
  </RegressionModel>
</PMML>`;

describe('loading a model', () => {
  test('text, bytes and a stream cut anywhere give the same model', async () => {
    const bytes = new TextEncoder().encode(LINE);
    async function* cut(size: number) {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    expect(loadPmmlSync(LINE).predict({ x: 3 })).toEqual({ y: 7 });
    expect(loadPmmlSync(bytes).predict({ x: 3 })).toEqual({ y: 7 });
    for (const size of [1, 7, 100]) {
      const model = await loadPmml(cut(size));
      expect(model.predict({ x: 3 })).toEqual({ y: 7 });
    }
  });

  test('what is not supported is refused with its element and line', () => {
    const broken = LINE.replace('name="x" coefficient', 'name="z" coefficient');
    try {
      loadPmmlSync(broken);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({ element: 'NumericPredictor', line: 10 });
    }
  });

  test('a bad row fails alone', () => {
    const [first, second, third] = loadPmmlSync(LINE).predictBatch([{ x: 1 }, { x: 'one' }, { x: '2' }]);
    expect(first).toEqual({ ok: true, value: { y: 3 } });
    expect(third).toEqual({ ok: true, value: { y: 5 } });
    expect(second?.ok).toBe(false);
    const error = second?.ok === false ? second.error : undefined;
    expect(error).toBeInstanceOf(RecordError);
    expect(error).toMatchObject({ field: 'x', value: 'one', code: 'type' });
  });
});
