import { ManualClock } from '@openeas/kernel';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { WorkQueue } from './work-queue.js';

/** A queue whose work ends when the test says so. */
function testQueue(concurrency = 2) {
  const clock = new ManualClock();
  const started: string[] = [];
  const failures: string[] = [];
  const running = new Map<string, { end(): void; fail(): void }>();
  const queue = new WorkQueue({
    clock,
    concurrency,
    work: (key) =>
      new Promise((resolve, reject) => {
        if (running.has(key)) throw new Error(`${key} runs twice at a time`);
        started.push(key);
        const leave = (settle: () => void) => (): void => {
          running.delete(key);
          settle();
        };
        running.set(key, { end: leave(resolve), fail: leave(() => reject(new Error('no'))) });
      }),
    onError: (key) => void failures.push(key),
  });
  return { queue, clock, started, failures, running };
}

/** Two turns of the event loop: the queue takes one between two pieces of work. */
async function ticks(): Promise<void> {
  for (let n = 0; n < 2; n++) await new Promise((resolve) => setImmediate(resolve));
}

test('a key is worked on once for any number of additions, and as many keys at a time as allowed', async () => {
  const { queue, started, running } = testQueue(2);
  for (const key of ['a', 'a', 'b', 'c', 'c', 'a']) queue.add(key);
  expect(started).toEqual(['a', 'b']);
  running.get('b')?.end();
  await ticks();
  expect(started).toEqual(['a', 'b', 'c']);
});

test('a key added while it is worked on is worked on once more, afterwards', async () => {
  const { queue, started, running } = testQueue();
  queue.add('a');
  queue.add('a');
  queue.add('a');
  expect(started).toEqual(['a']);
  running.get('a')?.end();
  await ticks();
  expect(started).toEqual(['a', 'a']);
  running.get('a')?.end();
  await ticks();
  expect(started).toEqual(['a', 'a']);
});

test('of several delays the earliest counts, and work on the key ends them all', async () => {
  const { queue, clock, started, running } = testQueue();
  queue.addAfter('a', 100);
  queue.addAfter('a', 50);
  queue.addAfter('a', 80);
  clock.advance(49);
  expect(started).toEqual([]);
  clock.advance(1);
  expect(started).toEqual(['a']);
  running.get('a')?.end();
  await ticks();
  clock.advance(1_000);
  expect(started).toEqual(['a']);

  queue.addAfter('b', 100);
  queue.add('b');
  running.get('b')?.end();
  await ticks();
  clock.advance(1_000);
  expect(started).toEqual(['a', 'b']);
});

test('work that fails is told and holds up nobody', async () => {
  const { queue, started, failures, running } = testQueue(1);
  queue.add('a');
  queue.add('b');
  running.get('a')?.fail();
  await ticks();
  expect(failures).toEqual(['a']);
  expect(started).toEqual(['a', 'b']);
});

test('work that adds its own key without end lets time pass all the same', async () => {
  let passes = 0;
  const queue = new WorkQueue({
    clock: new ManualClock(),
    concurrency: 1,
    work: async (key) => {
      passes++;
      queue.add(key);
    },
    onError: () => {},
  });
  queue.add('a');
  await new Promise((resolve) => setTimeout(resolve, 1));
  await queue.close();
  expect(passes).toBeGreaterThan(0);
});

test('closing waits for what runs and begins nothing more', async () => {
  const { queue, clock, started, running } = testQueue(1);
  queue.add('a');
  queue.add('b');
  queue.addAfter('c', 10);
  const closed = vi.fn();
  const closing = queue.close().then(closed);
  queue.add('a');
  clock.advance(100);
  await ticks();
  expect(closed).not.toHaveBeenCalled();
  running.get('a')?.end();
  await closing;
  await queue.close();
  expect(started).toEqual(['a']);
});

test('whatever the order of additions, ends and time: every addition is followed by work that begins after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
          fc.record({ do: fc.constant('later' as const), key: fc.constantFrom('a', 'b', 'c') }),
          fc.record({ do: fc.constant('end' as const), key: fc.constantFrom('a', 'b', 'c') }),
          fc.record({ do: fc.constant('time' as const), key: fc.constant('') }),
        ),
        { maxLength: 40 },
      ),
      fc.integer({ min: 1, max: 3 }),
      async (steps, concurrency) => {
        const { queue, clock, started, running } = testQueue(concurrency);
        const owed = new Map<string, number>();
        for (const step of steps) {
          if (step.do === 'add' || step.do === 'later') owed.set(step.key, started.length);
          if (step.do === 'add') queue.add(step.key);
          if (step.do === 'later') queue.addAfter(step.key, 10);
          if (step.do === 'end') running.get(step.key)?.end();
          if (step.do === 'time') clock.advance(7);
          await ticks();
        }
        clock.advance(1_000);
        while (running.size > 0) {
          for (const work of [...running.values()]) work.end();
          await ticks();
        }
        for (const [key, before] of owed) {
          // Begun with the addition itself counts: the work starts after it.
          expect(started.slice(before)).toContain(key);
        }
      },
    ),
    { numRuns: 100 },
  );
});
