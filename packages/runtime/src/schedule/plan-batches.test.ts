import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planBatches } from './plan-batches.js';

const request = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  shapeClass: fc.constantFrom('a', 'b', 'c'),
  bytes: fc.integer({ min: 0, max: 2000 }),
});
const limits = fc.record({
  maxRows: fc.integer({ min: 1, max: 32 }),
  maxBytes: fc.integer({ min: 1, max: 4000 }),
});

describe('splitting described requests into batches', () => {
  test('puts every request into exactly one batch of one class, in order, within the limits', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), limits, (requests, bounds) => {
        const plan = planBatches(requests, bounds);
        expect(plan.flat().toSorted((a, b) => a - b)).toEqual(requests.map((_, index) => index));
        for (const batch of plan) {
          const members = batch.map((index) => requests[index]!);
          expect(new Set(members.map(({ shapeClass }) => shapeClass)).size).toBe(1);
          expect(batch).toEqual(batch.toSorted((a, b) => a - b));
          if (batch.length === 1) continue;
          expect(members.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(bounds.maxRows);
          expect(members.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(bounds.maxBytes);
        }
        const order = plan.map(([first]) => first!);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
    );
  });

  test('wastes no room: two neighbours of one class would not have fitted together', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), limits, (requests, bounds) => {
        const plan = planBatches(requests, bounds);
        for (const shapeClass of ['a', 'b', 'c']) {
          const own = plan.filter(([first]) => requests[first!]!.shapeClass === shapeClass);
          for (let i = 1; i < own.length; i++) {
            const joined = [...own[i - 1]!, own[i]![0]!].map((index) => requests[index]!);
            const rows = joined.reduce((sum, each) => sum + each.rows, 0);
            const bytes = joined.reduce((sum, each) => sum + each.bytes, 0);
            expect(rows > bounds.maxRows || bytes > bounds.maxBytes).toBe(true);
          }
        }
      }),
    );
  });
});
