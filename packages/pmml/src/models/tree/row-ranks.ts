import type { Fill, FillRanks } from './fill-ranks.js';
import { filling } from './fill-ranks.js';
import type { Missing, RankColumns, RankedFeature } from './rank-columns.js';
import { holds } from './rank-columns.js';

/** Ranks below and above all others, for missing values. */
const LOWEST = -1;
const HIGHEST = 1 << 30;
const RANK_OF_MISSING: Readonly<Record<Missing, number>> = { yes: LOWEST, no: HIGHEST, elsewhere: 0 };

/** Writes the ranks of rows one after another; answers the rows that have to be walked plainly. */
export function rowRanks({ width, features }: RankColumns, ranks: Int32Array): FillRanks {
  const elsewhere = new Set<number>();
  const fills = features.map((feature) => [
    ...(feature.numbers.length > 0 ? [numbers(feature, width, ranks, elsewhere)] : []),
    ...(feature.sets.length > 0 ? [sets(feature, width, ranks, elsewhere)] : []),
  ]);
  return filling(fills, elsewhere);
}

/** A feature is ranked once for all its columns. */
function numbers(
  { quantizer, first, numbers: missing }: RankedFeature,
  width: number,
  ranks: Int32Array,
  elsewhere: Set<number>,
): Fill {
  const own = missing.length;
  return (values, count) => {
    for (let r = 0, at = first; r < count; r++, at += width) {
      const x = values[r] as number;
      if (!Number.isNaN(x)) {
        const rank = quantizer?.rank(x) as number;
        for (let c = 0; c < own; c++) ranks[at + c] = rank;
        continue;
      }
      for (let c = 0; c < own; c++) ranks[at + c] = RANK_OF_MISSING[missing[c] as Missing];
      if (missing.includes('elsewhere')) elsewhere.add(r);
    }
  };
}

/** What a category is in all sets of its field is copied at once. */
function sets(
  { first, numbers: before, sets: own }: RankedFeature,
  width: number,
  ranks: Int32Array,
  elsewhere: Set<number>,
): Fill {
  const codes = 32 * own.reduce((most, { words }) => Math.max(most, words.length), 0);
  const answers = (code: number): Int32Array =>
    Int32Array.from(own, ({ words }) => (holds(words, code) ? 0 : 1));
  const known = Array.from({ length: codes }, (_, code) => answers(code));
  const other = answers(-1);
  const missing = Int32Array.from(own, (set) => RANK_OF_MISSING[set.missing]);
  const leaves = own.some((set) => set.missing === 'elsewhere');
  return (values, count) => {
    for (let r = 0, at = first + before.length; r < count; r++, at += width) {
      const code = values[r] as number;
      if (Number.isNaN(code) && leaves) elsewhere.add(r);
      ranks.set(Number.isNaN(code) ? missing : (known[code] ?? other), at);
    }
  };
}
