import { BLOCK } from '../../blocks/contract.js';
import type { BlockWalk } from './block-walk.js';
import { planBlocks } from './block-walk.js';
import type { ForestPool } from './forest-pool.js';
import { NODE, STRIDE } from './forest-pool.js';
import type { Walker } from './pool-walker.js';
import { walkRow } from './pool-walker.js';
import type { RankColumns } from './rank-columns.js';
import { rankColumns } from './rank-columns.js';
import { rowRanks } from './row-ranks.js';
import { LANES, NODE_BYTES, WORD, walkModule } from './walk-module.js';

/** Addresses are kept below the sign. */
const MOST_BYTES = 2 ** 31;
const NODE_WORDS = NODE_BYTES / WORD;
/** Not 0: a step goes back from its node by a word before it goes on. */
const NODES_AT = NODE_BYTES;

/** With fewer rows a whole block is no gain. */
const LEAST_ROWS = 24;

function aligned(at: number): number {
  return Math.ceil(at / 64) * 64;
}

/**
 * A walk without branches: features become ranks once a row, a node compares two integers (walk-module.ts). Undefined
 * where there is no WebAssembly or no room for it.
 */
export function rankedWalker(pool: ForestPool): Walker | undefined {
  const ranked = pool.ints.length === 0 ? undefined : rankColumns(pool);
  if (ranked === undefined) return undefined;
  const { width } = ranked;
  const trees = pool.entries.length;
  const nodes = pool.ints.length / STRIDE + pool.leaves.length;
  const entriesAt = NODES_AT + nodes * NODE_BYTES;
  const ranksAt = entriesAt + (trees + LANES) * WORD;
  const outAt = ranksAt + width * BLOCK * WORD;
  const blocksAt = aligned(outAt + (trees * BLOCK + BLOCK) * WORD);
  const plan = planBlocks(pool, ranked);
  const bytes = blocksAt + (plan?.bytes ?? 0);
  const instance = bytes < MOST_BYTES ? walkModule()?.(bytes) : undefined;
  if (instance === undefined) return undefined;
  const { memory, exports } = instance;
  const { rows: walkRows, trees: walkTrees } = exports as Record<
    'rows' | 'trees',
    (...args: number[]) => void
  >;
  const words = new Int32Array(memory);
  const leavesAt = layOut(pool, ranked, words, entriesAt / WORD);
  const ranks = words.subarray(ranksAt / WORD, outAt / WORD);
  const out = words.subarray(outAt / WORD, outAt / WORD + trees * BLOCK);
  const walkBlock = exports.block && plan?.place(instance, blocksAt, outAt);
  const rank = rowRanks(ranked, ranks);
  const row = new Float64Array(pool.features.length);
  const entriesEnd = entriesAt + trees * WORD;
  const walkRanked: BlockWalk = (columns, count) => {
    const elsewhere = rank(columns, count);
    if (count === 1) walkTrees(entriesAt, entriesEnd, ranksAt, leavesAt, outAt);
    else walkRows(entriesAt, entriesEnd, ranksAt, width * WORD, count, leavesAt, outAt);
    return elsewhere;
  };
  return {
    walk: (columns, count) => {
      const find = walkBlock !== undefined && count >= LEAST_ROWS ? walkBlock : walkRanked;
      const elsewhere = find(columns, count);
      for (const r of elsewhere) walkRow(pool, columns, r, count, row, out);
      return out;
    },
  };
}

/** Writes nodes, leaves and entries; answers where the leaves begin, in bytes. */
function layOut(
  pool: ForestPool,
  { column, limit }: RankColumns,
  words: Int32Array,
  entriesAt: number,
): number {
  const { ints, entries } = pool;
  const leavesAt = NODES_AT + (ints.length / STRIDE) * NODE_BYTES;
  const place = (target: number): number =>
    target < 0 ? leavesAt + ~target * NODE_BYTES : NODES_AT + (target / STRIDE) * NODE_BYTES;
  let at = NODES_AT / WORD;
  for (let node = 0; node < ints.length; node += STRIDE, at += NODE_WORDS) {
    words[at] = column(node) * WORD;
    words[at + 1] = limit(node);
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
