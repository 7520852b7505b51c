import { expect, it } from 'vitest';
import { ManualClock } from './clock.js';

it('fires timers in the order of their due time, including those set on the way', () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  clock.after(20, () => fired.push(`b at ${clock.now()}`));
  clock.after(10, () => {
    fired.push(`a at ${clock.now()}`);
    clock.after(5, () => fired.push(`c at ${clock.now()}`));
  });
  clock.advance(30);
  expect(fired).toEqual(['a at 10', 'c at 15', 'b at 20']);
  expect(clock.now()).toBe(30);
});

it('does not fire a cancelled timer, and a second cancel does nothing', () => {
  const clock = new ManualClock();
  let fired = false;
  const cancel = clock.after(10, () => {
    fired = true;
  });
  cancel();
  cancel();
  clock.advance(100);
  expect(fired).toBe(false);
});
