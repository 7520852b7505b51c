import { ManualClock } from '@openeas/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochNow } from './epoch.js';
import { Job, type JobEnd } from './job.js';
import { Scheduler } from './scheduler.js';

const ANSWER = { startedAt: 0, decodeMs: 0, computeMs: 0, encodeMs: 0 };

/** Workers by the clock: each run takes `costMs`, whatever its size. */
class SimulatedPool {
  readonly runs: { jobs: readonly Job[]; at: number }[] = [];
  readonly abandoned: Job[] = [];
  onFree: () => void = () => {};
  #busy = 0;

  constructor(
    readonly clock: ManualClock,
    readonly workers: number,
    readonly costMs: number,
  ) {}

  hasCapacity(): boolean {
    return this.#busy < this.workers;
  }

  lackCapacity(): void {}

  place(jobs: readonly Job[]): boolean {
    if (!this.hasCapacity()) return false;
    this.#busy++;
    this.runs.push({ jobs, at: this.clock.monotonic() });
    for (const job of jobs) job.state = 'placed';
    this.clock.after(this.costMs, () => {
      this.#busy--;
      for (const job of jobs) {
        const body = new Uint8Array(0);
        job.end({
          kind: 'answer',
          id: job.id,
          status: 200,
          contentType: '',
          encoding: '',
          plainLength: 0,
          body,
          times: ANSWER,
        });
      }
      this.onFree();
    });
    return true;
  }

  abandon(job: Job): boolean {
    this.abandoned.push(job);
    return false;
  }
}

function setUp(options: { workers?: number; costMs?: number; queue?: number; batch?: number } = {}) {
  const clock = new ManualClock(1000);
  const pool = new SimulatedPool(clock, options.workers ?? 1, options.costMs ?? 10);
  let arriving = 0;
  const scheduler = new Scheduler({
    maxQueueSize: options.queue ?? 8,
    batching:
      options.batch === undefined
        ? null
        : { maxRows: options.batch, maxRequests: options.batch, maxBytes: 1e6, maxWaitMs: 50 },
    clock,
    pool,
    arriving: () => arriving,
    onRelease: () => {},
  });
  pool.onFree = () => scheduler.pump();
  const ends = new Map<number, JobEnd[]>();
  const job = (id: number): Job => {
    ends.set(id, []);
    const at = epochNow(clock);
    const request = {
      method: '',
      path: '',
      query: '',
      contentType: '',
      contentEncoding: '',
      answerEncoding: '',
    };
    return new Job({
      id,
      request: { ...request, body: new Uint8Array(10) },
      arrivedAt: at,
      deadline: at + 5000,
      onEnd: (end) => void ends.get(id)!.push(end),
    });
  };
  return {
    clock,
    pool,
    scheduler,
    ends,
    job,
    arriving(count: number) {
      arriving = count;
    },
  };
}

describe('the scheduler', () => {
  test('starts at once what has a slot, queues up to the limit, refuses the rest', () => {
    const { scheduler, pool, job } = setUp({ queue: 2 });
    expect([1, 2, 3, 4].map((id) => scheduler.submit(job(id)))).toEqual([true, true, true, false]);
    expect([pool.runs.length, scheduler.queued, scheduler.isFull()]).toEqual([1, 2, true]);
  });

  test('serves in the order of arrival', () => {
    const { scheduler, pool, clock, job } = setUp();
    for (const id of [1, 2, 3]) scheduler.submit(job(id));
    clock.advance(100);
    expect(pool.runs.map(({ jobs }) => jobs[0]!.id)).toEqual([1, 2, 3]);
  });

  test('forgets a cancelled job, in the queue or in a worker', () => {
    const { scheduler, pool, clock, job, ends } = setUp();
    const [running, queued, last] = [job(1), job(2), job(3)];
    for (const each of [running, queued, last]) scheduler.submit(each);
    scheduler.cancel(queued);
    scheduler.cancel(running);
    clock.advance(100);
    expect(pool.abandoned).toEqual([running]);
    expect(pool.runs.map(({ jobs }) => jobs[0]!.id)).toEqual([1, 3]);
    expect([ends.get(1)!.length, ends.get(2)!.length, ends.get(3)!.length]).toEqual([0, 0, 1]);
  });

  test('takes a job back whose worker was lost, ahead of the others, even into a full queue', () => {
    const { scheduler, pool, clock, job } = setUp({ queue: 1 });
    const lost = job(1);
    for (const each of [lost, job(2)]) scheduler.submit(each);
    scheduler.takeBack(lost);
    expect(scheduler.queued).toBe(2);
    clock.advance(100);
    expect(pool.runs.map(({ jobs }) => jobs[0]!.id)).toEqual([1, 1, 2]);
  });
});

