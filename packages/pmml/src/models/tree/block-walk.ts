import type { WasmInstance } from '../../wasm/instantiate.js';
import { COLUMN_BYTES, INNER_BYTES, PAIR_BYTES, TREE_BYTES } from './block-walk-module.js';
import { byteLimit, byteRanks, fitsBytes } from './byte-ranks.js';
import type { ForestPool } from './forest-pool.js';
import { NODE } from './forest-pool.js';
import type { RankColumns } from './rank-columns.js';

const WORD = 4;
/** Leaves of a tree whose numbers within it are bytes. */
const MOST_LEAVES = 256;
/** Nodes that the block way visits in the time of a step of the walk, as measured with trees of depth 2 to 9. */
const NODES_PER_STEP = 24;

/** Fills the leaves of a block's rows; answers those that have to be walked plainly. */
export type BlockWalk = (columns: readonly Float64Array[], count: number) => ReadonlySet<number>;

/** What the block way needs of a memory: so many bytes, on a border of 16. */
export interface BlockPlan {
  readonly bytes: number;
  place(instance: WasmInstance, at: number, outAt: number): BlockWalk;
}

/** One tree, its nodes in the order in which their columns are made. */
interface OrderedTree {
  readonly pairs: readonly number[];
  readonly inner: readonly number[];
  readonly entry: number;
  readonly firstLeaf: number;
}

/** Undefined where ranks or leaves are no bytes, or trees are so large that it is quicker to walk them. */
export function planBlocks(pool: ForestPool, ranked: RankColumns): BlockPlan | undefined {
  if (!fitsBytes(ranked)) return undefined;
  const trees: OrderedTree[] = [];
  let [nodes, steps] = [0, 0];
  for (let t = 0; t < pool.entries.length; t++) {
    const firstLeaf = pool.firstLeaf[t] as number;
    if ((pool.firstLeaf[t + 1] as number) - firstLeaf > MOST_LEAVES) return undefined;
    const { tree, depth } = order(pool, pool.entries[t] as number, firstLeaf);
    nodes += tree.pairs.length + tree.inner.length;
    steps += depth;
    trees.push(tree);
  }
  return nodes > NODES_PER_STEP * steps ? undefined : plan(pool, ranked, trees);
}

/** Nodes behind those they lead to. */
function order({ ints }: ForestPool, entry: number, firstLeaf: number): { tree: OrderedTree; depth: number } {
  const depths = new Map<number, number>();
  const pairs: number[] = [];
  const inner: number[] = [];
  const visit = (node: number): number => {
    if (node < 0) return 0;
    const known = depths.get(node);
    if (known !== undefined) return known;
    const [yes, no] = [ints[node + NODE.yes] as number, ints[node + NODE.no] as number];
    const depth = 1 + Math.max(visit(yes), visit(no));
    depths.set(node, depth);
    (yes < 0 && no < 0 ? pairs : inner).push(node);
    return depth;
  };
  const depth = visit(entry);
  return { tree: { pairs, inner, entry, firstLeaf }, depth };
}

function plan(pool: ForestPool, ranked: RankColumns, trees: readonly OrderedTree[]): BlockPlan {
  const count = (of: (tree: OrderedTree) => number): number => trees.reduce((sum, tree) => sum + of(tree), 0);
  const most = trees.reduce((max, t) => Math.max(max, t.pairs.length + t.inner.length), 0);
  const sizes = {
    ranks: ranked.width * COLUMN_BYTES,
    leaves: MOST_LEAVES * COLUMN_BYTES,
    columns: most * COLUMN_BYTES,
    pairs: count((t) => t.pairs.length) * PAIR_BYTES,
    inner: count((t) => t.inner.length) * INNER_BYTES,
    trees: trees.length * TREE_BYTES,
  };
  return {
    bytes: Object.values(sizes).reduce((a, b) => a + b),
    place: ({ memory, exports }, at, outAt) => {
      const leavesAt = at + sizes.ranks;
      const columnsAt = leavesAt + sizes.leaves;
      const pairsAt = columnsAt + sizes.columns;
      const innerAt = pairsAt + sizes.pairs;
      const treesAt = innerAt + sizes.inner;
      const bytes = new Int8Array(memory);
      for (let leaf = 0; leaf < MOST_LEAVES; leaf++)
        bytes.fill(leaf, leavesAt + leaf * COLUMN_BYTES, leavesAt + (leaf + 1) * COLUMN_BYTES);
      write(pool, ranked, trees, memory, { ranksAt: at, leavesAt, columnsAt, pairsAt, innerAt, treesAt });
      const rank = byteRanks(ranked, bytes.subarray(at, leavesAt));
      const walk = exports.block as (...args: number[]) => void;
      return (columns, rows) => {
        const elsewhere = rank(columns, rows);
        walk(treesAt, treesAt + sizes.trees, pairsAt, innerAt, columnsAt, rows * WORD, outAt);
        return elsewhere;
      };
    },
  };
}

interface Places {
  readonly ranksAt: number;
  readonly leavesAt: number;
  readonly columnsAt: number;
  readonly pairsAt: number;
  readonly innerAt: number;
  readonly treesAt: number;
}

/** Writes pairs, nodes and trees as block-walk-module.ts says. */
function write(
  { ints }: ForestPool,
  { column, limit }: RankColumns,
  trees: readonly OrderedTree[],
  memory: ArrayBuffer,
  { ranksAt, leavesAt, columnsAt, pairsAt, innerAt, treesAt }: Places,
): void {
  const bytes = new Int8Array(memory);
  const words = new Int32Array(memory);
  let [pair, inner, at] = [pairsAt, innerAt, treesAt];
  for (const tree of trees) {
    const columns = new Map<number, number>();
    const columnOf = (target: number): number =>
      target < 0
        ? leavesAt + (~target - tree.firstLeaf) * COLUMN_BYTES
        : columnsAt + (columns.get(target) as number) * COLUMN_BYTES;
    for (const node of tree.pairs) {
      columns.set(node, columns.size);
      const [yes, no] = [ints[node + NODE.yes] as number, ints[node + NODE.no] as number].map(
        (target) => ~target - tree.firstLeaf,
      ) as [number, number];
      bytes[pair] = byteLimit(limit(node));
      bytes[pair + 1] = yes ^ no;
      bytes[pair + 2] = no;
      words[pair / WORD + 1] = ranksAt + column(node) * COLUMN_BYTES;
      pair += PAIR_BYTES;
    }
    for (const node of tree.inner) {
      bytes[inner] = byteLimit(limit(node));
      words[inner / WORD + 1] = ranksAt + column(node) * COLUMN_BYTES;
      words[inner / WORD + 2] = columnOf(ints[node + NODE.yes] as number);
      words[inner / WORD + 3] = columnOf(ints[node + NODE.no] as number);
      columns.set(node, columns.size);
      inner += INNER_BYTES;
    }
    words.set([pair, inner, columnOf(tree.entry), tree.firstLeaf], at / WORD);
    at += TREE_BYTES;
  }
}
