import { expect, test } from 'vitest';
import { cholesky, solveLower, solveUpper } from './cholesky.js';
import { logGamma } from './gamma.js';
import { normalQuantile } from './normal-quantile.js';
import { normalCdf } from './special.js';

test('ln Γ of whole and half numbers', () => {
  let factorial = 1;
  for (let n = 1; n < 20; n++) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
    factorial *= n;
  }
  expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12);
});

test('normal quantiles undo the distribution function', () => {
  for (const p of [1e-12, 0.001, 0.2, 0.5, 0.9, 0.9999])
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
});

test('Cholesky factors solve', () => {
  const a = Float64Array.of(4, 2, 2, 5);
  const l = cholesky(a.slice(), 2) as Float64Array;
  const x = Float64Array.of(8, 12);
  solveLower(l, 2, x);
  solveUpper(l, 2, x);
  expect([...x]).toEqual([expect.closeTo(1, 12), expect.closeTo(2, 12)]);
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
});
