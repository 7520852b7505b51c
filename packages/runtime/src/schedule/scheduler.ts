import { BoundedQueue, type Clock } from '@openeas/kernel';
import type { WorkerPool } from '../pool/worker-pool.js';
import { epochNow } from './epoch.js';
import type { Job } from './job.js';
import { planRelease, type ReleaseLimits, type ReleaseReason, type Waiting } from './plan-release.js';

export interface SchedulerOptions {
  /** `rpc.max_queue_size`. */
  readonly maxQueueSize: number;
  /** null = one request per run. */
  readonly batching: (ReleaseLimits & { readonly maxRequests: number }) | null;
  readonly clock: Clock;
  readonly pool: Pick<WorkerPool, 'hasCapacity' | 'place' | 'abandon' | 'lackCapacity'>;
  /** Requests whose bodies are being received. */
  readonly arriving: () => number;
  readonly onRelease: (reason: ReleaseReason) => void;
}

const SMOOTHING = 0.2;

/** The bounded queue between admission and the workers. Whatever enters leaves by exactly one `job.end`. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #queue: BoundedQueue<Job>;
  /** Jobs that a lost worker gave back; they were admitted once and are not refused now. */
  readonly #returned: Job[] = [];
  #draining = false;
  #cancelHold: (() => void) | undefined;
  #rowsPerByte = 0;
  #expectedMs = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#queue = new BoundedQueue(options.maxQueueSize);
  }

  get queued(): number {
    return this.#queue.size + this.#returned.length;
  }

  /** True when `submit` would refuse: no free slot and no room in the queue. */
  isFull(): boolean {
    return this.#queue.size >= this.#queue.capacity && !this.#canStartNow();
  }

  /** False = the queue is full; nothing was done. */
  submit(job: Job): boolean {
    job.queuedAt = epochNow(this.#options.clock);
    if (this.#options.batching === null && this.#canStartNow()) {
      this.#place([job]);
      return true;
    }
    if (!this.#queue.offer(job)) {
      if (!this.#canStartNow()) return false;
      // No queue at all (size 0): an idle slot takes it directly, as a batch of one.
      this.#place([job]);
      return true;
    }
    this.pump();
    return true;
  }

  /** Nobody waits for `job` any more. Its `onEnd` is not called. */
  cancel(job: Job): void {
    const { state } = job;
    job.state = 'over';
    if (state === 'placed') this.#options.pool.abandon(job);
    if (state !== 'waiting') return;
    const at = this.#returned.indexOf(job);
    if (at >= 0) this.#returned.splice(at, 1);
    else this.#queue.remove(job);
    this.pump();
  }

  /** Takes back a job whose worker was lost before it started. */
  takeBack(job: Job): void {
    job.state = 'waiting';
    this.#returned.push(job);
  }

  /** From now on batches are not held back for others. */
  drain(): void {
    this.#draining = true;
    this.pump();
  }

  /** What a batch taught: rows per byte, and how long it took. */
  learn(rows: number, bytes: number, tookMs: number): void {
    if (bytes > 0) this.#rowsPerByte += (rows / bytes - this.#rowsPerByte) * SMOOTHING;
    this.#expectedMs += (tookMs - this.#expectedMs) * SMOOTHING;
  }

  /** Starts what can be started. Call when a slot or a worker became free. */
  pump(): void {
    this.#cancelHold?.();
    this.#cancelHold = undefined;
    while (this.queued > 0 && this.#options.pool.hasCapacity()) {
      if (this.#options.batching !== null) {
        if (!this.#releaseBatch(this.#options.batching)) return;
        continue;
      }
      if (!this.#place([this.#next()])) return;
    }
    if (this.queued > 0) this.#options.pool.lackCapacity();
  }

  #releaseBatch(limits: ReleaseLimits & { readonly maxRequests: number }): boolean {
    const { clock, arriving } = this.#options;
    const now = epochNow(clock);
    const head: Waiting[] = [];
    for (const job of this.#waiting()) {
      if (head.length === limits.maxRequests) break;
      const rows = Math.max(1, Math.round(job.bytes * this.#rowsPerByte));
      head.push({ rows, bytes: job.bytes, queuedAt: job.queuedAt, deadline: job.deadline });
    }
    const plan = planRelease(
      head,
      { now, arriving: arriving(), draining: this.#draining, expectedMs: this.#expectedMs },
      limits,
    );
    if (plan.kind === 'hold') {
      for (const job of this.#waiting()) job.heldSince ||= now;
      if (Number.isFinite(plan.until)) {
        this.#cancelHold = clock.after(Math.max(0, plan.until - now), () => this.pump());
      }
      return false;
    }
    const jobs: Job[] = [];
    for (let n = 0; n < plan.count; n++) jobs.push(this.#next());
    if (!this.#place(jobs)) return false;
    this.#options.onRelease(plan.reason);
    return true;
  }

  *#waiting(): Iterable<Job> {
    yield* this.#returned;
    yield* this.#queue;
  }

  #next(): Job {
    return this.#returned.shift() ?? this.#queue.poll()!;
  }

  #canStartNow(): boolean {
    return this.queued === 0 && this.#options.pool.hasCapacity();
  }

  #place(jobs: readonly Job[]): boolean {
    const at = epochNow(this.#options.clock);
    for (const job of jobs) job.placedAt = at;
    if (this.#options.pool.place(jobs)) return true;
    for (const job of jobs) this.takeBack(job);
    return false;
  }
}
