import type { Run, WorkerState } from './worker-thread.js';

/** What the choice of a worker looks at. */
export interface WorkerLoad {
  readonly state: WorkerState;
  readonly runs: ReadonlyMap<number, Run>;
  /** Moving average of the time a run blocks the thread, milliseconds. */
  readonly blockedMs: number;
  /** When its unbroken stretch of work began; 0 = idle. */
  readonly busySince: number;
}

/** Runs that block for less than this are sent ahead, so that the thread never waits for its next one. */
export const PIPELINE_BELOW_MS = 2;

/**
 * The worker for the next run: the one with the fewest runs, undefined when each has what it may hold. A thread
 * that its runs block for long gets one at a time; quick or waiting ones share the slots evenly.
 */
export function pickWorker<W extends WorkerLoad>(workers: Iterable<W>, slots: number): W | undefined {
  const ready = [...workers].filter(({ state }) => state === 'ready');
  const depth = Math.ceil(slots / Math.max(1, ready.length));
  let best: W | undefined;
  for (const worker of ready) {
    const limit = worker.blockedMs < PIPELINE_BELOW_MS ? depth : 1;
    if (worker.runs.size >= limit) continue;
    if (best === undefined || worker.runs.size < best.runs.size) best = worker;
  }
  return best;
}

/** The last run of a worker that has been at an earlier one for long: an idle worker may take it over. */
export function findMovable<W extends WorkerLoad>(
  workers: Iterable<W>,
  idle: W,
  now: number,
): Run | undefined {
  for (const busy of workers) {
    if (busy === idle || busy.runs.size < 2 || now - busy.busySince < PIPELINE_BELOW_MS) continue;
    // Batches stay where they were sealed; a hollow run has nothing left to move; the first one is being processed.
    const movable = [...busy.runs.values()]
      .slice(1)
      .findLast(({ slot, jobs }) => slot >= 0 && jobs.size === 1);
    if (movable !== undefined) return movable;
  }
  return undefined;
}
