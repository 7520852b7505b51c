import { ManualClock } from '@openeas/kernel';
import { expect, test } from 'vitest';
import { GROW_AFTER_MS, GrowthWatch } from './growth-watch.js';

function setUp() {
  const clock = new ManualClock();
  const seen = { state: 'enough' as 'enough' | 'busy' | 'overdue', grown: 0, looked: 0 };
  const watch = new GrowthWatch(
    clock,
    () => {
      seen.looked++;
      return seen.state;
    },
    () => {
      seen.grown++;
    },
  );
  return { clock, seen, watch };
}

test('looks once per period, however often it is asked', () => {
  const { clock, seen, watch } = setUp();
  for (let n = 0; n < 10; n++) watch.consider();
  clock.advance(GROW_AFTER_MS);
  expect(seen).toMatchObject({ looked: 1, grown: 0 });
  clock.advance(GROW_AFTER_MS * 5);
  expect(seen.looked).toBe(1);
});

test('grows once when something is overdue, and keeps looking while something waits', () => {
  const { clock, seen, watch } = setUp();
  seen.state = 'busy';
  watch.consider();
  clock.advance(GROW_AFTER_MS * 3);
  expect(seen).toMatchObject({ looked: 3, grown: 0 });
  seen.state = 'overdue';
  clock.advance(GROW_AFTER_MS * 3);
  expect(seen).toMatchObject({ looked: 4, grown: 1 });
});

test('is silent once closed', () => {
  const { clock, seen, watch } = setUp();
  watch.consider();
  watch.close();
  clock.advance(GROW_AFTER_MS * 3);
  expect(seen.looked).toBe(0);
});
