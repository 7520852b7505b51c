import type { TaskTimes } from '../pool/protocol.js';
import type { Job } from '../schedule/job.js';

/**
 * The `Server-Timing` value for a request that asked for it, milliseconds. `queue` ends when a slot was found;
 * `batch` is the part of it in which a worker was idle and the request was held back for others; `handover` is
 * the way to the thread and the wait for its turn there; `write` the way back up to this line.
 */
export function timingHeader(job: Job, times: TaskTimes, now: number): string {
  const batch = job.heldSince === 0 ? 0 : job.placedAt - job.heldSince;
  const worked = times.decodeMs + times.computeMs + times.encodeMs;
  const parts: readonly (readonly [string, number])[] = [
    ['receive', job.queuedAt - job.arrivedAt],
    ['queue', job.placedAt - job.queuedAt - batch],
    ['batch', batch],
    ['handover', times.startedAt - job.placedAt],
    ['decode', times.decodeMs],
    ['compute', times.computeMs],
    ['encode', times.encodeMs],
    ['write', now - times.startedAt - worked],
    ['total', now - job.arrivedAt],
  ];
  return parts.map(([name, ms]) => `${name};dur=${Math.max(0, ms).toFixed(3)}`).join(', ');
}
