import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Job } from '../schedule/job.js';
import type { FromWorker, ToWorker, WorkerInit } from './protocol.js';

/** A group of jobs that went to a worker together and occupy one slot. */
export interface Run {
  readonly id: number;
  /** -1 = its jobs were moved to another worker; it only waits for this worker's word. */
  slot: number;
  readonly jobs: Map<number, { readonly job: Job; readonly cell: number }>;
  readonly postedAt: number;
}

export type WorkerState =
  | 'starting' // loads its model
  | 'ready' // has proved itself
  | 'retiring' // finishes its runs, takes none
  | 'gone';

/** One thread with one copy of the model. */
export class WorkerThread {
  readonly name: string;
  readonly runs = new Map<number, Run>();
  state: WorkerState = 'starting';
  /** When its oldest unbroken stretch of work began, milliseconds; 0 = idle. */
  busySince = 0;
  /** Moving average of the time a run blocks the thread, milliseconds. */
  blockedMs = 0;
  /** A replacement is on its way because of its memory; it goes when that one is ready. */
  replaced = false;
  /** Samples of its heap in a row that were over the ceiling. */
  samplesOverCeiling = 0;
  readonly #worker: Worker;

  constructor(
    name: string,
    init: WorkerInit,
    limits: ResourceLimits,
    events: {
      onMessage: (worker: WorkerThread, message: FromWorker) => void;
      onGone: (worker: WorkerThread, cause: string) => void;
    },
  ) {
    this.name = name;
    this.#worker = new Worker(workerEntry(), {
      workerData: init,
      resourceLimits: limits,
      name,
      // Flags of this process are its own: a thread runs the same way whoever started the instance.
      execArgv: [],
    });
    let cause: string | undefined;
    this.#worker.on('message', (message: FromWorker) => events.onMessage(this, message));
    this.#worker.on('error', (error) => {
      cause = `${error instanceof Error ? error.message : String(error)}`;
    });
    this.#worker.on('exit', (code) => {
      this.state = 'gone';
      events.onGone(this, cause ?? this.#killedBecause ?? `its thread ended with code ${code}`);
    });
  }

  #killedBecause: string | undefined;

  /**
   * Everything posted in one turn of the event loop goes as one message: waking the thread costs more than what
   * is in it. Only in this direction: an answer that waited for its neighbour would be lost with it.
   */
  post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#outbox.length === 0) setImmediate(this.#flush);
    this.#outbox.push(message);
    for (const memory of transfer) this.#outboxTransfer.push(memory);
  }

  #outbox: ToWorker[] = [];
  #outboxTransfer: ArrayBuffer[] = [];
  readonly #flush = (): void => {
    const messages = this.#outbox;
    const transfer = this.#outboxTransfer;
    this.#outbox = [];
    this.#outboxTransfer = [];
    if (this.state !== 'gone') this.#worker.postMessage(messages, transfer);
  };

  /** Lets the thread close its model and end by itself. */
  stop(): void {
    this.post({ kind: 'stop' });
  }

  /** Ends the thread, also inside a computation. `onGone` follows with `cause`. */
  kill(cause: string): Promise<unknown> {
    this.#killedBecause ??= cause;
    return this.#worker.terminate();
  }
}

/** Threads run compiled code, also when this module is read from its source by the tests. */
function workerEntry(): URL {
  const beside = new URL('./worker-main.js', import.meta.url);
  return existsSync(fileURLToPath(beside))
    ? beside
    : new URL('../../dist/pool/worker-main.js', import.meta.url);
}
