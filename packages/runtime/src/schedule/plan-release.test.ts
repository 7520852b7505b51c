import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRelease, type Waiting } from './plan-release.js';

const LIMITS = { maxRows: 16, maxBytes: 1000, maxWaitMs: 50 };
const ALONE = { now: 100, arriving: 0, draining: false, expectedMs: 0 };

function waiting(changes: Partial<Waiting> = {}): Waiting {
  return { rows: 1, bytes: 10, queuedAt: 100, deadline: 5000, ...changes };
}

describe('releasing a batch to an idle worker', () => {
  test('lets a request that is alone go at once', () => {
    expect(planRelease([waiting()], ALONE, LIMITS)).toEqual({
      kind: 'release',
      count: 1,
      reason: 'nobody-else',
    });
  });

  test('holds back only while bodies are arriving, until the oldest has waited long enough', () => {
    const situation = { ...ALONE, arriving: 1 };
    expect(planRelease([waiting()], situation, LIMITS)).toEqual({ kind: 'hold', until: 150 });
    expect(planRelease([waiting()], { ...situation, now: 150 }, LIMITS)).toMatchObject({ reason: 'timeout' });
  });

  test('lets go early enough for the nearest deadline', () => {
    const situation = { ...ALONE, arriving: 1, expectedMs: 30 };
    const urgent = [waiting(), waiting({ deadline: 135 })];
    expect(planRelease(urgent, situation, LIMITS)).toEqual({ kind: 'hold', until: 105 });
    expect(planRelease(urgent, { ...situation, now: 105 }, LIMITS)).toEqual({
      kind: 'release',
      count: 2,
      reason: 'deadline',
    });
  });

  test('stops at the limit of rows, of bytes, and when draining', () => {
    const rows = [waiting({ rows: 10 }), waiting({ rows: 6 }), waiting()];
    expect(planRelease(rows, ALONE, LIMITS)).toEqual({ kind: 'release', count: 2, reason: 'rows' });
    const bytes = [waiting({ bytes: 600 }), waiting({ bytes: 600 })];
    expect(planRelease(bytes, ALONE, LIMITS)).toEqual({ kind: 'release', count: 1, reason: 'bytes' });
    const draining = { ...ALONE, arriving: 3, draining: true };
    expect(planRelease([waiting()], draining, LIMITS)).toEqual({
      kind: 'release',
      count: 1,
      reason: 'drain',
    });
  });

  test('lets a request larger than the limits go alone', () => {
    expect(planRelease([waiting({ rows: 99 }), waiting()], ALONE, LIMITS)).toMatchObject({
      count: 1,
      reason: 'rows',
    });
  });

  test('always makes progress and keeps its promises', () => {
    const request = fc.record({
      rows: fc.integer({ min: 1, max: 30 }),
      bytes: fc.integer({ min: 0, max: 1500 }),
      queuedAt: fc.integer({ min: 0, max: 200 }),
      deadline: fc.integer({ min: 0, max: 1000 }),
    });
    const situation = fc.record({
      now: fc.integer({ min: 200, max: 400 }),
      arriving: fc.integer({ min: 0, max: 3 }),
      draining: fc.boolean(),
      expectedMs: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 20 }), situation, (requests, at) => {
        const plan = planRelease(requests, at, LIMITS);
        if (plan.kind === 'hold') {
          expect(at.arriving).toBeGreaterThan(0);
          expect(plan.until).toBeGreaterThan(at.now);
          expect(plan.until).toBeLessThanOrEqual(requests[0]!.queuedAt + LIMITS.maxWaitMs);
          for (const { deadline } of requests)
            expect(plan.until).toBeLessThanOrEqual(deadline - at.expectedMs);
          return;
        }
        expect(plan.count).toBeGreaterThan(0);
        expect(plan.count).toBeLessThanOrEqual(requests.length);
        const released = requests.slice(0, plan.count);
        if (plan.count > 1) {
          expect(released.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(LIMITS.maxRows);
          expect(released.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.maxBytes);
        }
      }),
    );
  });
});
