import type { ForestPool } from './forest-pool.js';
import { NODE, STRIDE, walkPool } from './forest-pool.js';
import { Quantizer } from './quantizer.js';

/** Words of a quantised node: column and rank of its threshold plus one in one word, yes, no. */
const SIZE = 3;
const RANK_BITS = 20;
const RANKS = (1 << RANK_BITS) - 1;
const MAX_COLUMNS = 1 << (31 - RANK_BITS);
const HIGHEST = 1 << 30;

/** A feature as ranks; where missing leads to `yes`, it ranks below everything, where to `no`, above. */
interface Column {
  readonly feature: number;
  readonly quantizer: Quantizer;
  /** Rank of a missing value, or undefined where a missing one leads elsewhere: such rows go through the pool. */
  readonly missing: number | undefined;
}

/** Finds the leaves of all trees for rows of features. */
export interface Walker {
  /** `columns[f]` is feature `f` of each row; leaves of `count` rows go into `out`, tree by tree: `out[t * count + r]`. */
  walk(columns: readonly Float64Array[], count: number, out: Int32Array): void;
}

/** The plain walk, a comparison of doubles and a branch at each node. */
export function poolWalker(pool: ForestPool): Walker {
  const { entries } = pool;
  const row = new Float64Array(pool.features.length);
  return {
    walk: (columns, count, out) => {
      for (let r = 0; r < count; r++) {
        takeRow(columns, r, row);
        for (let t = 0; t < entries.length; t++)
          out[t * count + r] = walkPool(pool, entries[t] as number, row, 0);
      }
    },
  };
}

function takeRow(columns: readonly Float64Array[], r: number, row: Float64Array): void {
  for (let f = 0; f < row.length; f++) row[f] = (columns[f] as Float64Array)[r] as number;
}

/**
 * A walk without branches: features become ranks once a row, a node compares two integers and adds the outcome to
 * an index, leaves lead to themselves. Eight walks run side by side, so that their loads overlap: eight rows of a
 * batch in one tree, or eight trees of one row. Undefined where the forest tests sets of categories.
 */
export function quantizedWalker(pool: ForestPool): Walker | undefined {
  if (pool.hasSets || pool.ints.length === 0) return undefined;
  const tests = columnsOf(pool);
  if (tests.list.length > MAX_COLUMNS || tests.list.some((c) => c.quantizer.thresholds.length >= RANKS))
    return undefined;
  if (pool.firstLeaf.some((first, t) => (pool.firstLeaf[t + 1] ?? first) - first > RANKS)) return undefined;
  const { nodes, entries, firstLeaf } = layOut(pool, tests.index);
  const { list } = tests;
  const row = new Float64Array(pool.features.length);
  const stride = list.length;
  const groups = byFeature(list);
  const slow = new Set<number>();
  let ranks = new Int32Array(stride);

  const rankRows = (columns: readonly Float64Array[], count: number): void => {
    if (ranks.length < count * stride) ranks = new Int32Array(count * stride);
    slow.clear();
    for (const { feature, quantizer, columns: own } of groups) {
      const values = columns[feature] as Float64Array;
      const first = own[0] as number;
      for (let r = 0; r < count; r++) {
        const x = values[r] as number;
        if (!Number.isNaN(x)) ranks[r * stride + first] = quantizer.rank(x);
      }
      for (let r = 0; r < count; r++) {
        const base = r * stride;
        if (!Number.isNaN(values[r])) {
          for (let c = 1; c < own.length; c++)
            ranks[base + (own[c] as number)] = ranks[base + first] as number;
          continue;
        }
        for (const c of own) {
          const { missing } = list[c] as Column;
          if (missing !== undefined) ranks[base + c] = missing;
          else slow.add(r);
        }
      }
    }
  };

  return {
    walk: (columns, count, out) => {
      rankRows(columns, count);
      if (count === 1) manyTrees(nodes, entries, firstLeaf, ranks, out);
      else manyRows(nodes, entries, firstLeaf, ranks, stride, count, out);
      for (const r of slow) {
        takeRow(columns, r, row);
        for (let t = 0; t < entries.length; t++)
          out[t * count + r] = walkPool(pool, pool.entries[t] as number, row, 0);
      }
    },
  };
}

