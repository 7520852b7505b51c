import { describe, expect, test } from 'vitest';
import { findMovable, pickWorker, type WorkerLoad } from './pick-worker.js';
import type { Run } from './worker-thread.js';

function run(id: number, changes: Partial<Run> = {}): Run {
  const jobs = new Map([[id, {}]]) as unknown as Run['jobs'];
  return { id, slot: id, jobs, postedAt: 0, ...changes };
}

function worker(runs: readonly Run[], changes: Partial<WorkerLoad> = {}): WorkerLoad {
  return {
    state: 'ready',
    runs: new Map(runs.map((each) => [each.id, each])),
    blockedMs: 0,
    busySince: 0,
    ...changes,
  };
}

describe('the worker for the next run', () => {
  test('is the one with the fewest runs', () => {
    const [busy, idle] = [worker([run(1)]), worker([])];
    expect(pickWorker([busy, idle], 5)).toBe(idle);
  });

  test('is none while none is ready', () => {
    const states = ['starting', 'retiring', 'gone'] as const;
    expect(
      pickWorker(
        states.map((state) => worker([], { state })),
        5,
      ),
    ).toBeUndefined();
  });

  test('gets further runs ahead only when they do not block it for long', () => {
    const quick = worker([run(1), run(2)], { blockedMs: 0.1 });
    expect(pickWorker([quick], 5)).toBe(quick);
    expect(pickWorker([quick], 2)).toBeUndefined();
    expect(pickWorker([worker([run(1)], { blockedMs: 30 })], 5)).toBeUndefined();
  });

  test('holds its even share of the slots at most', () => {
    const full = worker([run(1), run(2), run(3)]);
    const other = worker([run(4), run(5)]);
    expect(pickWorker([full, other], 5)).toBe(other);
    expect(pickWorker([full, worker([run(4), run(5), run(6)])], 5)).toBeUndefined();
  });
});

describe('what an idle worker may take over', () => {
  const idle = worker([]);

  test('is the last run behind a long one', () => {
    const last = run(3);
    const busy = worker([run(1), run(2), last], { busySince: 10 });
    expect(findMovable([idle, busy], idle, 20)).toBe(last);
    expect(findMovable([idle, busy], idle, 11)).toBeUndefined();
    const moved = run(4, { slot: -1 });
    expect(findMovable([worker([run(1), last, moved], { busySince: 10 })], idle, 20)).toBe(last);
  });

  test('is nothing that is alone, a batch, or moved already', () => {
    const batch = run(2, {
      jobs: new Map([
        [1, {}],
        [2, {}],
      ]) as unknown as Run['jobs'],
    });
    for (const runs of [[run(1)], [run(1), batch], [run(1), run(2, { slot: -1 })]]) {
      expect(findMovable([worker(runs, { busySince: 1 })], idle, 100)).toBeUndefined();
    }
  });
});
