import type { ResourceLimits } from 'node:worker_threads';
import { type InstanceFailure, OpenEasError } from '@openeas/contracts';
import { backoffDelay, type Clock } from '@openeas/kernel';
import { epochNow } from '../schedule/epoch.js';
import type { Job } from '../schedule/job.js';
import { CellTable } from './cell-table.js';
import { GROW_AFTER_MS, GrowthWatch } from './growth-watch.js';
import { isWorthTransfer, ownBytes } from './own-bytes.js';
import { findMovable, pickWorker } from './pick-worker.js';
import type { FromWorker, InfoAnswer, Outcome, Task, WorkerInit } from './protocol.js';
import { SlotTable } from './slot-table.js';
import { type Run, WorkerThread } from './worker-thread.js';

export interface PoolOptions {
  readonly init: Omit<WorkerInit, 'cells'>;
  /** Runs at once: `rpc.worker_threads`. */
  readonly slots: number;
  /** Most threads; the first is started at once, the others when there is work for them. */
  readonly maxThreads: number;
  /** Most requests in one run. */
  readonly maxRunSize: number;
  /** JavaScript heap of one thread after which it is replaced, bytes; 0 = no ceiling. */
  readonly heapCeilingBytes: number;
  /** Milliseconds a worker may go on with a request whose deadline is over before it counts as stuck. */
  readonly stuckAfterMs: number;
  readonly clock: Clock;
  readonly events: PoolEvents;
}

export interface PoolEvents {
  log(level: 'info' | 'warn' | 'error', message: string): void;
  onPhase(phase: 'Loading' | 'WarmingUp'): void;
  /** The number of workers that have proved themselves went from or to 0; `cause` says why it went to 0. */
  onReadiness(ready: boolean, cause: string): void;
  /** The very first worker could not load the model. */
  onLoadFailure(failure: InstanceFailure): void;
  /** A slot may have become free. */
  onCapacity(): void;
  /** A job was placed and not started, and its worker is lost: it may be placed again. */
  onReturned(job: Job): void;
  onBatch(requests: number, rows: number, bytes: number, tookMs: number): void;
  onWorkerLost(reason: 'crash' | 'stuck' | 'memory'): void;
  onWorkForNobody(): void;
}

const SMOOTHING = 0.2;
const SAMPLES_OVER_CEILING = 3;
const RESTART = { initialMs: 100, maxMs: 10_000, factor: 2 } as const;

