/** A queued request as the planner sees it. Times are milliseconds on one clock. */
export interface Waiting {
  /** Estimated from what requests of this size held before; at least 1. */
  readonly rows: number;
  readonly bytes: number;
  readonly queuedAt: number;
  readonly deadline: number;
}

export interface ReleaseLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Longest time the oldest request is held back for others, milliseconds: `rpc.max_batch_timeout`. */
  readonly maxWaitMs: number;
}

/** Why a batch left the queue, as the metric's label. */
export const RELEASE_REASONS = ['rows', 'bytes', 'timeout', 'deadline', 'nobody-else', 'drain'] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];

export type ReleasePlan =
  /** The first `count` requests go now. */
  | { readonly kind: 'release'; readonly count: number; readonly reason: ReleaseReason }
  /** Look again at `until`, or when something arrives. */
  | { readonly kind: 'hold'; readonly until: number };

/**
 * Decides what an idle worker gets. A worker is never kept waiting unless there are requests whose bodies are
 * being received right now: they alone can fill the batch. So a caller that is alone is never slower than
 * without batching, and under load batches grow by themselves while all workers are busy.
 */
export function planRelease(
  waiting: readonly Waiting[],
  situation: {
    readonly now: number;
    /** Requests that are arriving: admitted, and their bodies not complete. */
    readonly arriving: number;
    readonly draining: boolean;
    /** How long a batch takes, by experience, milliseconds. */
    readonly expectedMs: number;
  },
  limits: ReleaseLimits,
): ReleasePlan {
  const [oldest] = waiting;
  if (oldest === undefined) return { kind: 'hold', until: Number.POSITIVE_INFINITY };
  let rows = 0;
  let bytes = 0;
  let count = 0;
  let due = oldest.queuedAt + limits.maxWaitMs;
  let reason: ReleaseReason = 'timeout';
  for (const request of waiting) {
    if (count > 0 && rows + request.rows > limits.maxRows) return { kind: 'release', count, reason: 'rows' };
    if (count > 0 && bytes + request.bytes > limits.maxBytes)
      return { kind: 'release', count, reason: 'bytes' };
    rows += request.rows;
    bytes += request.bytes;
    count++;
    const latestStart = request.deadline - situation.expectedMs;
    if (latestStart < due) {
      due = latestStart;
      reason = 'deadline';
    }
  }
  if (rows >= limits.maxRows) return { kind: 'release', count, reason: 'rows' };
  if (bytes >= limits.maxBytes) return { kind: 'release', count, reason: 'bytes' };
  if (situation.draining) return { kind: 'release', count, reason: 'drain' };
  if (situation.arriving === 0) return { kind: 'release', count, reason: 'nobody-else' };
  if (due <= situation.now) return { kind: 'release', count, reason };
  return { kind: 'hold', until: due };
}
