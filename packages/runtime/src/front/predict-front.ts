import { OpenEasError } from '@openeas/contracts';
import type { ServerExchange } from '@openeas/http1';
import type { Clock, Ids } from '@openeas/kernel';
import type { InfoAnswer } from '../pool/protocol.js';
import type { RuntimeMetrics } from '../runtime-metrics.js';
import { DeadlineWatch } from '../schedule/deadline-watch.js';
import { epochNow } from '../schedule/epoch.js';
import { Job, type JobEnd } from '../schedule/job.js';
import type { Scheduler } from '../schedule/scheduler.js';
import { negotiateEncoding } from './negotiate-encoding.js';
import { PredictCall } from './predict-call.js';
import type { RuntimeProperties } from './runtime-properties.js';

export interface PredictFrontOptions {
  readonly serviceName: string;
  readonly maxBodyBytes: number;
  readonly maxQueueSize: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly metrics: RuntimeMetrics;
  readonly properties: RuntimeProperties;
  /** Null while requests are served, else why not. */
  readonly notReady: () => string | null;
  readonly info: () => InfoAnswer | null;
}

/** A request id that a caller may choose: short and harmless in a log line. */
const GIVEN_ID = /^[\x21-\x7e]{1,128}$/;

/** Admission: from a request that may come in to one answer, whatever happens on the way. */
export class PredictFront {
  readonly #options: PredictFrontOptions;
  readonly #calls = new Set<PredictCall>();
  readonly #deadlines: DeadlineWatch<PredictCall>;
  #scheduler: Scheduler | undefined;
  #sequence = 0;
  #receiving = 0;
  #answeredAt: number;
  #lastArrival = Number.NEGATIVE_INFINITY;
  #draining = false;
  #whenIdle: (() => void)[] = [];

