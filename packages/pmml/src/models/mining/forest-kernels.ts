import type { ForestPool } from '../tree/forest-pool.js';

/**
 * Combines the leaves of all trees for each row; answers false where a tree has no prediction for one of them, whose
 * first number is not a number then.
 */
export interface Kernel {
  /** Numbers that one row of output takes. */
  readonly width: number;
  readonly categories: readonly string[] | undefined;
  /** `leaves[t * count + r]` is the leaf of tree `t` for row `r`. */
  run(leaves: Int32Array, count: number, out: Float64Array): boolean;
}

/** Sum or mean of the leaves' numbers, in the order of the trees. */
export function sumForest(
  pool: ForestPool,
  weights: Float64Array | undefined,
  average: boolean,
  float: boolean,
): Kernel {
  const round = Math.fround;
  const precise = (v: number): number => (float ? round(v) : v);
  const values = Float64Array.from(pool.leaves, ({ value }) =>
    typeof value === 'number' ? precise(value) : Number.NaN,
  );
  const trees = pool.entries.length;
  let total = trees;
  if (weights !== undefined) {
    for (let t = 0; t < trees; t++) {
      const weight = precise(weights[t] as number);
      for (let leaf = pool.firstLeaf[t] as number; leaf < (pool.firstLeaf[t + 1] as number); leaf++) {
        values[leaf] = precise((values[leaf] as number) * weight);
      }
    }
    total = weights.reduce((a, b) => precise(a + precise(b)), 0);
  }
  const add = (a: number, b: number): number => (float ? round(a + b) : a + b);
  return {
    width: 1,
    categories: undefined,
    run: (leaves, count, out) => {
      // Four rows side by side: their sums stay in registers, and their additions overlap.
      let r = 0;
      for (; r + 4 <= count; r += 4) {
        let [a, b, c, d] = [0, 0, 0, 0];
        for (let t = 0, at = r; t < trees; t++, at += count) {
          a = add(a, values[leaves[at] as number] as number);
          b = add(b, values[leaves[at + 1] as number] as number);
          c = add(c, values[leaves[at + 2] as number] as number);
          d = add(d, values[leaves[at + 3] as number] as number);
        }
        out[r] = a;
        out[r + 1] = b;
        out[r + 2] = c;
        out[r + 3] = d;
      }
      for (; r < count; r++) {
        let sum = 0;
        for (let t = 0, at = r; t < trees; t++, at += count)
          sum = add(sum, values[leaves[at] as number] as number);
        out[r] = sum;
      }
      let complete = true;
      for (let r = 0; r < count; r++) {
        if (average) out[r] = float ? round((out[r] as number) / total) : (out[r] as number) / total;
        if (Number.isNaN(out[r])) complete = false;
      }
      return complete;
    },
  };
}

function totalOf(weights: Float64Array | undefined, trees: number): number {
  return weights === undefined ? trees : weights.reduce((a, b) => a + b, 0);
}

/** Mean of the leaves' distributions; behind them the index of the winner. */
export function averageForest(
  pool: ForestPool,
  table: Float64Array,
  categories: readonly string[],
  weights: Float64Array | undefined,
): Kernel {
  const trees = pool.entries.length;
  const size = categories.length;
  const width = size + 1;
  const total = totalOf(weights, trees);
  return {
    width,
    categories,
    run: (leaves, count, out) => {
      out.fill(0, 0, count * width);
      for (let t = 0, l = 0; t < trees; t++) {
        const weight = weights === undefined ? 1 : (weights[t] as number);
        for (let r = 0; r < count; r++, l++) {
          const leaf = (leaves[l] as number) * size;
          const at = r * width;
          for (let c = 0; c < size; c++)
            out[at + c] = (out[at + c] as number) + weight * (table[leaf + c] as number);
        }
      }
      let complete = true;
      for (let at = 0; at < count * width; at += width) {
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
  const trees = pool.entries.length;
  const size = categories.length;
  const width = size + 1;
  const total = totalOf(weights, trees);
  const order = new Int32Array(size);
  return {
    width,
    categories,
    run: (leaves, count, out) => {
      out.fill(0, 0, count * width);
      let complete = true;
      for (let r = 0; r < count; r++) {
        const at = r * width;
        let known = 0;
        let missing = false;
        for (let t = 0; t < trees; t++) {
          const vote = votes[leaves[t * count + r] as number] as number;
          if (vote < 0) {
            missing = true;
            break;
          }
          const weight = weights === undefined ? 1 : (weights[t] as number);
          // A vote that weighs nothing is none: it takes no place in the order.
          if (weight === 0) continue;
          if (out[at + vote] === 0) order[known++] = vote;
          out[at + vote] = (out[at + vote] as number) + weight;
        }
        if (missing || known === 0) {
          out.fill(Number.NaN, at, at + size);
          complete = false;
          continue;
        }
        let best = order[0] as number;
        for (let i = 1; i < known; i++) {
          const c = order[i] as number;
          if ((out[at + c] as number) > (out[at + best] as number)) best = c;
        }
        for (let c = 0; c < size; c++) out[at + c] = (out[at + c] as number) / total;
        out[at + size] = best;
      }
      return complete;
    },
  };
}