/** Threads, slots and what is in flight on them. Decides where a run goes; never keeps one waiting. */
export class WorkerPool {
  readonly slots: SlotTable;
  readonly #options: PoolOptions;
  readonly #cells: CellTable;
  readonly #workers = new Set<WorkerThread>();
  #info: InfoAnswer | null = null;
  #sequence = 0;
  #failures = 0;
  #everReady = false;
  #closing = false;
  #allGone: Promise<void> | undefined;
  #whenGone: (() => void) | undefined;
  readonly #growth: GrowthWatch;
  /** Something waits in the queue for want of a worker. */
  #lacking = false;
  readonly #timers = new Set<() => void>();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.slots = new SlotTable(options.slots);
    this.#growth = new GrowthWatch(
      options.clock,
      () => this.#growthState(),
      () => this.#spawn(),
    );
    // Twice: a run that is moved to an idle worker holds its old cells until the busy one has seen it.
    this.#cells = new CellTable(options.slots * options.maxRunSize * 2);
  }

  /** The answer to GET; null until a worker is ready, or when the model has none. */
  get info(): InfoAnswer | null {
    return this.#info;
  }

  get threads(): number {
    return this.#workers.size;
  }

  get readyThreads(): number {
    let count = 0;
    for (const worker of this.#workers) if (worker.state === 'ready') count++;
    return count;
  }

  start(): void {
    this.#spawn();
  }

  /** True when `place` would take a run now. */
  hasCapacity(): boolean {
    return this.slots.hasIdle() && this.#pick() !== undefined;
  }

  /** Gives jobs to the worker that is least busy. False = there is no slot, or no worker for it. */
  place(jobs: readonly Job[]): boolean {
    const worker = this.#pick();
    if (worker === undefined) return false;
    const slot = this.slots.take();
    if (slot < 0) return false;
    this.#send(worker, slot, jobs);
    this.#lacking = false;
    if (worker.runs.size > 1) this.#growth.consider();
    return true;
  }

  /** Something waits and `hasCapacity` said no. */
  lackCapacity(): void {
    this.#lacking = true;
    this.#growth.consider();
  }

  /** Nobody waits for the job any more. Returns whether the processor never saw and never will see it. */
  abandon(job: Job): boolean {
    for (const worker of this.#workers) {
      for (const run of worker.runs.values()) {
        const entry = run.jobs.get(job.id);
        if (entry === undefined || run.slot < 0) continue;
        if (this.#cells.withdraw(entry.cell)) return true;
        this.#cells.abandon(entry.cell);
        worker.post({ kind: 'cancel', task: job.id });
        this.#options.events.onWorkForNobody();
        this.#watchForStuck(worker, run, job);
        return false;
      }
    }
    return true;
  }

  /** Takes no run any more; each thread closes its model and ends when its runs are done. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelTimers();
    for (const worker of this.#workers) {
      if (worker.state === 'starting') void worker.kill('the instance is stopping');
      else if (worker.runs.size === 0) worker.stop();
    }
    if (this.#workers.size === 0) return;
    this.#allGone ??= new Promise((resolve) => {
      this.#whenGone = resolve;
    });
    await this.#allGone;
  }

  async destroy(): Promise<void> {
    this.#closing = true;
    this.#cancelTimers();
    await Promise.all([...this.#workers].map((worker) => worker.kill('the instance is stopping')));
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#growth.close();
  }

  #spawn(): void {
    if (this.#closing) return;
    const name = `worker-${this.#sequence++}`;
    const { init, heapCeilingBytes } = this.#options;
    const limits: ResourceLimits = { maxYoungGenerationSizeMb: 8 };
    if (heapCeilingBytes > 0) limits.maxOldGenerationSizeMb = Math.ceil((heapCeilingBytes * 1.25) / 2 ** 20);
    const worker = new WorkerThread(name, { ...init, cells: this.#cells.shared }, limits, {
      onMessage: (from, message) => this.#onMessage(from, message),
      onGone: (from, cause) => this.#onGone(from, cause),
    });
    this.#workers.add(worker);
  }

  #pick(): WorkerThread | undefined {
    return this.#closing ? undefined : pickWorker(this.#workers, this.slots.size);
  }

  #growthState(): 'enough' | 'busy' | 'overdue' {
    const workers = [...this.#workers];
    const waits = this.#lacking || workers.some(({ runs }) => runs.size > 1);
    if (!waits || this.#closing || workers.length >= this.#options.maxThreads) return 'enough';
    const since = this.#options.clock.monotonic() - GROW_AFTER_MS;
    const allBusy = workers.every(
      ({ state, busySince }) => state !== 'starting' && busySince > 0 && busySince <= since,
    );
    return allBusy ? 'overdue' : 'busy';
  }

  #send(worker: WorkerThread, slot: number, jobs: readonly Job[]): void {
    const now = this.#options.clock.monotonic();
    const run: Run = { id: this.#sequence++, slot, jobs: new Map(), postedAt: now };
    const tasks: Task[] = [];
    const transfer: ArrayBuffer[] = [];
    // To an idle worker memory is handed over. Behind other runs it is copied, so that the job can still move.
    const handOver = worker.runs.size === 0;
    for (const job of jobs) {
      const cell = this.#cells.take();
      run.jobs.set(job.id, { job, cell });
      job.state = 'placed';
      const { request } = job;
      const body = ownBytes(request.body);
      if (handOver && isWorthTransfer(body)) transfer.push(body.buffer as ArrayBuffer);
      const { method, path, query, contentType, contentEncoding, answerEncoding } = request;
      const { id, deadline } = job;
      tasks.push({
        id,
        cell,
        method,
        path,
        query,
        contentType,
        contentEncoding,
        answerEncoding,
        body,
        deadline,
      });
    }
    if (worker.runs.size === 0) worker.busySince = now;
    worker.runs.set(run.id, run);
    worker.post({ kind: 'run', run: run.id, tasks }, transfer);
  }

  #onMessage(worker: WorkerThread, message: FromWorker): void {
    const { events } = this.#options;
    switch (message.kind) {
      case 'log':
        events.log('info', message.message);
        return;
      case 'phase':
        if (!this.#everReady) events.onPhase(message.phase);
        return;
      case 'ready':
        this.#onReady(worker, message);
        return;
      case 'failed':
        this.#onFailed(worker, message.failure);
        return;
      case 'done':
        this.#onDone(worker, message);
    }
  }

  #onReady(worker: WorkerThread, message: Extract<FromWorker, { kind: 'ready' }>): void {
    const { events } = this.#options;
    worker.state = 'ready';
    this.#failures = 0;
    this.#info = message.info;
    this.slots.heal();
    events.log('info', `${worker.name} is ready, model loaded in ${Math.round(message.loadMs)} ms`);
    for (const old of this.#workers) {
      if (!old.replaced || old.state !== 'ready' || old === worker) continue;
      old.state = 'retiring';
      this.#endIfRetired(old);
      break;
    }
    this.#everReady = true;
    if (this.readyThreads === 1) events.onReadiness(true, '');
    events.onCapacity();
    this.#stealFor(worker);
  }

  #onFailed(worker: WorkerThread, failure: InstanceFailure): void {
    if (!this.#everReady) {
      this.#closing = true;
      this.#options.events.onLoadFailure(failure);
    }
    void worker.kill(failure.message);
  }

  #onDone(worker: WorkerThread, message: Extract<FromWorker, { kind: 'done' }>): void {
    const run = worker.runs.get(message.run);
    if (run === undefined) return;
    const { events } = this.#options;
    if (message.batchRequests > 0) {
      worker.blockedMs += (message.blockedMs - worker.blockedMs) * SMOOTHING;
      let bytes = 0;
      for (const { id } of message.outcomes) bytes += run.jobs.get(id)?.job.bytes ?? 0;
      events.onBatch(message.batchRequests, message.batchRows, bytes, message.blockedMs);
    }
    for (const outcome of message.outcomes) this.#settle(run, outcome);
    if (message.last) this.#endRun(worker, run);
    if (message.heapBytes > 0) this.#checkMemory(worker, message.heapBytes);
    if (message.last) {
      events.onCapacity();
      this.#stealFor(worker);
    }
  }

  #settle(run: Run, outcome: Outcome): void {
    const entry = run.jobs.get(outcome.id);
    if (entry === undefined) return;
    run.jobs.delete(outcome.id);
    this.#cells.giveBack(entry.cell);
    // A hollow run's jobs live on elsewhere: its skips say nothing about them.
    if (run.slot >= 0) entry.job.end(outcome);
  }

  #endRun(worker: WorkerThread, run: Run): void {
    worker.runs.delete(run.id);
    if (run.slot >= 0) this.slots.release(run.slot);
    worker.busySince = worker.runs.size === 0 ? 0 : worker.busySince;
    this.#endIfRetired(worker);
    if (this.#closing && worker.runs.size === 0) worker.stop();
  }

  /** An idle worker takes over what waits, not started, behind a long run of another one. */
  #stealFor(idle: WorkerThread): void {
    if (idle.state !== 'ready' || idle.runs.size > 0 || this.#closing) return;
    const last = findMovable(this.#workers, idle, this.#options.clock.monotonic());
    const [entry] = last?.jobs.values() ?? [];
    if (last === undefined || entry === undefined || this.#cells.available === 0) return;
    const { job, cell } = entry;
    if (!job.hasBody || job.state !== 'placed' || !this.#cells.withdraw(cell)) return;
    const { slot } = last;
    last.slot = -1;
    this.#send(idle, slot, [job]);
  }

  #watchForStuck(worker: WorkerThread, run: Run, job: Job): void {
    const { clock, stuckAfterMs } = this.#options;
    const wait = Math.max(0, job.deadline - epochNow(clock)) + stuckAfterMs;
    const cancel = clock.after(wait, () => {
      this.#timers.delete(cancel);
      if (worker.state === 'gone' || !worker.runs.has(run.id) || !run.jobs.has(job.id)) return;
      this.#options.events.onWorkerLost('stuck');
      void worker.kill(`stuck: it worked on one request ${Math.round(wait)} ms longer than anybody waited`);
    });
    this.#timers.add(cancel);
  }

  #checkMemory(worker: WorkerThread, heapBytes: number): void {
    const { heapCeilingBytes, events } = this.#options;
    if (heapCeilingBytes === 0 || worker.replaced || this.#closing) return;
    // One sample may be garbage that was not collected yet; memory that is needed stays.
    worker.samplesOverCeiling = heapBytes > heapCeilingBytes ? worker.samplesOverCeiling + 1 : 0;
    if (worker.samplesOverCeiling < SAMPLES_OVER_CEILING) return;
    worker.replaced = true;
    events.onWorkerLost('memory');
    events.log(
      'warn',
      `${worker.name} uses ${heapBytes} bytes of ${heapCeilingBytes}: a fresh one takes over`,
    );
    this.#spawn();
  }

  #endIfRetired(worker: WorkerThread): void {
    if (worker.state === 'retiring' && worker.runs.size === 0) worker.stop();
  }

  #onGone(worker: WorkerThread, cause: string): void {
    const { events } = this.#options;
    const wasRetired = worker.replaced && worker.runs.size === 0 && this.readyThreads > 0;
    this.#workers.delete(worker);
    if (this.#closing) {
      for (const run of worker.runs.values()) this.#failRun(run, 'the instance was stopped');
      worker.runs.clear();
      if (this.#workers.size === 0) this.#whenGone?.();
      return;
    }
    if (wasRetired) return;
    if (!this.#everReady) {
      this.#closing = true;
      const message = `The model could not be loaded: ${cause.split('\n', 1)[0]}`;
      events.onLoadFailure({ fault: 'processor', code: 'ProcessorFailed', message });
      return;
    }
    if (!cause.startsWith('stuck')) events.onWorkerLost('crash');
    events.log('error', `${worker.name} is lost: ${cause}`);
    for (const run of worker.runs.values()) this.#failRun(run, `its worker is lost: ${cause}`);
    worker.runs.clear();
    if (this.readyThreads === 0) {
      events.onReadiness(false, `worker lost (${cause.split('\n', 1)[0]}); it is being replaced`);
    } else this.slots.heal();
    this.#replace();
    events.onCapacity();
  }

  /** Started requests fail at once with the cause; the others may still be processed elsewhere. */
  #failRun(run: Run, cause: string): void {
    if (run.slot >= 0) this.slots.poison(run.slot);
    for (const { job, cell } of run.jobs.values()) {
      const started = this.#cells.wasStarted(cell);
      this.#cells.giveBack(cell);
      if (run.slot < 0 || job.state === 'over') continue;
      if (started) job.end(lost(job, cause));
      else if (job.hasBody && !this.#closing) this.#options.events.onReturned(job);
      else job.end({ kind: 'returned', id: job.id, reason: cause });
    }
    run.jobs.clear();
  }

  #replace(): void {
    for (const worker of this.#workers) if (worker.state === 'starting') return;
    const { clock, events } = this.#options;
    const delay = backoffDelay(++this.#failures, RESTART);
    const cancel = clock.after(delay, () => {
      this.#timers.delete(cancel);
      if (this.#workers.size < this.#options.maxThreads) this.#spawn();
    });
    this.#timers.add(cancel);
    events.log('info', `a new worker starts in ${delay} ms`);
  }
}

function lost(job: Job, cause: string): Outcome {
  const error = new OpenEasError('ProcessorFailed', { reason: cause.split('\n', 1)[0] ?? '' });
  const { code, status, fault, message } = error;
  const times = { startedAt: job.placedAt, decodeMs: 0, computeMs: 0, encodeMs: 0 };
  return { kind: 'error', id: job.id, code, status, fault, message, times };
}
