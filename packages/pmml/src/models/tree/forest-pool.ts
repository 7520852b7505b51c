import type { Feature } from './features.js';
import { FeatureTable } from './features.js';
import type { Leaf } from './leaf.js';
import type { FlatTree } from './tree-model.js';

/** Int32 words of one node: threshold (two words), feature, yes, no, missing, first word of its set, set size. */
export const STRIDE = 8;
const FEATURE = 2;
const YES = 3;
const NO = 4;
const MISSING = 5;
const SET = 6;
const SET_SIZE = 7;

/** Places of the words of a node that others read. */
export const NODE = {
  feature: FEATURE,
  yes: YES,
  no: NO,
  missing: MISSING,
  set: SET,
  setSize: SET_SIZE,
} as const;

/**
 * The graphs of all trees of an ensemble in one buffer, a node in half a cache line. Node references are word
 * offsets; negative ones are leaves, numbered through all trees.
 */
export interface ForestPool {
  readonly features: readonly Feature[];
  readonly entries: Int32Array;
  readonly ints: Int32Array;
  /** The same memory: the threshold of the node at word `n` is `doubles[n >> 1]`. */
  readonly doubles: Float64Array;
  readonly words: Int32Array;
  readonly hasSets: boolean;
  /** Leaves of all trees; tree `t` owns those from `firstLeaf[t]` on. */
  readonly leaves: readonly Leaf[];
  readonly firstLeaf: Int32Array;
  /** Words of tree `t`: from `firstNode[t]` to `firstNode[t + 1]`. */
  readonly firstNode: Int32Array;
}

export function poolTrees(trees: readonly FlatTree[]): ForestPool {
  const table = new FeatureTable();
  let size = 0;
  let wordCount = 0;
  for (const { graph } of trees) {
    size += graph.feature.length;
    wordCount += graph.words.length;
  }
  const buffer = new ArrayBuffer(size * STRIDE * 4);
  const ints = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);
  const words = new Int32Array(wordCount);
  const entries = new Int32Array(trees.length);
  const firstLeaf = new Int32Array(trees.length + 1);
  const firstNode = new Int32Array(trees.length + 1);
  const leaves: Leaf[] = [];
  let hasSets = false;
  let base = 0;
  let wordBase = 0;
  trees.forEach(({ graph, features, leaves: own }, t) => {
    const renamed = features.map((f) => table.adopt(f));
    const leafBase = leaves.length;
    for (const leaf of own) leaves.push(leaf);
    firstLeaf[t + 1] = leaves.length;
    const place = (target: number): number => (target < 0 ? target - leafBase : (base + target) * STRIDE);
    for (let n = 0; n < graph.feature.length; n++) {
      const at = (base + n) * STRIDE;
      doubles[at >> 1] = graph.threshold[n] as number;
      ints[at + FEATURE] = renamed[graph.feature[n] as number] as number;
      ints[at + YES] = place(graph.yes[n] as number);
      ints[at + NO] = place(graph.no[n] as number);
      ints[at + MISSING] = place(graph.missing[n] as number);
      const set = graph.set[n] as number;
      const start = set < 0 ? 0 : (graph.setStart[set] as number);
      ints[at + SET] = set < 0 ? -1 : wordBase + start;
      ints[at + SET_SIZE] = set < 0 ? 0 : (graph.setStart[set + 1] as number) - start;
    }
    words.set(graph.words, wordBase);
    entries[t] = place(graph.entry);
    hasSets ||= graph.hasSets;
    base += graph.feature.length;
    firstNode[t + 1] = base * STRIDE;
    wordBase += graph.words.length;
  });
  return { features: table.list, entries, ints, doubles, words, hasSets, leaves, firstLeaf, firstNode };
}

/** Leaf of one tree for a row whose features start at `offset`. */
export function walkPool(pool: ForestPool, entry: number, row: Float64Array, offset: number): number {
  return pool.hasSets ? walkWithSets(pool, entry, row, offset) : walkNumbers(pool, entry, row, offset);
}

export function walkNumbers(
  { ints, doubles }: ForestPool,
  entry: number,
  row: Float64Array,
  offset: number,
): number {
  let n = entry;
  while (n >= 0) {
    const x = row[offset + (ints[n + FEATURE] as number)] as number;
    const t = doubles[n >> 1] as number;
    n = ints[n + (x < t ? YES : x >= t ? NO : MISSING)] as number;
  }
  return ~n;
}

export function walkWithSets(
  { ints, doubles, words }: ForestPool,
  entry: number,
  row: Float64Array,
  offset: number,
): number {
  let n = entry;
  while (n >= 0) {
    const x = row[offset + (ints[n + FEATURE] as number)] as number;
    const set = ints[n + SET] as number;
    let step = MISSING;
    if (set < 0) {
      const t = doubles[n >> 1] as number;
      step = x < t ? YES : x >= t ? NO : MISSING;
    } else if (x >= 0) {
      const word = x >> 5;
      const inside =
        word < (ints[n + SET_SIZE] as number) && (((words[set + word] as number) >>> (x & 31)) & 1) === 1;
      step = inside ? YES : NO;
    } else if (x < 0) step = NO;
    n = ints[n + step] as number;
  }
  return ~n;
}
