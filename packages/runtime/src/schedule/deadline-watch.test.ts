import { ManualClock } from '@openeas/kernel';
import { expect, test } from 'vitest';
import { DeadlineWatch } from './deadline-watch.js';

function setUp() {
  const clock = new ManualClock();
  const expired: [number, number][] = [];
  const watch = new DeadlineWatch<{ id: number; deadline: number }>(
    clock,
    () => clock.monotonic(),
    ({ id }) => {
      expired.push([id, clock.monotonic()]);
    },
  );
  return { clock, expired, watch };
}

test('tells of each entry at its deadline, and not of removed ones', () => {
  const { clock, expired, watch } = setUp();
  const entries = [10, 20, 30].map((deadline, id) => ({ id, deadline }));
  for (const entry of entries) watch.add(entry);
  watch.remove(entries[1]!);
  clock.advance(100);
  expect(expired).toEqual([
    [0, 10],
    [2, 30],
  ]);
  expect(watch.size).toBe(0);
});

test('goes on after it was empty, and is silent once closed', () => {
  const { clock, expired, watch } = setUp();
  watch.add({ id: 1, deadline: 5 });
  clock.advance(10);
  watch.add({ id: 2, deadline: 15 });
  clock.advance(10);
  watch.add({ id: 3, deadline: 25 });
  watch.close();
  clock.advance(10);
  expect(expired.map(([id]) => id)).toEqual([1, 2]);
});

test('is not late for a deadline that is earlier than those before it', () => {
  const { clock, expired, watch } = setUp();
  watch.add({ id: 1, deadline: 100 });
  watch.add({ id: 2, deadline: 10 });
  clock.advance(50);
  watch.add({ id: 3, deadline: 60 });
  clock.advance(100);
  expect(expired).toEqual([
    [2, 10],
    [3, 60],
    [1, 100],
  ]);
});
