import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from './bounded-queue.js';

describe('BoundedQueue', () => {
  it('answers no when it is full and takes again after a poll', () => {
    const queue = new BoundedQueue<number>(2);
    expect([queue.offer(1), queue.offer(2), queue.offer(3)]).toEqual([true, true, false]);
    expect(queue.poll()).toBe(1);
    expect(queue.offer(4)).toBe(true);
    expect([...queue]).toEqual([2, 4]);
  });

  it('behaves like an array with a length limit, whatever is done to it', () => {
    const step = fc.oneof(
      fc.nat(9).map((value) => ({ kind: 'offer' as const, value })),
      fc.constant({ kind: 'poll' as const, value: 0 }),
      fc.nat(9).map((value) => ({ kind: 'remove' as const, value })),
    );
    fc.assert(
      fc.property(fc.nat(5), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity);
        const model: number[] = [];
        for (const { kind, value } of steps) {
          if (kind === 'offer') {
            expect(queue.offer(value)).toBe(model.length < capacity);
            if (model.length < capacity) model.push(value);
          } else if (kind === 'poll') {
            expect(queue.poll()).toBe(model.shift());
          } else {
            const at = model.indexOf(value);
            expect(queue.remove(value)).toBe(at >= 0);
            if (at >= 0) model.splice(at, 1);
          }
          expect([...queue]).toEqual(model);
          expect(queue.size).toBe(model.length);
          expect(queue.peek()).toBe(model[0]);
        }
      }),
    );
  });

  it('refuses a capacity that is no whole number', () => {
    expect(() => new BoundedQueue(1.5)).toThrow('capacity must be a whole number of at least 0, got 1.5');
  });
});
