import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continueArma, shocksOf } from './arma.js';
import { applyAt, differencing, divide, lagPolynomial, multiply } from './lag-polynomial.js';

const coefficients = fc.array(
  fc.integer({ min: -9, max: 9 }).map((n) => n / 10),
  { maxLength: 3 },
);

describe('lag polynomials', () => {
  test('differencing is what it says', () => {
    expect(differencing(1, 0, 1)).toEqual([1, -1]);
    expect(differencing(2, 0, 1)).toEqual([1, -2, 1]);
    expect(differencing(1, 1, 3)).toEqual([1, -1, 0, -1, 1]);
    expect(applyAt(differencing(0, 1, 2), [5, 7, 9, 20], 3)).toBe(13);
  });

  test('a quotient times its denominator is the numerator', () => {
    fc.assert(
      fc.property(coefficients, coefficients, (a, b) => {
        const [numerator, denominator] = [lagPolynomial(a, 1), lagPolynomial(b, -1, 2)];
        const product = multiply(divide(numerator, denominator, 12), denominator);
        for (let i = 0; i < 12; i++) expect(product[i]).toBeCloseTo(numerator[i] ?? 0, 6);
      }),
    );
  });
});

test('a series made from shocks gives them back, and goes on as the process would without new ones', () => {
  fc.assert(
    fc.property(
      coefficients,
      coefficients,
      fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 10 }),
      (ar, ma, given) => {
        const [phi, theta] = [lagPolynomial(ar, -1), lagPolynomial(ma, 1)];
        // The first shocks stand where the process has no past.
        const shocks = given.map((e, t) => (t < phi.length - 1 ? 0 : e));
        const x: number[] = [];
        for (const [t, e] of shocks.entries()) {
          let value = e;
          for (let i = 1; i < phi.length; i++) value -= (phi[i] as number) * (x[t - i] ?? 0);
          for (let i = 1; i < theta.length; i++) value += (theta[i] as number) * (shocks[t - i] ?? 0);
          x.push(value);
        }
        const found = shocksOf(phi, theta, x);
        for (const [t, e] of shocks.entries()) expect(found[t]).toBeCloseTo(e, 6);
        const [next] = continueArma(phi, theta, x, found, 1);
        const expected =
          ar.reduce((s, c, i) => s + c * (x[x.length - 1 - i] ?? 0), 0) +
          ma.reduce((s, c, i) => s + c * (shocks[shocks.length - 1 - i] ?? 0), 0);
        expect(next).toBeCloseTo(expected, 6);
      },
    ),
  );
});
