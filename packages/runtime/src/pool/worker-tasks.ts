import { getHeapStatistics } from 'node:v8';
import { OpenEasError } from '@openeas/contracts';
import type { BatchAnswer, Model, ProcessorRequest } from '@openeas/processors';
import type { Codec } from '../codec/codec.js';
import { codecNamed } from '../codec/codecs.js';
import { type Described, planBatches } from '../schedule/plan-batches.js';
import { errorOutcome, httpStatus, isResponse } from './answers.js';
import { CellView } from './cell-table.js';
import { ownBytes, transferable } from './own-bytes.js';
import type { FromWorker, Outcome, Task, TaskTimes, WorkerInit } from './protocol.js';

const HEAP_SAMPLE_MS = 100;

/** A task whose body is decoded and which is ours to process. */
interface Opened {
  readonly task: Task;
  readonly request: ProcessorRequest;
  readonly startedAt: number;
  readonly decodeMs: number;
}

/** Processes runs in a worker thread. Synchronous models answer before the next message is looked at. */
export class TaskRunner {
  readonly #model: Model;
  readonly #cells: CellView;
  readonly #send: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;
  readonly #decompressor: Codec | undefined;
  readonly #init: WorkerInit;
  readonly #running = new Map<number, AbortController>();
  #nextHeapSample = 0;

  constructor(
    init: WorkerInit,
    model: Model,
    send: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void,
  ) {
    this.#init = init;
    this.#model = model;
    this.#send = send;
    this.#cells = new CellView(init.cells);
    this.#decompressor = init.decompressor === null ? undefined : codecNamed(init.decompressor);
  }

  run(run: number, tasks: readonly Task[]): void {
    const [only] = tasks;
    if (tasks.length === 1 && only !== undefined) this.#runOne(run, only);
    else void this.#runMany(run, tasks);
  }

  cancel(task: number): void {
    this.#running.get(task)?.abort(new Error('the request was given up'));
  }

