import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

describe('rate limiter', () => {
  test('lets everything pass when it is off', () => {
    const limiter = new RateLimiter(0);
    for (let n = 0; n < 1000; n++) expect(limiter.take(0)).toBe(true);
  });

  test('allows one second of burst, then the rate', () => {
    const limiter = new RateLimiter(10);
    const passed = (now: number, tries: number): number =>
      Array.from({ length: tries }, () => limiter.take(now)).filter(Boolean).length;
    expect(passed(0, 50)).toBe(10);
    expect(passed(500, 50)).toBe(5);
    expect(passed(10_000, 50)).toBe(10);
  });

  test('passes never more than burst plus rate times time, whatever the questions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 200 }),
        (rate, pauses) => {
          const limiter = new RateLimiter(rate);
          let now = 0;
          let passed = 0;
          for (const pause of pauses) {
            now += pause;
            if (limiter.take(now)) passed++;
          }
          expect(passed).toBeLessThanOrEqual(rate + (now / 1000) * rate + 1e-6);
        },
      ),
    );
  });

  test('can be changed while it runs', () => {
    const limiter = new RateLimiter(100);
    limiter.change(1);
    expect([limiter.take(0), limiter.take(0)]).toEqual([true, false]);
    limiter.change(0);
    expect(limiter.take(0)).toBe(true);
  });
});
