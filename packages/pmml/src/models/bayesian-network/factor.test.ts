import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Factor } from './factor.js';
import { combine, eliminate, MAX_CELLS, restrict } from './factor.js';

/** Up to four variables of two or three values, and tables over some of them. */
const networks = fc.array(fc.integer({ min: 2, max: 3 }), { minLength: 2, maxLength: 4 }).chain((sizes) =>
  fc.record({
    sizes: fc.constant(sizes),
    scopes: fc.array(fc.subarray([...sizes.keys()], { minLength: 1 }), { minLength: 1, maxLength: 4 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
    known: fc.tuple(...sizes.map((s) => fc.integer({ min: -1, max: s - 1 }))),
  }),
);

function tables(scopes: readonly (readonly number[])[], sizes: readonly number[], seed: number): Factor[] {
  let state = seed;
  return [[0], ...scopes].map((variables) => {
    const cells = variables.reduce((n, v) => n * (sizes[v] as number), 1);
    const values = Float64Array.from({ length: cells }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return (state % 97) / 97;
    });
    return { variables, values };
  });
}

/** Adds up the product of all tables over every assignment that agrees with what is known. */
function bruteForce(
  factors: readonly Factor[],
  sizes: readonly number[],
  known: readonly number[],
): number[] {
  const out = new Array<number>(sizes[0] as number).fill(0);
  const visit = (digits: readonly number[]): void => {
    const variable = digits.length;
    if (variable < sizes.length) {
      for (let v = 0; v < (sizes[variable] as number); v++) {
        if (variable === 0 || (known[variable] as number) < 0 || known[variable] === v) visit([...digits, v]);
      }
      return;
    }
    const product = factors.reduce((p, { variables, values }) => {
      const at = variables.reduce((n, v) => n * (sizes[v] as number) + (digits[v] as number), 0);
      return p * (values[at] as number);
    }, 1);
    out[digits[0] as number] = (out[digits[0] as number] as number) + product;
  };
  visit([]);
  return out;
}

test('summing out one variable after the other is the sum over all assignments', () => {
  fc.assert(
    fc.property(networks, ({ sizes, scopes, seed, known }) => {
      const factors = tables(scopes, sizes, seed);
      const evidence = Int32Array.from(known, (v, i) => (i === 0 ? -1 : v));
      const restricted = factors.map((f) => restrict(f, evidence, sizes));
      const answer = eliminate(restricted, 0, sizes);
      const expected = bruteForce(factors, sizes, [...evidence]);
      // Variables that no table has only multiply the sum.
      const open = sizes.reduce((n, size, v) => {
        const used = v === 0 || (evidence[v] as number) >= 0 || factors.some((f) => f.variables.includes(v));
        return used ? n : n * size;
      }, 1);
      expect(answer?.variables).toEqual([0]);
      for (const [i, e] of expected.entries()) expect((answer?.values[i] as number) * open).toBeCloseTo(e, 9);
    }),
  );
});

test('tables that would be too large are not made', () => {
  const sizes = new Array<number>(4).fill(100);
  const factors = sizes.map((size, v) => ({ variables: [v], values: new Float64Array(size).fill(1) }));
  expect(100 ** 4).toBeGreaterThan(MAX_CELLS);
  expect(combine(factors, 0, sizes)).toBeUndefined();
});