  #runOne(run: number, task: Task): void {
    const began = performance.now();
    const opened = this.#open(task);
    if ('kind' in opened) {
      this.#done(run, [opened], true, began, 0, 0);
      return;
    }
    const called = performance.now();
    let answer: ReturnType<Model['process']>;
    try {
      answer = this.#model.process(opened.request, this.#signal(task));
    } catch (error) {
      this.#done(run, [this.#failed(opened, error, called)], true, began, 1, 1);
      return;
    }
    if (!(answer instanceof Promise)) {
      this.#done(run, [this.#answered(opened, answer, called)], true, began, 1, 1);
      return;
    }
    const blockedMs = performance.now() - began;
    answer.then(
      (value) => this.#done(run, [this.#answered(opened, value, called)], true, began, 1, 1, blockedMs),
      (error) => this.#done(run, [this.#failed(opened, error, called)], true, began, 1, 1, blockedMs),
    );
  }

  /** A run of several requests: describe, split into compatible batches, process one after the other. */
  async #runMany(run: number, tasks: readonly Task[]): Promise<void> {
    const began = performance.now();
    const early: Outcome[] = [];
    const ready: { task: Task; request: ProcessorRequest; decodeMs: number; described: Described }[] = [];
    for (const task of tasks) {
      const decodeStarted = performance.now();
      try {
        const request = this.#decode(task);
        const { rows, shapeClass } = this.#model.describe?.(request) ?? { rows: 1, shapeClass: '' };
        const described = { rows, shapeClass, bytes: request.body.byteLength };
        ready.push({ task, request, decodeMs: performance.now() - decodeStarted, described });
      } catch (error) {
        if (this.#cells.start(task.cell)) {
          early.push(errorOutcome(task.id, error, times(now(), performance.now() - decodeStarted, 0, 0)));
        } else early.push({ kind: 'skipped', id: task.id });
      }
    }
    const plan = planBatches(
      ready.map(({ described }) => described),
      this.#init.batch ?? { maxRows: 1, maxBytes: 0 },
    );
    this.#done(run, early, plan.length === 0, began, 0, 0);
    for (const [number, indexes] of plan.entries()) {
      // Sealing: who gave up while the batch before was running is left out here, not dragged along.
      const batchBegan = performance.now();
      const outcomes: Outcome[] = [];
      const batch: Opened[] = [];
      let rows = 0;
      for (const index of indexes) {
        const { task, request, decodeMs, described } = ready[index]!;
        if (now() > task.deadline || !this.#cells.start(task.cell)) {
          outcomes.push({ kind: 'skipped', id: task.id });
          continue;
        }
        rows += described.rows;
        batch.push({ task, request, startedAt: now(), decodeMs });
      }
      outcomes.push(...(await this.#processBatch(batch)));
      this.#done(run, outcomes, number === plan.length - 1, batchBegan, batch.length, rows);
    }
  }

  async #processBatch(batch: readonly Opened[]): Promise<Outcome[]> {
    const called = performance.now();
    if (this.#model.processBatch === undefined || batch.length < 2) {
      const outcomes: Outcome[] = [];
      for (const opened of batch) {
        const started = performance.now();
        try {
          const answer = await this.#model.process(opened.request, this.#signal(opened.task));
          outcomes.push(this.#answered(opened, answer, started));
        } catch (error) {
          outcomes.push(this.#failed(opened, error, started));
        }
      }
      return outcomes;
    }
    const signals = batch.map(({ task }) => this.#signal(task));
    let answers: readonly BatchAnswer[];
    try {
      const requests = batch.map(({ request }) => request);
      answers = await this.#model.processBatch(requests, whenAllAbort(signals));
      if (answers.length !== batch.length) {
        throw new Error(
          `the processor gave ${answers.length} answers to a batch of ${batch.length} requests`,
        );
      }
    } catch (error) {
      return batch.map((opened) => this.#failed(opened, error, called));
    }
    return batch.map((opened, index) => {
      try {
        return this.#answered(opened, answers[index]!, called);
      } catch (error) {
        return this.#failed(opened, error, called); // An answer that cannot be sent is its own request's trouble.
      }
    });
  }

  /** The request ready for the processor, or how it ended before that. */
  #open(task: Task): Opened | Outcome {
    const startedAt = now();
    if (startedAt > task.deadline || !this.#cells.start(task.cell)) return { kind: 'skipped', id: task.id };
    const decodeStarted = performance.now();
    try {
      const request = this.#decode(task);
      return { task, request, startedAt, decodeMs: performance.now() - decodeStarted };
    } catch (error) {
      return errorOutcome(task.id, error, times(startedAt, performance.now() - decodeStarted, 0, 0));
    }
  }

  #decode(task: Task): ProcessorRequest {
    const { method, path, query, contentType } = task;
    const codec = task.contentEncoding === '' ? this.#decompressor : requestCodec(task.contentEncoding);
    const body =
      codec === undefined || task.body.byteLength === 0
        ? task.body
        : codec.decode(task.body, this.#init.maxBodyBytes);
    return { method, path, query, contentType, body };
  }

  #answered(opened: Opened, answer: BatchAnswer, called: number): Outcome {
    if (answer instanceof OpenEasError) return this.#failed(opened, answer, called);
    if (!isResponse(answer)) {
      return this.#failed(
        opened,
        new Error('the processor answered with something that is no response'),
        called,
      );
    }
    const { task, startedAt, decodeMs } = opened;
    const computed = performance.now();
    this.#running.delete(task.id);
    const codec = answer.body.byteLength === 0 ? undefined : codecNamed(task.answerEncoding);
    const body = ownBytes(codec === undefined ? answer.body : codec.encode(answer.body));
    return {
      kind: 'answer',
      id: task.id,
      status: httpStatus(answer.status),
      contentType: answer.contentType,
      encoding: codec?.name ?? '',
      plainLength: answer.body.byteLength,
      body,
      times: times(startedAt, decodeMs, computed - called, performance.now() - computed),
    };
  }

  #failed(opened: Opened, error: unknown, called: number): Outcome {
    this.#running.delete(opened.task.id);
    const took = times(opened.startedAt, opened.decodeMs, performance.now() - called, 0);
    return errorOutcome(opened.task.id, error, took);
  }

  #signal(task: Task): AbortSignal {
    const controller = new AbortController();
    if (this.#cells.isAbandoned(task.cell)) controller.abort(new Error('the request was given up'));
    this.#running.set(task.id, controller);
    return controller.signal;
  }

  #done(
    run: number,
    outcomes: readonly Outcome[],
    last: boolean,
    began: number,
    batchRequests: number,
    batchRows: number,
    blockedMs = performance.now() - began,
  ): void {
    if (outcomes.length === 0 && !last) return;
    const at = performance.now();
    const sample = at >= this.#nextHeapSample;
    if (sample) this.#nextHeapSample = at + HEAP_SAMPLE_MS;
    const heapBytes = sample ? getHeapStatistics().used_heap_size : -1;
    this.#send(
      { kind: 'done', run, outcomes, last, blockedMs, batchRequests, batchRows, heapBytes },
      transferable(outcomes),
    );
  }
}

function requestCodec(name: string): Codec | undefined {
  if (name === 'identity') return undefined;
  const codec = codecNamed(name);
  if (codec !== undefined) return codec;
  throw new OpenEasError('InvalidParameter', {
    field: 'Content-Encoding',
    value: name,
    expected: 'gzip, deflate, zlib, br, snappy, lz4, lz4-block or identity',
  });
}

/** Aborts once nobody waits for any request of a batch; while one caller is left the batch goes on. */
function whenAllAbort(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  let left = signals.length;
  const one = (): void => {
    if (--left === 0) controller.abort(new Error('every request of the batch was given up'));
  };
  for (const signal of signals) {
    if (signal.aborted) one();
    else signal.addEventListener('abort', one, { once: true });
  }
  return controller.signal;
}

function times(startedAt: number, decodeMs: number, computeMs: number, encodeMs: number): TaskTimes {
  return { startedAt, decodeMs, computeMs, encodeMs };
}

/** The same clock for every thread of the process: milliseconds since the epoch, fractional, monotonic. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
