import { expect, it } from 'vitest';
import { sleep, withDeadline } from './abort.js';
import { ManualClock } from './clock.js';

it('sleep ends at its time', async () => {
  const clock = new ManualClock();
  const done = sleep(clock, 10);
  clock.advance(10);
  await expect(done).resolves.toBeUndefined();
});

it('sleep ends with the reason of the abort, also when the abort came first', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const waiting = sleep(clock, 10, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(sleep(clock, 10, controller.signal)).rejects.toThrow('enough');
});

it('withDeadline lets the faster side win and leaves no timer behind', async () => {
  const clock = new ManualClock();
  await expect(withDeadline(clock, 10, Promise.resolve('in time'), () => new Error('late'))).resolves.toBe(
    'in time',
  );
  const late = withDeadline(clock, 10, new Promise(() => {}), () => new Error('late'));
  clock.advance(10);
  await expect(late).rejects.toThrow('late');
});
