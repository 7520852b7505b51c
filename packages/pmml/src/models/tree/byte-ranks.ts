import { BLOCK } from '../../blocks/contract.js';
import type { Fill, FillRanks } from './fill-ranks.js';
import { filling } from './fill-ranks.js';
import type { Missing, RankColumns, RankedFeature, SetColumn } from './rank-columns.js';
import { holds } from './rank-columns.js';

/** Ranks as bytes with a sign begin here; below and above them rank missing values. */
const FIRST = -127;
const LOWEST = -128;
const HIGHEST = 127;
const RANK_OF_MISSING: Readonly<Record<Missing, number>> = { yes: LOWEST, no: HIGHEST, elsewhere: FIRST };
/** Thresholds of a feature whose ranks are bytes. */
const MOST = HIGHEST - FIRST - 1;

export function fitsBytes({ features }: RankColumns): boolean {
  // The thresholds of a quantizer have two more behind them.
  return features.every(({ quantizer }) => (quantizer?.thresholds.length ?? 0) - 2 <= MOST);
}

/** A limit of ranks (rank-columns.ts) as a byte. */
export function byteLimit(limit: number): number {
  return limit + FIRST;
}

/** Writes the ranks of a block column by column; answers the rows that have to be walked plainly. */
export function byteRanks({ features }: RankColumns, ranks: Int8Array): FillRanks {
  const elsewhere = new Set<number>();
  const column = (c: number): Int8Array => ranks.subarray(c * BLOCK, (c + 1) * BLOCK);
  const fills = features.map((feature): Fill[] => {
    const { first, numbers: missing, sets } = feature;
    return [
      ...(missing.length === 0
        ? []
        : [
            numbers(
              feature,
              missing.map((_, c) => column(first + c)),
              elsewhere,
            ),
          ]),
      ...sets.map((own, s) => set(own, column(first + missing.length + s), elsewhere)),
    ];
  });
  return filling(fills, elsewhere);
}

/** A feature is ranked once for all its columns, which differ in missing values only. */
function numbers(
  { quantizer, numbers: missing }: RankedFeature,
  [out, ...others]: readonly Int8Array[],
  elsewhere: Set<number>,
): Fill {
  const ranks = out as Int8Array;
  const holes: number[] = [];
  return (values, count) => {
    holes.length = 0;
    for (let r = 0; r < count; r++) {
      const x = values[r] as number;
      if (Number.isNaN(x)) holes.push(r);
      else ranks[r] = FIRST + (quantizer?.rank(x) as number);
    }
    for (const other of others) other.set(ranks);
    if (holes.length === 0) return;
    missing.forEach((leads, c) => {
      const column = c === 0 ? ranks : (others[c - 1] as Int8Array);
      for (const r of holes) column[r] = RANK_OF_MISSING[leads];
    });
    if (missing.includes('elsewhere')) for (const r of holes) elsewhere.add(r);
  };
}

function set({ words, missing }: SetColumn, out: Int8Array, elsewhere: Set<number>): Fill {
  const absent = RANK_OF_MISSING[missing];
  const known = Int8Array.from(
    { length: 32 * words.length },
    (_, code) => FIRST + (holds(words, code) ? 0 : 1),
  );
  return (values, count) => {
    for (let r = 0; r < count; r++) {
      const code = values[r] as number;
      if (Number.isNaN(code)) {
        out[r] = absent;
        if (missing === 'elsewhere') elsewhere.add(r);
      } else out[r] = known[code] ?? FIRST + 1;
    }
  };
}
