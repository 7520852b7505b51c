import type { ComparedField } from './compared-field.js';

const round = Math.fround;

/**
 * Distances in single precision, every step rounded: a sum or maximum over the present fields, scaled up for those
 * that are missing.
 */
export function aggregateFloat(
  name: string,
  power: number,
  fields: readonly ComparedField[],
  missing: Float64Array,
): (row: Float64Array, references: Float64Array, at: number) => number {
  const weights = Float64Array.from(fields, (f) => round(f.weight));
  const functions = fields.map((f) => f.compare);
  const share = missing.map(round);
  const total = share.reduce((a, b) => round(a + b), 0);
  const isMaximum = name === 'chebychev';
  const p = round(power);
  const root = round(1 / p);
  const finish =
    name === 'euclidean'
      ? (sum: number) => round(Math.sqrt(sum))
      : name === 'minkowski'
        ? (sum: number) => round(sum ** root)
        : (sum: number) => sum;
  return (row, references, at) => {
    let sum = 0;
    let present = 0;
    let skipped = false;
    for (let i = 0; i < weights.length; i++) {
      const x = row[i] as number;
      const y = references[at + i] as number;
      if (Number.isNaN(x) || Number.isNaN(y)) {
        skipped = true;
        continue;
      }
      present = round(present + (share[i] as number));
      const c = (functions[i] as (a: number, b: number) => number)(x, y);
      const term = round((weights[i] as number) * (p === 1 ? c : round(c ** p)));
      sum = isMaximum ? Math.max(sum, term) : round(sum + term);
    }
    return finish(skipped ? round(sum * round(total / present)) : sum);
  };
}
