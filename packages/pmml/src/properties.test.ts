import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from './index.js';
import { randomForest, randomRecord, randomSource, wrap } from './testing/random-model.js';

const FIELDS = [
  '<DataField name="a" optype="continuous" dataType="double"/>',
  '<DataField name="b" optype="continuous" dataType="double"/>',
  '<DataField name="c" optype="categorical" dataType="string"><Value value="u"/><Value value="v"/></DataField>',
  '<DataField name="z" optype="continuous" dataType="double"/>',
];
const DERIVED = [
  '<DerivedField name="twice" optype="continuous" dataType="double"><Apply function="*"><FieldRef field="a"/><Constant>2</Constant></Apply></DerivedField>',
  '<DerivedField name="more" optype="continuous" dataType="double"><Apply function="+"><FieldRef field="twice"/><FieldRef field="b"/></Apply></DerivedField>',
  '<DerivedField name="isU" optype="continuous" dataType="double"><NormDiscrete field="c" value="u" mapMissingTo="0.5"/></DerivedField>',
];
const MINING = ['a', 'b', 'c'].map((name) => `<MiningField name="${name}"/>`);
const PARTS = [
  `<Output><OutputField name="out" feature="predictedValue"/><OutputField name="shift" feature="transformedValue" dataType="double"><Apply function="+"><FieldRef field="out"/><Constant>1</Constant></Apply></OutputField></Output>`,
  `<Targets><Target field="z" rescaleFactor="2" min="-40" max="40"/></Targets>`,
];
const TABLE =
  '<RegressionTable intercept="0.5"><NumericPredictor name="more" coefficient="3"/><NumericPredictor name="isU" coefficient="-1"/></RegressionTable>';

function written(order: <T>(list: readonly T[]) => T[]): string {
  const target = '<MiningField name="z" usageType="target"/>';
  const local = `<LocalTransformations>${order(DERIVED).join('')}</LocalTransformations>`;
  const schema = `<MiningSchema>${order([...MINING, target]).join('')}</MiningSchema>`;
  const model = `<RegressionModel functionName="regression">${order([schema, ...PARTS, local, TABLE]).join('')}</RegressionModel>`;
  return wrap(model, `<DataDictionary>${order(FIELDS).join('')}</DataDictionary>`);
}

const record = fc.record(
  {
    a: fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
    b: fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
    c: fc.constantFrom('u', 'v'),
  },
  { requiredKeys: [] },
);

describe('scoring', () => {
  test('does not depend on the order of independent elements', () => {
    const plain = loadPmmlSync(written((list) => [...list]));
    fc.assert(
      fc.property(fc.integer(), record, (seed, row) => {
        const random = randomSource(seed);
        const shuffle = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, key: random() }))
            .sort((x, y) => x.key - y.key)
            .map((x) => x.item);
        const [expected] = plain.predictBatch([row]);
        const [actual] = loadPmmlSync(written(shuffle)).predictBatch([row]);
        expect(actual?.ok).toBe(expected?.ok);
        if (actual?.ok && expected?.ok) expect(actual.value).toEqual(expected.value);
      }),
      { numRuns: 60 },
    );
  });

  test("does not depend on the order of a record's fields, nor on fields it does not know", () => {
    const model = loadPmmlSync(wrap(randomForest(randomSource(11), 'classification', 'average', 5)));
    const random = randomSource(12);
    for (let i = 0; i < 100; i++) {
      const row = randomRecord(random);
      const reversed = { unknown: 1, ...Object.fromEntries(Object.entries(row).reverse()) };
      expect(model.predict(reversed)).toEqual(model.predict(row));
    }
  });

  test('of a batch equals scoring its rows', () => {
    const model = loadPmmlSync(written((list) => [...list]));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 200 }), (rows) => {
        const single = rows.map((row) => model.predictBatch([row])[0]);
        expect(model.predictBatch(rows)).toEqual(single);
      }),
      { numRuns: 30 },
    );
  });
});
