import { expect, vi } from 'vitest';
import { BlockScorer } from '../blocks/block-scorer.js';
import type { BatchResult } from '../index.js';
import { loadPmmlSync } from '../index.js';
import type { Random } from './random-model.js';
import { randomSource } from './random-model.js';

/* Models of random shapes over fields of every kind, and records with gaps and faults, for what scores rows in blocks. */

const DICTIONARY = `<DataDictionary>
<DataField name="a" optype="continuous" dataType="double"/>
<DataField name="f" optype="continuous" dataType="float"><Interval closure="openClosed" leftMargin="-3.3" rightMargin="3.3"/><Value value="NaN" property="missing"/></DataField>
<DataField name="n" optype="continuous" dataType="integer"/>
<DataField name="r" optype="continuous" dataType="double"><Interval closure="closedClosed" leftMargin="-5" rightMargin="5"/></DataField>
<DataField name="m" optype="continuous" dataType="double"><Value value="-2" property="missing"/></DataField>
<DataField name="o" optype="continuous" dataType="double"/>
<DataField name="c" optype="categorical" dataType="string"><Value value="u"/><Value value="v"/><Value value="w"/></DataField>
<DataField name="t" optype="categorical" dataType="string"/>
<DataField name="y" optype="categorical" dataType="string"><Value value="no"/><Value value="yes"/></DataField>
<DataField name="z" optype="continuous" dataType="double"/>
<DataField name="s" optype="continuous" dataType="float"/>
</DataDictionary>`;
export const NUMBERS = ['a', 'f', 'n', 'r', 'm', 'o'];

export const schema = (target: string): string => `<MiningSchema>
<MiningField name="a"/><MiningField name="f" invalidValueTreatment="asMissing"/><MiningField name="n"/>
<MiningField name="r" invalidValueTreatment="returnInvalid"/><MiningField name="m" missingValueReplacement="0.25"/>
<MiningField name="o" outliers="asExtremeValues" lowValue="-1" highValue="1"/>
<MiningField name="c" invalidValueTreatment="asMissing"/><MiningField name="t"/>
<MiningField name="${target}" usageType="target"/></MiningSchema>`;

/** With an output that needs the frame of its row, a model is scored row by row. */
const ROW_BY_ROW =
  '<OutputField name="extra" feature="transformedValue" dataType="string" isFinalResult="false"><Constant>1</Constant></OutputField>';
export const CLASS_OUTPUTS =
  '<OutputField name="p_no" feature="probability" value="no"/><OutputField name="p_yes" feature="probability" value="yes"/><OutputField name="p_other" feature="probability" value="other"/><OutputField name="label" feature="predictedValue"/>';

export const weight = (random: Random): string => String(Math.round((random() - 0.5) * 400) / 100);
export const many = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');

export type Make = (random: Random, output: string) => string;

const ODD = [
  null,
  undefined,
  Number.NaN,
  Infinity,
  -Infinity,
  '',
  '1.5',
  'what',
  true,
  [1, 2],
  {},
  1e300,
  2.5,
  -0,
  -2,
  3.3,
  -3.3,
  Math.fround(3.3),
  5,
];

export function record(random: Random): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const clean = random() < 0.6;
  for (const name of NUMBERS) {
    if (!clean && random() < 0.08) continue;
    row[name] = name === 'n' ? Math.floor(random() * 9 - 4) : (random() - 0.5) * (clean ? 8 : 14);
    if (!clean && random() < 0.08) row[name] = ODD[Math.floor(random() * ODD.length)];
  }
  row.c = ['u', 'v', 'w'][Math.floor(random() * 3)];
  row.t = `x${Math.floor(random() * 40)}`;
  if (!clean && random() < 0.2) row.c = ['violet', null, 7, ['u']][Math.floor(random() * 4)];
  return row;
}

export const outcome = (result: BatchResult): unknown =>
  result.ok
    ? result.value
    : { field: result.error.field, code: result.error.code, message: result.error.message };

/** Blocks of rows, single ones and rows that are scored one by one must give the same answers and the same errors. */
export function expectBlocksLikeRows(make: Make, leastShare = 1): void {
  const score = vi.spyOn(BlockScorer.prototype, 'score');
  let answered = 0;
  let inBlocks = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const document = (output: string): string => blockDocument(make(randomSource(seed), output));
    const options = { results: 'all', defaultFill: seed % 4 === 0 } as const;
    const blocks = loadPmmlSync(document(''), options);
    const rows = loadPmmlSync(document(ROW_BY_ROW), options);
    const random = randomSource(seed * 31);
    const records = Array.from({ length: 150 }, () => record(random));
    score.mockClear();
    const expected = rows.predictBatch(records).map((result) => {
      if (result.ok) delete result.value.extra;
      return outcome(result);
    });
    expect(score).not.toHaveBeenCalled();
    const actual = blocks.predictBatch(records);
    if (score.mock.calls.length > 0) inBlocks++;
    actual.forEach((result, i) => {
      expect(outcome(result), `seed ${seed}, ${JSON.stringify(records[i])}`).toEqual(expected[i]);
      if (result.ok) answered++;
    });
    for (let i = 0; i < 40; i++) {
      const [single] = blocks.predictBatch([records[i] as Record<string, unknown>]);
      expect(outcome(single as BatchResult)).toEqual(expected[i]);
    }
  }
  expect(answered).toBeGreaterThan(500);
  expect(inBlocks / 40).toBeGreaterThanOrEqual(leastShare);
}

export function blockDocument(model: string): string {
  return `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>${DICTIONARY}${model}</PMML>`;
}
