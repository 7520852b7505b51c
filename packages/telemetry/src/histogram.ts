/** Bounds in seconds that resolve a millisecond service as well as a slow one. */
export const LATENCY_BUCKETS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Counts observations in buckets; memory does not grow with the number of observations. */
export class Histogram {
  readonly bounds: readonly number[];
  /** Observations per bucket, not cumulated; one more than there are bounds. */
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    for (let i = 1; i < bounds.length; i++) {
      if (!(bounds[i]! > bounds[i - 1]!))
        throw new RangeError(`bucket bounds must ascend: ${bounds.join(', ')}`);
    }
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#count;
  }

  observe(value: number): void {
    const bounds = this.bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    this.#counts[low]!++;
    this.#sum += value;
    this.#count++;
  }

  /** Observations at or below each bound, as the exposition format wants them; the last is the total. */
  cumulative(): readonly number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => {
      total += count;
      return total;
    });
  }

  /**
   * Estimate of the quantile `q` (0-1): linear inside the bucket it falls into, the largest bound for
   * what lies above all of them, 0 without observations.
   */
  quantile(q: number): number {
    const cumulative = this.cumulative();
    const rank = q * this.#count;
    if (this.#count === 0) return 0;
    const index = cumulative.findIndex((count) => count >= rank);
    if (index >= this.bounds.length) return this.bounds.at(-1) ?? 0;
    const lower = index === 0 ? 0 : this.bounds[index - 1]!;
    const below = index === 0 ? 0 : cumulative[index - 1]!;
    const inside = cumulative[index]! - below;
    return lower + (this.bounds[index]! - lower) * (inside === 0 ? 1 : (rank - below) / inside);
  }
}
