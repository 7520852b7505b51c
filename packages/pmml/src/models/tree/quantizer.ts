import { bit } from './column-walk.js';

/** Cells of the grid per threshold: with these few cells hold more than two. */
const CELLS = 4;

/**
 * Ranks of numbers among the thresholds of a feature: `rank(x)` counts the thresholds that are not above `x`, so
 * `x < threshold[k]` is `rank(x) <= k`, a comparison of small integers.
 */
export class Quantizer {
  /** In order, and two that nothing reaches. */
  readonly thresholds: Float64Array;
  readonly #low: number;
  readonly #scale: number;
  /** First rank of each cell of an even grid over the thresholds; one more at the end. */
  readonly #cells: Int32Array;

  constructor(sorted: Float64Array) {
    const count = sorted.length;
    this.thresholds = new Float64Array(count + 2).fill(Number.NaN);
    this.thresholds.set(sorted);
    const cells = Math.min(1 << 16, Math.max(1, count * CELLS));
    // Infinite thresholds fall off the grid's ends: the grid spans the finite ones.
    const finite = sorted.filter((t) => Number.isFinite(t));
    const low = finite[0] ?? 0;
    const span = (finite.at(-1) ?? 0) - low;
    this.#low = low;
    this.#scale = span > 0 && Number.isFinite(span) ? cells / span : 0;
    this.#cells = new Int32Array(cells + 1);
    let rank = 0;
    for (let cell = 0; cell <= cells; cell++) {
      while (rank < count && this.#cellOf(sorted[rank] as number) < cell) rank++;
      this.#cells[cell] = rank;
    }
    this.#cells[cells] = count;
  }

  #cellOf(x: number): number {
    const cell = (x - this.#low) * this.#scale;
    const last = this.#cells.length - 2;
    // Within the grid cutting the fraction off is rounding down, without a call.
    return cell > 0 ? (cell < last ? cell | 0 : last) : 0;
  }

  /** Not for NaN. */
  rank(x: number): number {
    const { thresholds } = this;
    const cell = this.#cellOf(x);
    let low = this.#cells[cell] as number;
    let high = this.#cells[cell + 1] as number;
    // Nearly every cell: two comparisons without a branch. Thresholds of later cells, and no threshold, are not below.
    if (high - low <= 2) {
      const [one, two] = [thresholds[low] as number, thresholds[low + 1] as number];
      return low + bit(one <= x) + bit(two <= x);
    }
    while (high - low > 4) {
      const middle = (low + high) >> 1;
      if ((thresholds[middle] as number) <= x) low = middle + 1;
      else high = middle;
    }
    while (low < high && (thresholds[low] as number) <= x) low++;
    return low;
  }
}
