import { BLOCK } from '../../blocks/contract.js';
import type { ForestPool } from './forest-pool.js';
import { NODE, STRIDE } from './forest-pool.js';
import type { Walker } from './pool-walker.js';
import { walkRow } from './pool-walker.js';
import { Quantizer } from './quantizer.js';
import { LANES, NODE_BYTES, WORD, walkModule } from './walk-module.js';

const HIGHEST = 1 << 30;
/** Addresses are kept below the sign. */
const MOST_BYTES = 2 ** 31;
const NODE_WORDS = NODE_BYTES / WORD;
/** Not 0: a step goes back from its node by a word before it goes on. */
const NODES_AT = NODE_BYTES;

/** A feature as ranks; where missing leads to `yes`, it ranks below everything, where to `no`, above. */
interface RankColumn {
  readonly feature: number;
  readonly quantizer: Quantizer;
  /** Rank of a missing value, or undefined where a missing one leads elsewhere: such rows are walked plainly. */
  readonly missing: number | undefined;
}

/**
 * A walk without branches: features become ranks once a row, a node compares two integers (walk-module.ts). Undefined
 * where the forest tests sets of categories, or there is no WebAssembly or no room for it.
 */
export function rankedWalker(pool: ForestPool): Walker | undefined {
  if (pool.hasSets || pool.ints.length === 0) return undefined;
  const { list, index } = rankColumns(pool);
  const trees = pool.entries.length;
  const nodes = pool.ints.length / STRIDE + pool.leaves.length;
  const entriesAt = NODES_AT + nodes * NODE_BYTES;
  const ranksAt = entriesAt + (trees + LANES) * WORD;
  const outAt = ranksAt + list.length * BLOCK * WORD;
  const bytes = outAt + (trees * BLOCK + LANES) * WORD;
  const instance = bytes < MOST_BYTES ? walkModule()?.(bytes) : undefined;
  if (instance === undefined) return undefined;
  const { memory, exports } = instance;
  const { rows: walkRows, trees: walkTrees } = exports as Record<
    'rows' | 'trees',
    (...args: number[]) => void
  >;
  const words = new Int32Array(memory);
  const leavesAt = layOut(pool, index, words, entriesAt / WORD);
  const ranks = words.subarray(ranksAt / WORD, outAt / WORD);
  const out = words.subarray(outAt / WORD, outAt / WORD + trees * BLOCK);
  const rank = ranker(list, ranks);
  const row = new Float64Array(pool.features.length);
  const entriesEnd = entriesAt + trees * WORD;
  return {
    walk: (columns, count) => {
      const elsewhere = rank(columns, count);
      if (count === 1) walkTrees(entriesAt, entriesEnd, ranksAt, leavesAt, outAt);
      else walkRows(entriesAt, entriesEnd, ranksAt, list.length * WORD, count, leavesAt, outAt);
      for (const r of elsewhere) walkRow(pool, columns, r, count, row, out);
      return out;
    },
  };
}

/** Writes the ranks of rows one after another; answers the rows that have to be walked plainly. */
function ranker(
  list: readonly RankColumn[],
  ranks: Int32Array,
): (columns: readonly Float64Array[], count: number) => ReadonlySet<number> {
  const stride = list.length;
  const groups = byFeature(list);
  const elsewhere = new Set<number>();
  return (columns, count) => {
    elsewhere.clear();
    for (const { feature, quantizer, columns: own } of groups) {
      const values = columns[feature] as Float64Array;
      for (let r = 0; r < count; r++) {
        const x = values[r] as number;
        const base = r * stride;
        if (!Number.isNaN(x)) {
          const rank = quantizer.rank(x);
          for (let c = 0; c < own.length; c++) ranks[base + (own[c] as number)] = rank;
          continue;
        }
        for (const c of own) {
          const { missing } = list[c] as RankColumn;
          if (missing === undefined) elsewhere.add(r);
          else ranks[base + c] = missing;
        }
      }
    }
    return elsewhere;
  };
}

/** A feature is ranked once for all its columns. */
function byFeature(list: readonly RankColumn[]) {
  const groups = new Map<number, { feature: number; quantizer: Quantizer; columns: number[] }>();
  list.forEach(({ feature, quantizer }, c) => {
    const group = groups.get(feature) ?? { feature, quantizer, columns: [] };
    group.columns.push(c);
    groups.set(feature, group);
  });
  return [...groups.values()];
}

/** The columns of a forest; `index` gives those of a node: its column, and the rank of its threshold there. */
function rankColumns(pool: ForestPool): {
  list: RankColumn[];
  index: (node: number) => readonly [number, number];
} {
  const { ints, doubles } = pool;
  const thresholds = pool.features.map(() => new Set<number>());
  for (let n = 0; n < ints.length; n += STRIDE) {
    (thresholds[ints[n + NODE.feature] as number] as Set<number>).add(doubles[n >> 1] as number);
  }
  const quantizers = thresholds.map((set) => new Quantizer(Float64Array.from(set).sort()));
  const places = quantizers.map((q) => new Map(Array.from(q.thresholds, (t, i) => [t, i] as const)));
  const list: RankColumn[] = [];
  const known = new Map<string, number>();
  const index = (node: number): readonly [number, number] => {
    const feature = ints[node + NODE.feature] as number;
    const target = ints[node + NODE.missing];
    const missing =
      target === ints[node + NODE.yes] ? -1 : target === ints[node + NODE.no] ? HIGHEST : undefined;
    const key = `${feature}/${missing}`;
    let column = known.get(key);
    if (column === undefined) {
      column = list.push({ feature, quantizer: quantizers[feature] as Quantizer, missing }) - 1;
      known.set(key, column);
    }
    return [column, places[feature]?.get(doubles[node >> 1] as number) as number];
  };
  for (let n = 0; n < ints.length; n += STRIDE) index(n);
  return { list, index };
}

/** Writes nodes, leaves and entries; answers where the leaves begin, in bytes. */
function layOut(
  pool: ForestPool,
  index: (node: number) => readonly [number, number],
  words: Int32Array,
  entriesAt: number,
): number {
  const { ints, entries } = pool;
  const leavesAt = NODES_AT + (ints.length / STRIDE) * NODE_BYTES;
  const place = (target: number): number =>
    target < 0 ? leavesAt + ~target * NODE_BYTES : NODES_AT + (target / STRIDE) * NODE_BYTES;
  let at = NODES_AT / WORD;
  for (let node = 0; node < ints.length; node += STRIDE, at += NODE_WORDS) {
    const [column, rank] = index(node);
    words[at] = column * WORD;
    words[at + 1] = rank + 1;
    words[at + 2] = place(ints[node + NODE.yes] as number);
    words[at + 3] = place(ints[node + NODE.no] as number);
  }
  // Whatever a row holds in the first column, a leaf leads to itself.
  for (let leaf = 0; leaf < pool.leaves.length; leaf++, at += NODE_WORDS) {
    words[at + 2] = at * WORD;
    words[at + 3] = at * WORD;
  }
  // Behind the last entry there are some more, which are walked for nothing.
  words.fill(leavesAt, entriesAt, entriesAt + entries.length + LANES);
  entries.forEach((entry, t) => {
    words[entriesAt + t] = place(entry);
  });
  return leavesAt;
}
