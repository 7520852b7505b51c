import { expect, it } from 'vitest';
import { ManualClock, systemClock } from './clock.js';
import { LifecycleGroup, type Runnable } from './lifecycle.js';

function recorder(log: string[], name: string, overrides: Partial<Runnable> = {}): Runnable {
  return {
    name,
    start: () => void log.push(`start ${name}`),
    close: () => void log.push(`close ${name}`),
    ...overrides,
  };
}

it('starts in order and stops in the reverse order, once', async () => {
  const log: string[] = [];
  const group = new LifecycleGroup(systemClock, [recorder(log, 'a'), recorder(log, 'b')]);
  await group.start();
  await Promise.all([group.close(), group.close()]);
  expect(log).toEqual(['start a', 'start b', 'close b', 'close a']);
});

it('stops what had started when a later member fails to start', async () => {
  const log: string[] = [];
  const broken = recorder(log, 'b', {
    start: () => {
      throw new Error('no port');
    },
  });
  const group = new LifecycleGroup(systemClock, [recorder(log, 'a'), broken, recorder(log, 'c')]);
  await expect(group.start()).rejects.toThrow('no port');
  expect(log).toEqual(['start a', 'close a']);
});

it('destroys a member that outlives the deadline and still stops the others', async () => {
  const log: string[] = [];
  const clock = new ManualClock();
  const stuck = recorder(log, 'b', {
    close: () => new Promise(() => {}),
    destroy: () => void log.push('destroy b'),
  });
  const group = new LifecycleGroup(clock, [recorder(log, 'a'), stuck]);
  await group.start();
  const closing = group.close(1000);
  clock.advance(1000);
  await expect(closing).rejects.toThrow('not everything stopped cleanly');
  expect(log).toEqual(['start a', 'start b', 'destroy b', 'close a']);
});
