import type { Value } from '../../types/value.js';

/* Sums of logarithms in single precision: shares and densities are floats before their logarithm is one. */

const round = Math.fround;

export function logFloat(share: number): number {
  return round(Math.log(round(share)));
}

/** A density is worked out in double precision: what is rounded is its value. */
export function densityFloat(logDensity: (x: number) => number): (x: number) => number {
  return (x) => logFloat(Math.exp(logDensity(x)));
}

/** Adds what an input says with every sum rounded. */
export function addedFloat(
  likelihood: (value: Value, logs: Float64Array) => void,
  size: number,
): (value: Value, logs: Float64Array) => void {
  const own = new Float64Array(size);
  return (value, logs) => {
    own.fill(0);
    likelihood(value, own);
    for (let i = 0; i < size; i++) logs[i] = round((logs[i] as number) + (own[i] as number));
  };
}
