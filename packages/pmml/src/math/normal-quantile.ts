import { normalCdf } from './special.js';

/** Standard normal quantile for 0 < p < 1: Newton's method on the distribution function. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN;
  // The logistic quantile is close enough to begin with; the lower half keeps the tail's precision.
  if (p > 0.5) return -normalQuantile(1 - p);
  let x = Math.log(p / (1 - p)) / 1.702;
  for (let i = 0; i < 60; i++) {
    const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    const step = (normalCdf(x) - p) / density;
    x -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}