/** A feature is ranked once for all its columns. */
function byFeature(list: readonly Column[]) {
  const groups = new Map<number, { feature: number; quantizer: Quantizer; columns: number[] }>();
  list.forEach(({ feature, quantizer }, c) => {
    const group = groups.get(feature) ?? { feature, quantizer, columns: [] };
    group.columns.push(c);
    groups.set(feature, group);
  });
  return [...groups.values()];
}

function columnsOf(pool: ForestPool): { list: Column[]; index: (node: number) => readonly [number, number] } {
  const { ints, doubles } = pool;
  const thresholds = pool.features.map(() => new Set<number>());
  for (let n = 0; n < ints.length; n += STRIDE) {
    (thresholds[ints[n + NODE.feature] as number] as Set<number>).add(doubles[n >> 1] as number);
  }
  const quantizers = thresholds.map((set) => new Quantizer(Float64Array.from(set).sort()));
  const places = quantizers.map((q) => new Map(Array.from(q.thresholds, (t, i) => [t, i] as const)));
  const list: Column[] = [];
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

/** Nodes of each tree, then its leaves, which point at themselves. */
function layOut(pool: ForestPool, index: (node: number) => readonly [number, number]) {
  const { ints, entries: roots } = pool;
  const inner = ints.length / STRIDE;
  const leafCount = pool.leaves.length;
  const nodes = new Int32Array((inner + leafCount) * SIZE);
  // The pool holds trees one after another: tree t's nodes begin where those of t - 1 end.
  const entries = new Int32Array(roots.length);
  const firstLeaf = new Int32Array(roots.length);
  let node = 0;
  let at = 0;
  for (let t = 0; t < roots.length; t++) {
    const end = pool.firstNode[t + 1] as number;
    const leafBase = pool.firstLeaf[t] as number;
    const shift = at - (node / STRIDE) * SIZE;
    const leavesAt = at + ((end - node) / STRIDE) * SIZE;
    const place = (target: number): number =>
      target < 0 ? leavesAt + (~target - leafBase) * SIZE : (target / STRIDE) * SIZE + shift;
    entries[t] = place(roots[t] as number);
    firstLeaf[t] = leavesAt;
    for (; node < end; node += STRIDE, at += SIZE) {
      const [column, rank] = index(node);
      nodes[at] = (column << RANK_BITS) | (rank + 1);
      nodes[at + 1] = place(ints[node + NODE.yes] as number);
      nodes[at + 2] = place(ints[node + NODE.no] as number);
    }
    for (let leaf = leafBase; leaf < (pool.firstLeaf[t + 1] as number); leaf++, at += SIZE) {
      // Whatever the first column holds, a leaf leads to itself: its rank bits are free to name it.
      nodes[at] = leaf - leafBase;
      nodes[at + 1] = at;
      nodes[at + 2] = at;
    }
  }
  return { nodes, entries, firstLeaf: withIds(pool, firstLeaf) };
}

/** Per tree: where its leaves begin, and the number of the first of them. */
function withIds(pool: ForestPool, starts: Int32Array): Int32Array {
  const out = new Int32Array(starts.length * 2);
  for (let t = 0; t < starts.length; t++) {
    out[t * 2] = starts[t] as number;
    out[t * 2 + 1] = pool.firstLeaf[t] as number;
  }
  return out;
}

/** One step: -1 where the rank is below the node's, which selects `yes`, else 0, which selects `no`. */
function step(nodes: Int32Array, n: number, ranks: Int32Array, base: number): number {
  const test = nodes[n] as number;
  const below = ((ranks[base + (test >>> RANK_BITS)] as number) - (test & RANKS)) >> 31;
  return nodes[n + 2 + below] as number;
}

function manyRows(
  nodes: Int32Array,
  entries: Int32Array,
  leaves: Int32Array,
  ranks: Int32Array,
  stride: number,
  count: number,
  out: Int32Array,
): void {
  for (let t = 0; t < entries.length; t++) {
    const entry = entries[t] as number;
    const leaf = leaves[t * 2] as number;
    const id = leaves[t * 2 + 1] as number;
    const at = t * count;
    let r = 0;
    for (; r + 8 <= count; r += 8) {
      const b0 = r * stride;
      const b1 = b0 + stride;
      const b2 = b1 + stride;
      const b3 = b2 + stride;
      const b4 = b3 + stride;
      const b5 = b4 + stride;
      const b6 = b5 + stride;
      const b7 = b6 + stride;
      let n0 = entry;
      let n1 = entry;
      let n2 = entry;
      let n3 = entry;
      let n4 = entry;
      let n5 = entry;
      let n6 = entry;
      let n7 = entry;
      while (
        ((n0 - leaf) |
          (n1 - leaf) |
          (n2 - leaf) |
          (n3 - leaf) |
          (n4 - leaf) |
          (n5 - leaf) |
          (n6 - leaf) |
          (n7 - leaf)) <
        0
      ) {
        n0 = step(nodes, n0, ranks, b0);
        n1 = step(nodes, n1, ranks, b1);
        n2 = step(nodes, n2, ranks, b2);
        n3 = step(nodes, n3, ranks, b3);
        n4 = step(nodes, n4, ranks, b4);
        n5 = step(nodes, n5, ranks, b5);
        n6 = step(nodes, n6, ranks, b6);
        n7 = step(nodes, n7, ranks, b7);
      }
      out[at + r] = id + ((nodes[n0] as number) & RANKS);
      out[at + r + 1] = id + ((nodes[n1] as number) & RANKS);
      out[at + r + 2] = id + ((nodes[n2] as number) & RANKS);
      out[at + r + 3] = id + ((nodes[n3] as number) & RANKS);
      out[at + r + 4] = id + ((nodes[n4] as number) & RANKS);
      out[at + r + 5] = id + ((nodes[n5] as number) & RANKS);
      out[at + r + 6] = id + ((nodes[n6] as number) & RANKS);
      out[at + r + 7] = id + ((nodes[n7] as number) & RANKS);
    }
    for (; r < count; r++) {
      let n = entry;
      while (n < leaf) n = step(nodes, n, ranks, r * stride);
      out[at + r] = id + ((nodes[n] as number) & RANKS);
    }
  }
}

function manyTrees(
  nodes: Int32Array,
  entries: Int32Array,
  leaves: Int32Array,
  ranks: Int32Array,
  out: Int32Array,
): void {
  let t = 0;
  for (; t + 4 <= entries.length; t += 4) {
    const l0 = leaves[t * 2] as number;
    const l1 = leaves[t * 2 + 2] as number;
    const l2 = leaves[t * 2 + 4] as number;
    const l3 = leaves[t * 2 + 6] as number;
    let n0 = entries[t] as number;
    let n1 = entries[t + 1] as number;
    let n2 = entries[t + 2] as number;
    let n3 = entries[t + 3] as number;
    while (((n0 - l0) | (n1 - l1) | (n2 - l2) | (n3 - l3)) < 0) {
      n0 = step(nodes, n0, ranks, 0);
      n1 = step(nodes, n1, ranks, 0);
      n2 = step(nodes, n2, ranks, 0);
      n3 = step(nodes, n3, ranks, 0);
    }
    out[t] = (leaves[t * 2 + 1] as number) + ((nodes[n0] as number) & RANKS);
    out[t + 1] = (leaves[t * 2 + 3] as number) + ((nodes[n1] as number) & RANKS);
    out[t + 2] = (leaves[t * 2 + 5] as number) + ((nodes[n2] as number) & RANKS);
    out[t + 3] = (leaves[t * 2 + 7] as number) + ((nodes[n3] as number) & RANKS);
  }
  for (; t < entries.length; t++) {
    const leaf = leaves[t * 2] as number;
    let n = entries[t] as number;
    while (n < leaf) n = step(nodes, n, ranks, 0);
    out[t] = (leaves[t * 2 + 1] as number) + ((nodes[n] as number) & RANKS);
  }
}