  constructor(options: PredictFrontOptions) {
    this.#options = options;
    this.#answeredAt = options.clock.monotonic();
    this.#deadlines = new DeadlineWatch(
      options.clock,
      () => epochNow(options.clock),
      (call) => this.#expire(call),
    );
  }

  /** Requests admitted and not yet answered. */
  get inFlight(): number {
    return this.#calls.size;
  }

  /** Requests whose bodies are being received. */
  get receiving(): number {
    return this.#receiving;
  }

  /** Milliseconds since something was answered. */
  get sinceAnswer(): number {
    return this.#options.clock.monotonic() - this.#answeredAt;
  }

  /** When the last request came, on the monotonic clock. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** From now on every answer ends its connection. */
  drain(): void {
    this.#draining = true;
  }

  connect(scheduler: Scheduler): void {
    this.#scheduler = scheduler;
  }

  requestId(exchange: ServerExchange): string {
    const given = exchange.header('x-request-id');
    return given !== undefined && GIVEN_ID.test(given) ? given : this.#options.ids.requestId();
  }

  /** Serves a request whose caller may call. `rest` = path after the service's name. */
  serve(exchange: ServerExchange, requestId: string, rest: string): void {
    const { clock, properties } = this.#options;
    const call = new PredictCall(exchange, {
      requestId,
      keepaliveMs: properties.keepaliveMs,
      defaultHeaders: properties.defaultHeaders,
      onEnd: (ended, status, bytes) => this.#ended(ended, status, bytes),
    });
    this.#calls.add(call);
    this.#lastArrival = clock.monotonic();
    if (this.#draining) exchange.closeAfterResponse();
    const info = exchange.method === 'GET' && rest === '' ? this.#options.info() : null;
    const refusal = this.#barred(exchange) ?? (info === null ? this.#overLimit(exchange) : undefined);
    if (refusal !== undefined) call.failWith(refusal);
    else if (info !== null) call.info(info);
    else this.#receive(call, rest);
  }

  /** Why this request can never be served, or not now. */
  #barred({ method, path }: ServerExchange): OpenEasError | undefined {
    if (method !== 'POST' && method !== 'GET') {
      return new OpenEasError('MethodNotAllowed', { method, path, allowed: 'GET or POST' });
    }
    const reason = this.#options.notReady();
    if (reason === null) return undefined;
    return new OpenEasError('NoReadyInstance', { name: this.#options.serviceName, reason });
  }

  /** Asked before the body is read, so that a refusal costs the caller nothing but the headers. */
  #overLimit(exchange: ServerExchange): OpenEasError | undefined {
    const { clock, properties, maxBodyBytes, maxQueueSize, serviceName } = this.#options;
    if (!properties.rate.take(clock.monotonic())) {
      const limit = properties.rate.perSecond;
      return new OpenEasError('RateLimited', { name: serviceName, limit, key: 'metadata.rpc.rate_limit' });
    }
    if (exchange.contentLength > maxBodyBytes)
      return new OpenEasError('PayloadTooLarge', { limit: maxBodyBytes });
    if (this.#scheduler?.isFull() !== false) return new OpenEasError('QueueFull', { limit: maxQueueSize });
    return undefined;
  }

  #receive(call: PredictCall, rest: string): void {
    const { exchange } = call;
    const { metrics, maxBodyBytes } = this.#options;
    exchange.onAbort = () => this.#left(call);
    this.#deadlines.add(call);
    if (exchange.contentLength === 0) {
      this.#submit(call, rest, new Uint8Array(0));
      return;
    }
    this.#receiving++;
    exchange.readBody(maxBodyBytes).then(
      (body) => {
        this.#receiving--;
        metrics.receivedBytes.inc(body.byteLength);
        this.#submit(call, rest, body);
      },
      (error) => {
        this.#receiving--;
        // Whoever was held back for this body need not wait for it any longer.
        this.#scheduler?.pump();
        if (error instanceof OpenEasError) call.failWith(error);
        else call.leave();
      },
    );
  }

  /** Resolves when nothing is in flight; at once when nothing is. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Ends everything at once with 503. */
  destroy(): void {
    for (const call of this.#calls) {
      if (call.job !== undefined) this.#scheduler?.cancel(call.job);
      call.fail('ShuttingDown', {});
    }
    this.#deadlines.close();
  }

  #submit(call: PredictCall, rest: string, body: Uint8Array): void {
    const scheduler = this.#scheduler;
    if (call.isOver || scheduler === undefined) return;
    const { exchange } = call;
    const job = new Job({
      id: this.#sequence++,
      request: {
        method: exchange.method,
        path: rest,
        query: exchange.query,
        contentType: exchange.header('content-type') ?? '',
        contentEncoding: exchange.header('content-encoding')?.toLowerCase() ?? '',
        answerEncoding: negotiateEncoding(exchange.header('accept-encoding')),
        body,
      },
      arrivedAt: call.arrivedAt,
      deadline: call.deadline,
      onEnd: (end) => this.#jobEnded(call, end),
    });
    call.job = job;
    call.state = 'queued';
    if (!scheduler.submit(job)) call.fail('QueueFull', { limit: this.#options.maxQueueSize });
  }

  #jobEnded(call: PredictCall, end: JobEnd): void {
    const { metrics, clock, serviceName } = this.#options;
    if (end.kind === 'returned') {
      call.fail('NoReadyInstance', { name: serviceName, reason: end.reason });
    } else if (end.kind === 'skipped') {
      // Its deadline passed while it waited in the thread; whoever notices first answers 408.
      this.#expire(call);
    } else {
      if (call.job !== undefined)
        metrics.queueSeconds.observe((call.job.placedAt - call.job.queuedAt) / 1000);
      metrics.computeSeconds.observe(end.times.computeMs / 1000);
      call.outcome(end, epochNow(clock));
    }
  }

  #expire(call: PredictCall): void {
    if (call.isOver) return;
    const where =
      call.state === 'receiving'
        ? 'the body was still being received'
        : call.job?.state === 'waiting'
          ? 'it was still in the queue'
          : 'it was being processed';
    if (call.job !== undefined) this.#scheduler?.cancel(call.job);
    call.fail('DeadlineExceeded', { limit: this.#options.properties.keepaliveMs, where });
  }

  #left(call: PredictCall): void {
    if (call.isOver) return;
    if (call.job !== undefined) this.#scheduler?.cancel(call.job);
    call.leave();
  }

  #ended(call: PredictCall, status: number, bytes: number): void {
    const { metrics, clock } = this.#options;
    this.#calls.delete(call);
    this.#deadlines.remove(call);
    metrics.answered(status);
    metrics.sentBytes.inc(bytes);
    metrics.seconds.observe((epochNow(clock) - call.arrivedAt) / 1000);
    if (status !== 499) this.#answeredAt = clock.monotonic();
    if (this.#calls.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
