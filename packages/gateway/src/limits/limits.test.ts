import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.js';
import { TokenBucket } from './token-bucket.js';

describe('token bucket', () => {
  test('never lets more through than rate times time and one burst', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 }),
        (rate, steps) => {
          const bucket = new TokenBucket(rate, 0);
          let now = 0;
          let taken = 0;
          for (const step of steps) {
            now += step;
            if (bucket.take(now)) taken++;
            expect(taken).toBeLessThanOrEqual(rate + (now * rate) / 1000 + 1e-6);
          }
        },
      ),
    );
  });

  test('lets everything through that keeps to the rate', () => {
    const bucket = new TokenBucket(10, 0);
    for (let now = 0; now <= 10_000; now += 100) expect(bucket.take(now)).toBe(true);
  });

  test('lets a rate below one a second through, and nothing at rate 0', () => {
    const slow = new TokenBucket(0.5, 0);
    expect([slow.take(0), slow.take(1000), slow.take(2000)]).toEqual([true, false, true]);
    expect(new TokenBucket(0, 0).take(1e9)).toBe(false);
  });
});

describe('retry budget', () => {
  test('allows a fifth of the traffic on top of ten a second', () => {
    const budget = new RetryBudget(0);
    let allowed = 0;
    for (let i = 0; i < 1000; i++) {
      budget.onRequest();
      if (budget.take(0)) allowed++;
    }
    expect(allowed).toBeGreaterThanOrEqual(200);
    expect(allowed).toBeLessThanOrEqual(211);
  });

  test('allows a quiet service its retry', () => {
    const budget = new RetryBudget(0);
    expect(budget.take(0)).toBe(true);
  });
});
