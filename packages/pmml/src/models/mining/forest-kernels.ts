import type { ForestPool } from '../tree/forest-pool.js';
import { walkPool } from '../tree/forest-pool.js';

/** Scores rows of features; answers false where a tree has no prediction for one of them. */
export interface Kernel {
  /** Numbers that one row of output takes. */
  readonly width: number;
  readonly categories: readonly string[] | undefined;
  run(rows: Float64Array, from: number, to: number, out: Float64Array): boolean;
}

/** Sum or mean of the leaves' numbers, in the order of the trees. */
export function sumForest(
  pool: ForestPool,
  weights: Float64Array | undefined,
  average: boolean,
  float: boolean,
): Kernel {
  const values = Float64Array.from(pool.leaves, ({ value }) =>
    typeof value === 'number' ? value : Number.NaN,
  );
  const { entries } = pool;
  const width = pool.features.length;
  const total = average ? (weights === undefined ? entries.length : weights.reduce((a, b) => a + b, 0)) : 1;
  if (weights !== undefined) {
    for (let t = 0; t < entries.length; t++) {
      for (let leaf = pool.firstLeaf[t] as number; leaf < (pool.firstLeaf[t + 1] as number); leaf++) {
        values[leaf] = (values[leaf] as number) * (weights[t] as number);
      }
    }
  }
  return {
    width: 1,
    categories: undefined,
    run: (rows, from, to, out) => {
      out.fill(0, from, to);
      for (let t = 0; t < entries.length; t++) {
        const entry = entries[t] as number;
        if (float) {
          for (let r = from; r < to; r++) {
            out[r] = Math.fround(
              (out[r] as number) + (values[walkPool(pool, entry, rows, r * width)] as number),
            );
          }
        } else {
          for (let r = from; r < to; r++) {
            out[r] = (out[r] as number) + (values[walkPool(pool, entry, rows, r * width)] as number);
          }
        }
      }
      let complete = true;
      for (let r = from; r < to; r++) {
        if (average) out[r] = float ? Math.fround((out[r] as number) / total) : (out[r] as number) / total;
        if (Number.isNaN(out[r])) complete = false;
      }
      return complete;
    },
  };
}

/** Mean of the leaves' distributions; behind them the index of the winner. */
export function averageForest(
  pool: ForestPool,
  table: Float64Array,
  categories: readonly string[],
  weights: Float64Array | undefined,
): Kernel {
  const { entries } = pool;
  const width = pool.features.length;
  const size = categories.length;
  const total = weights === undefined ? entries.length : weights.reduce((a, b) => a + b, 0);
  return {
    width: size + 1,
    categories,
    run: (rows, from, to, out) => {
      out.fill(0, from * (size + 1), to * (size + 1));
      for (let t = 0; t < entries.length; t++) {
        const entry = entries[t] as number;
        const weight = weights === undefined ? 1 : (weights[t] as number);
        for (let r = from; r < to; r++) {
          const leaf = walkPool(pool, entry, rows, r * width) * size;
          const at = r * (size + 1);
          for (let c = 0; c < size; c++)
            out[at + c] = (out[at + c] as number) + weight * (table[leaf + c] as number);
        }
      }
      let complete = true;
      for (let r = from; r < to; r++) {
        const at = r * (size + 1);
        let best = 0;
        for (let c = 0; c < size; c++) {
          out[at + c] = (out[at + c] as number) / total;
          if ((out[at + c] as number) > (out[at + best] as number)) best = c;
        }
        if (Number.isNaN(out[at])) complete = false;
        out[at + size] = best;
      }
      return complete;
    },
  };
}

/** Votes of the leaves; of equal categories the one that was voted for first wins. */
export function voteForest(
  pool: ForestPool,
  votes: Int32Array,
  categories: readonly string[],
  weights: Float64Array | undefined,
): Kernel {
  const { entries } = pool;
  const width = pool.features.length;
  const size = categories.length;
  const total = weights === undefined ? entries.length : weights.reduce((a, b) => a + b, 0);
  const order = new Int32Array(size);
  return {
    width: size + 1,
    categories,
    run: (rows, from, to, out) => {
      out.fill(0, from * (size + 1), to * (size + 1));
      for (let r = from; r < to; r++) {
        const at = r * (size + 1);
        let known = 0;
        for (let t = 0; t < entries.length; t++) {
          const vote = votes[walkPool(pool, entries[t] as number, rows, r * width)] as number;
          if (vote < 0) return false;
          if (out[at + vote] === 0) order[known++] = vote;
          out[at + vote] = (out[at + vote] as number) + (weights === undefined ? 1 : (weights[t] as number));
        }
        let best = order[0] as number;
        for (let i = 1; i < known; i++) {
          const c = order[i] as number;
          if ((out[at + c] as number) > (out[at + best] as number)) best = c;
        }
        for (let c = 0; c < size; c++) out[at + c] = (out[at + c] as number) / total;
        out[at + size] = best;
      }
      return true;
    },
  };
}