describe('batching', () => {
  test('never delays a caller that is alone', () => {
    const { scheduler, pool, clock, job } = setUp({ batch: 16 });
    for (let id = 0; id < 20; id++) {
      const at = clock.monotonic();
      scheduler.submit(job(id));
      expect(pool.runs.at(-1)).toMatchObject({ at, jobs: [{ id }] });
      clock.advance(10);
    }
  });

  test('merges what gathers while the workers are busy', () => {
    const { scheduler, pool, clock, job } = setUp({ batch: 4, queue: 20 });
    for (let id = 0; id < 10; id++) scheduler.submit(job(id));
    clock.advance(100);
    expect(pool.runs.map(({ jobs }) => jobs.length)).toEqual([1, 4, 4, 1]);
  });

  test('waits for bodies that are arriving, at most the batch timeout', () => {
    const { scheduler, pool, clock, job, arriving } = setUp({ batch: 4 });
    arriving(1);
    const at = clock.monotonic();
    scheduler.submit(job(1));
    clock.advance(49);
    expect(pool.runs.length).toBe(0);
    clock.advance(1);
    expect(pool.runs).toMatchObject([{ at: at + 50 }]);
    clock.advance(20);
    scheduler.submit(job(2));
    clock.advance(5);
    arriving(0);
    scheduler.submit(job(3));
    expect(pool.runs.at(-1)).toMatchObject({ at: at + 75, jobs: [{ id: 2 }, { id: 3 }] });
  });

  test('whatever comes, goes, or arrives slowly: each job ends once or was given up, and nobody waits past the timeout for an idle worker', () => {
    const step = fc.record({
      action: fc.constantFrom('submit', 'submit', 'submit', 'cancel', 'arrive', 'leave'),
      pick: fc.nat(),
      pauseMs: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 6 }),
        (steps, workers, batch) => {
          const { scheduler, pool, clock, job, ends, arriving } = setUp({ workers, batch, queue: 6 });
          const submitted: Job[] = [];
          const cancelled = new Set<number>();
          let receiving = 0;
          for (const [id, { action, pick, pauseMs }] of steps.entries()) {
            if (action === 'arrive') arriving(++receiving);
            if (action === 'leave' && receiving > 0) {
              arriving(--receiving);
              scheduler.pump();
            }
            if (action === 'submit') {
              const next = job(id);
              if (scheduler.submit(next)) submitted.push(next);
            }
            const victim = submitted[pick % Math.max(1, submitted.length)];
            if (action === 'cancel' && victim !== undefined && victim.state !== 'over') {
              scheduler.cancel(victim);
              cancelled.add(victim.id);
            }
            expect(scheduler.queued).toBeLessThanOrEqual(6);
            clock.advance(pauseMs);
          }
          clock.advance(60 + 10 * (submitted.length + 1));
          for (const { id } of submitted) expect(ends.get(id)!.length).toBe(cancelled.has(id) ? 0 : 1);
          expect(scheduler.queued).toBe(0);
          for (const { jobs } of pool.runs) expect(jobs.length).toBeLessThanOrEqual(batch);
          const placed = pool.runs.flatMap(({ jobs }) => jobs.map(({ id }) => id));
          expect(new Set(placed).size).toBe(placed.length);
        },
      ),
    );
  });
});
