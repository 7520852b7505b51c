import { BLOCK } from '../../blocks/contract.js';
import type { ForestPool } from './forest-pool.js';
import { walkPool } from './forest-pool.js';

/** Finds the leaves of all trees for rows of features. */
export interface Walker {
  /**
   * `columns[f]` is feature `f` of each row, of which there are at most BLOCK. Answers leaves, tree by tree:
   * `[t * count + r]`; they hold until the next call.
   */
  walk(columns: readonly Float64Array[], count: number): Int32Array;
}

/** The plain walk, a comparison and a branch at each node. */
export function poolWalker(pool: ForestPool): Walker {
  const { entries } = pool;
  const leaves = new Int32Array(entries.length * BLOCK);
  const row = new Float64Array(pool.features.length);
  return {
    walk: (columns, count) => {
      for (let r = 0; r < count; r++) walkRow(pool, columns, r, count, row, leaves);
      return leaves;
    },
  };
}

/** Walks all trees for row `r` of `count`; `row` is room for its features. */
export function walkRow(
  pool: ForestPool,
  columns: readonly Float64Array[],
  r: number,
  count: number,
  row: Float64Array,
  out: Int32Array,
): void {
  for (let f = 0; f < row.length; f++) row[f] = (columns[f] as Float64Array)[r] as number;
  const { entries } = pool;
  for (let t = 0; t < entries.length; t++) out[t * count + r] = walkPool(pool, entries[t] as number, row, 0);
}
