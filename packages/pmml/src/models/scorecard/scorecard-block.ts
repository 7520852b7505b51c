import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel, ResultColumn } from '../../blocks/contract.js';
import { BLOCK, ROW } from '../../blocks/contract.js';
import type { PredicateTree } from '../../predicates/parse.js';
import type { XmlElement } from '../../xml/element.js';
import { firstHolding } from '../tree/first-holding.js';
import type { LeafFinder } from '../tree/piece-table.js';
import { rankCodes } from './reason-codes.js';

/** A characteristic whose attributes have scores that are numbers. */
export interface PlainCharacteristic {
  readonly element: XmlElement;
  readonly predicates: readonly PredicateTree[];
  readonly partials: readonly number[];
  /** Points that each attribute adds to its reason code. */
  readonly points: readonly number[];
  readonly codes: readonly number[];
}

interface Tables {
  readonly find: LeafFinder;
  /** By leaf: 0 is the characteristic, the leaf after the attributes is "none of them". */
  readonly partial: Float64Array;
  readonly points: Float64Array;
  readonly code: Int32Array;
  readonly none: number;
  /** The reason code that is this characteristic's alone, or -1. */
  readonly own: number;
}

/** A scorecard over a block: each characteristic is a tree of its attributes. */
export function scorecardBlock(
  characteristics: readonly PlainCharacteristic[],
  initial: number,
  codes: readonly string[],
  columns: ColumnSet,
): BlockKernel | undefined {
  const tables: Tables[] = [];
  for (const characteristic of characteristics) {
    const others = characteristics.filter((c) => c !== characteristic).flatMap((c) => c.codes);
    const compiled = compileTables(characteristic, new Set(others), columns);
    if (compiled === undefined) return undefined;
    tables.push(compiled);
  }
  const score = new Float64Array(BLOCK);
  const leaf = new Int32Array(BLOCK);
  const points = new Float64Array(Math.max(1, codes.length) * BLOCK);
  const ranked: { rank: number; index: Int32Array }[] = [];
  const row = new Array<number>(codes.length).fill(0.5);
  return {
    result: (request): ResultColumn | undefined => {
      if (request.of === 'value') return { numbers: score };
      if (request.of !== 'feature' || request.spec.feature !== 'reasonCode' || request.spec.rank < 1)
        return undefined;
      const index = new Int32Array(BLOCK);
      ranked.push({ rank: request.spec.rank, index });
      return { index, table: [...codes, undefined] };
    },
    run: (inputs, count, marks) => {
      score.fill(initial, 0, count);
      if (ranked.length > 0) points.fill(Number.NaN);
      for (const { find, partial, points: gains, code, none, own } of tables) {
        find(inputs, count, marks, leaf);
        for (let i = 0; i < count; i++) {
          const at = leaf[i] as number;
          if (at === none) marks[i] = (marks[i] as number) | ROW.odd;
          score[i] = (score[i] as number) + (partial[at] as number);
        }
        if (ranked.length === 0) continue;
        if (own < 0) addPoints(leaf, count, gains, code, points);
        else setPoints(leaf, count, gains, points, own * BLOCK);
      }
      for (const { rank, index } of ranked) {
        if (rank === 1) firstCodes(points, codes.length, count, index);
        else {
          for (let i = 0; i < count; i++) {
            for (let c = 0; c < codes.length; c++) row[c] = points[c * BLOCK + i] as number;
            index[i] = rankCodes(row)[rank - 1] ?? codes.length;
          }
        }
      }
    },
  };
}

/** `firstCode` for each row of a block; `size` where there is none. */
function firstCodes(points: Float64Array, size: number, count: number, index: Int32Array): void {
  BEST.fill(-1, 0, count);
  index.fill(size, 0, count);
  for (let c = 0; c < size; c++) {
    for (let i = 0; i < count; i++) {
      const p = points[c * BLOCK + i] as number;
      if (p > (BEST[i] as number) && p >= 0) {
        BEST[i] = p;
        index[i] = c;
      }
    }
  }
}

const BEST = new Float64Array(BLOCK);

function setPoints(
  leaf: Int32Array,
  count: number,
  gains: Float64Array,
  points: Float64Array,
  from: number,
): void {
  for (let i = 0; i < count; i++) points[from + i] = gains[leaf[i] as number] as number;
}

function addPoints(
  leaf: Int32Array,
  count: number,
  gains: Float64Array,
  codes: Int32Array,
  points: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const at = leaf[i] as number;
    const code = codes[at] as number;
    if (code < 0) continue;
    const place = code * BLOCK + i;
    const before = points[place] as number;
    points[place] = (Number.isNaN(before) ? 0 : before) + (gains[at] as number);
  }
}

function compileTables(
  { element, predicates, partials, points, codes }: PlainCharacteristic,
  others: ReadonlySet<number>,
  columns: ColumnSet,
): Tables | undefined {
  const find = firstHolding(predicates, element, columns);
  if (find === undefined) return undefined;
  const [code = -1] = codes;
  const alone = codes.every((c) => c === code) && !others.has(code);
  return {
    find,
    own: alone ? code : -1,
    partial: Float64Array.of(0, ...partials, 0),
    points: Float64Array.of(0, ...points, 0),
    code: Int32Array.of(-1, ...codes, -1),
    none: predicates.length + 1,
  };
}
