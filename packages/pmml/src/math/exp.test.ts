import { expect, test } from 'vitest';
import { expNegative } from './exp.js';

test('is e^x to the last places over its whole range', () => {
  let worst = 0;
  for (let i = 0; i <= 200_000; i++) {
    const x = -700 * (i / 200_000) ** 3;
    const expected = Math.exp(x);
    worst = Math.max(worst, Math.abs(expNegative(x) - expected) / expected);
  }
  expect(worst).toBeLessThanOrEqual(4.5e-16);
  expect(expNegative(0)).toBe(1);
  expect(expNegative(-Infinity)).toBe(0);
  expect(expNegative(-701)).toBe(0);
  expect(expNegative(Number.NaN)).toBeNaN();
});
