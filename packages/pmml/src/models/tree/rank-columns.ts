import type { ForestPool } from './forest-pool.js';
import { NODE, STRIDE } from './forest-pool.js';
import { Quantizer } from './quantizer.js';

/** Where a missing value leads at a node. */
export type Missing = 'yes' | 'no' | 'elsewhere';

/** A column in which a set of categories ranks 0, and everything else 1. */
export interface SetColumn {
  readonly missing: Missing;
  readonly words: Int32Array;
}

/** The columns that the nodes of one feature ask for: first those of its ranks, then those of its sets. */
export interface RankedFeature {
  readonly feature: number;
  /** The number of its first column. */
  readonly first: number;
  readonly quantizer: Quantizer | undefined;
  /** Where a missing value leads, by column of ranks. */
  readonly numbers: readonly Missing[];
  readonly sets: readonly SetColumn[];
}

/** Features as ranks: a node leads to yes where its column has a rank below its limit. */
export interface RankColumns {
  readonly width: number;
  readonly features: readonly RankedFeature[];
  column(node: number): number;
  limit(node: number): number;
}

/** Each costs a copy per row: with more of them the plain walk is as fast. */
const MOST_SETS = 2048;
const MISSING: readonly Missing[] = ['yes', 'no', 'elsewhere'];

/** Undefined where there are too many different sets. */
export function rankColumns(pool: ForestPool): RankColumns | undefined {
  const { ints, doubles } = pool;
  const count = pool.features.length;
  const thresholds = Array.from({ length: count }, () => new Set<number>());
  const used = new Uint8Array(count * MISSING.length);
  const sets = Array.from({ length: count }, () => new Map<string, SetColumn>());
  let different = 0;
  for (let node = 0; node < ints.length; node += STRIDE) {
    const feature = ints[node + NODE.feature] as number;
    if ((ints[node + NODE.set] as number) < 0) {
      (thresholds[feature] as Set<number>).add(doubles[node >> 1] as number);
      used[feature * MISSING.length + missingOf(pool, node)] = 1;
      continue;
    }
    const own = sets[feature] as Map<string, SetColumn>;
    const key = keyOfSet(pool, node);
    if (own.has(key)) continue;
    own.set(key, { missing: MISSING[missingOf(pool, node)] as Missing, words: wordsOf(pool, node) });
    if (++different > MOST_SETS) return undefined;
  }
  const numbered = number(thresholds, used, sets);
  const places = numbered.features.map(
    ({ quantizer }) => new Map(Array.from(quantizer?.thresholds ?? [], (t, i) => [t, i] as const)),
  );
  return {
    ...numbered,
    column: (node) => {
      const feature = ints[node + NODE.feature] as number;
      return (ints[node + NODE.set] as number) < 0
        ? (numbered.ranks[feature * MISSING.length + missingOf(pool, node)] as number)
        : (numbered.sets[feature]?.get(keyOfSet(pool, node)) as number);
    },
    limit: (node) =>
      (ints[node + NODE.set] as number) < 0
        ? (places[ints[node + NODE.feature] as number]?.get(doubles[node >> 1] as number) as number) + 1
        : 1,
  };
}

/** Gives all columns their numbers. */
function number(
  thresholds: readonly Set<number>[],
  used: Uint8Array,
  sets: readonly Map<string, SetColumn>[],
): {
  width: number;
  features: RankedFeature[];
  ranks: Int32Array;
  sets: Map<string, number>[];
} {
  let width = 0;
  const ranks = new Int32Array(used.length);
  const places: Map<string, number>[] = [];
  const features = thresholds.map((own, feature) => {
    const first = width;
    const numbers = MISSING.filter((_, m) => {
      const at = feature * MISSING.length + m;
      if (used[at] === 1) ranks[at] = width++;
      return used[at] === 1;
    });
    const ofSets = sets[feature] as Map<string, SetColumn>;
    places.push(new Map(Array.from(ofSets.keys(), (key) => [key, width++])));
    const quantizer = own.size === 0 ? undefined : new Quantizer(Float64Array.from(own).sort());
    return { feature, first, quantizer, numbers, sets: [...ofSets.values()] };
  });
  return { width, features, ranks, sets: places };
}

function missingOf({ ints }: ForestPool, node: number): number {
  const target = ints[node + NODE.missing];
  return target === ints[node + NODE.yes] ? 0 : target === ints[node + NODE.no] ? 1 : 2;
}

function wordsOf({ ints, words }: ForestPool, node: number): Int32Array {
  const start = ints[node + NODE.set] as number;
  return words.subarray(start, start + (ints[node + NODE.setSize] as number));
}

function keyOfSet(pool: ForestPool, node: number): string {
  return `${missingOf(pool, node)}/${wordsOf(pool, node).join()}`;
}

/** Whether a category is in a set: none has negative codes. */
export function holds(words: Int32Array, code: number): boolean {
  return code >= 0 && code >> 5 < words.length && (((words[code >> 5] as number) >>> (code & 31)) & 1) === 1;
}
