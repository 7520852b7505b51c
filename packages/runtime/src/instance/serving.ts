import { availableParallelism } from 'node:os';
import { type InstanceConfig, type InstanceFailure, OpenEasError } from '@openeas/contracts';
import { createHttp1Server, type Http1Server } from '@openeas/http1';
import { type Clock, type Ids, sleep } from '@openeas/kernel';
import { createRegistry, type Logger } from '@openeas/telemetry';
import { builtinEndpoints } from '../builtin/endpoints.js';
import { RealtimeMetrics } from '../builtin/realtime-metrics.js';
import { resolveDecompressor } from '../codec/decompressor-names.js';
import { createFrontEnd } from '../front/front-end.js';
import { PredictFront } from '../front/predict-front.js';
import { RuntimeProperties } from '../front/runtime-properties.js';
import { WorkerPool } from '../pool/worker-pool.js';
import { RuntimeMetrics } from '../runtime-metrics.js';
import { Scheduler } from '../schedule/scheduler.js';
import type { InstanceState } from './instance-state.js';

export interface ServingOptions {
  readonly config: InstanceConfig;
  readonly state: InstanceState;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly processorModules: readonly string[];
  /** The builtin `term` asks for an end. */
  readonly onTerm: () => void;
  /** The instance cannot go on. */
  readonly onFatal: (failure: InstanceFailure) => void;
}

/** Bytes of request bodies that one batch may hold. */
const MAX_BATCH_BYTES = 16 * 2 ** 20;
/** A drain goes on taking connections until none brought a request for this long, but not longer than … */
const QUIET_MS = 100;
/** … this. */
const LINGER_MS = 1000;
/** Time for the threads to close their models. */
const MODEL_CLOSE_MS = 1000;
/** A worker may spend this long on a request nobody waits for, beyond rpc.keepalive once more. */
const STUCK_AT_LEAST_MS = 1000;

/** The parts of a running instance, put together once. */
export class Serving {
  readonly metrics: RuntimeMetrics;
  readonly #options: ServingOptions;
  readonly #server: Http1Server;
  readonly #pool: WorkerPool;
  readonly #scheduler: Scheduler;
  readonly #predict: PredictFront;
  readonly #startedAt: number;
  #notReady: string | null = 'the model is being loaded';
  #port = 0;
  #whenReady: (() => void) | undefined;

  constructor(options: ServingOptions) {
    this.#options = options;
    const { config, clock, ids, log, state } = options;
    const { rpc } = config.description;
    this.#startedAt = clock.monotonic();
    const registry = createRegistry();
    this.metrics = new RuntimeMetrics(registry);
    const properties = new RuntimeProperties(
      config,
      () => state.phase,
      () => `${config.listen.host}:${this.#port}`,
    );
    this.#predict = new PredictFront({
      serviceName: config.serviceName,
      maxBodyBytes: config.maxBodyBytes,
      maxQueueSize: rpc.maxQueueSize,
      clock,
      ids,
      metrics: this.metrics,
      properties,
      notReady: () => this.#notReady,
      info: () => this.#pool.info,
    });
    this.#pool = this.#createPool();
    this.#scheduler = new Scheduler({
      maxQueueSize: rpc.maxQueueSize,
      batching: rpc.batching
        ? {
            maxRows: rpc.maxBatchSize,
            maxRequests: rpc.maxBatchSize,
            maxBytes: MAX_BATCH_BYTES,
            maxWaitMs: rpc.maxBatchTimeout,
          }
        : null,
      clock,
      pool: this.#pool,
      arriving: () => this.#predict.receiving,
      onRelease: (reason) => this.metrics.released(reason),
    });
    this.#predict.connect(this.#scheduler);
    const endpoints = builtinEndpoints({
      properties,
      realtime: new RealtimeMetrics(registry),
      log,
      isReady: () => this.#notReady === null,
      status: () => state.current(),
      monitor: () => this.#monitor(),
      call: ({ exchange, requestId }) => this.#predict.serve(exchange, requestId, ''),
      term: options.onTerm,
    });
    this.#server = createHttp1Server({
      handler: createFrontEnd({
        serviceName: config.serviceName,
        credentials: config,
        predict: this.#predict,
        builtin: endpoints,
        registry,
        metrics: this.metrics,
        log,
      }),
    });
    this.metrics.readFrom({
      inFlight: () => this.#predict.inFlight,
      queued: () => this.#scheduler.queued,
      slots: (slotState) => this.#pool.slots.count(slotState),
      threads: () => this.#pool.threads,
      ready: () => this.#notReady === null,
      connections: () => this.#server.connections,
    });
    state.measureWith(() => ({ inFlight: this.#predict.inFlight, queued: this.#scheduler.queued }));
    this.#builtinNames = endpoints.map(({ name }) => name);
  }

  readonly #builtinNames: readonly string[];

  /** Loads the model; resolves when a worker has proved itself. A model that cannot be loaded goes to `onFatal`. */
  load(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenReady = resolve;
      this.#pool.start();
    });
  }

  /** Binds the data port. @returns the port */
  async listen(): Promise<number> {
    const { config, log } = this.#options;
    const { port, host } = await this.#server.listen(config.listen).catch((cause: NodeJS.ErrnoException) => {
      const address = `${config.listen.host}:${config.listen.port}`;
      throw cause.code === 'EADDRINUSE' ? new OpenEasError('AddressInUse', { address }, { cause }) : cause;
    });
    this.#port = port;
    log.info(`Bound to ${host}:${port}`);
    for (const name of this.#builtinNames)
      log.info(`Install builtin handler ${name} to /api/builtin/${name}`);
    log.info(`Start ${config.description.rpc.workerThreads} worker threads`);
    return port;
  }

  /**
   * Answers everything with `Connection: close` until nothing has come for a moment, so that whoever routes to
   * this instance can learn of the drain without losing a request; then takes no new connection, and waits for
   * zero. At most `graceMs`.
   */
  async drain(graceMs = Number.POSITIVE_INFINITY): Promise<void> {
    const { clock } = this.#options;
    const began = clock.monotonic();
    this.#scheduler.drain();
    this.#predict.drain();
    const lingerMs = Math.min(LINGER_MS, graceMs / 2);
    for (;;) {
      const now = clock.monotonic();
      const quietMs = now - Math.max(began, this.#predict.lastArrival);
      const waitMs = Math.min(QUIET_MS - quietMs, began + lingerMs - now);
      if (waitMs <= 0 || this.#port === 0) break;
      await sleep(clock, waitMs);
    }
    await this.#server.close(Number.isFinite(graceMs) ? graceMs : undefined);
  }

  /** After `drain`: whoever is still here is told so; the threads close their models and end. */
  async close(): Promise<void> {
    this.#predict.destroy();
    this.#server.destroy();
    const { clock } = this.#options;
    await Promise.race([this.#pool.close(), sleep(clock, MODEL_CLOSE_MS)]);
    await this.#pool.destroy();
  }

  /** At once. */
  async destroy(): Promise<void> {
    this.#predict.destroy();
    this.#server.destroy();
    await this.#pool.destroy();
  }

  #createPool(): WorkerPool {
    const { config, clock, log, state, onFatal, processorModules } = this.#options;
    const { description } = config;
    const { rpc, resources, processor } = description;
    const cores = resources.cpu > 0 ? Math.ceil(resources.cpu) : availableParallelism();
    const maxThreads = Math.max(1, Math.min(rpc.workerThreads, cores));
    const batch = rpc.batching ? { maxRows: rpc.maxBatchSize, maxBytes: MAX_BATCH_BYTES } : null;
    return new WorkerPool({
      init: {
        processorCode: processor.kind === 'builtin' ? processor.code : `processor_type ${processor.type}`,
        processorModules,
        modelEntry: config.modelEntry ?? '',
        modelDir: config.modelDir ?? '',
        modelConfig: description.model?.config ?? '',
        warmUpFiles: config.warmUpFiles,
        decompressor: resolveDecompressor(rpc.decompressor),
        maxBodyBytes: config.maxBodyBytes,
        batch,
      },
      slots: Math.max(1, rpc.workerThreads),
      maxThreads,
      maxRunSize: rpc.batching ? Math.max(1, rpc.maxBatchSize) : 1,
      heapCeilingBytes:
        resources.memory > 0 ? Math.floor((resources.memory * 2 ** 20 * 0.8) / maxThreads) : 0,
      stuckAfterMs: Math.max(STUCK_AT_LEAST_MS, rpc.keepalive),
      clock,
      events: {
        log: (level, message) => log[level](message),
        onPhase: (phase) => state.set({ phase, message: PHASE_WORDS[phase] }),
        onReadiness: (ready, cause) => this.#onReadiness(ready, cause),
        onLoadFailure: onFatal,
        onCapacity: () => this.#scheduler.pump(),
        onReturned: (job) => this.#scheduler.takeBack(job),
        onBatch: (requests, rows, bytes, tookMs) => {
          this.metrics.batchRequests.observe(requests);
          this.metrics.batchRows.observe(rows);
          if (batch !== null) this.metrics.batchFill.observe(rows / batch.maxRows);
          this.#scheduler.learn(rows, bytes, tookMs);
        },
        onWorkerLost: (reason) => this.metrics.workerLost(reason),
        onWorkForNobody: () => this.metrics.workForNobody.inc(),
      },
    });
  }

  #onReadiness(ready: boolean, cause: string): void {
    const { state } = this.#options;
    if (ready) {
      this.#notReady = null;
      this.#whenReady?.();
      this.#whenReady = undefined;
      if (this.#port > 0 && state.phase === 'Loading') state.set({ phase: 'Ready', message: 'Serves again' });
      return;
    }
    this.#notReady = cause;
    if (state.phase === 'Ready') state.set({ phase: 'Loading', message: cause });
  }

  #monitor(): object {
    const { clock, state } = this.#options;
    const { seconds, computeSeconds, queueSeconds } = this.metrics;
    const uptimeSeconds = (clock.monotonic() - this.#startedAt) / 1000;
    const quantiles = (of: typeof seconds): object => ({
      p50: of.quantile(0.5) * 1000,
      p99: of.quantile(0.99) * 1000,
      mean: of.count === 0 ? 0 : (of.sum / of.count) * 1000,
    });
    const memory = process.memoryUsage();
    return {
      phase: state.phase,
      uptimeSeconds,
      requests: this.metrics.statusCounts(),
      inFlight: this.#predict.inFlight,
      queued: this.#scheduler.queued,
      slots: {
        idle: this.#pool.slots.count('idle'),
        inUse: this.#pool.slots.count('in use'),
        poisoned: this.#pool.slots.count('poisoned'),
      },
      threads: { running: this.#pool.threads, ready: this.#pool.readyThreads },
      connections: this.#server.connections,
      milliseconds: {
        answer: quantiles(seconds),
        queue: quantiles(queueSeconds),
        compute: quantiles(computeSeconds),
      },
      workForNobody: this.metrics.workForNobody.value,
      // Liveness: something was answered lately, or nothing waits for an answer.
      live: this.#predict.inFlight === 0 || this.#predict.sinceAnswer < LIVE_WITHIN_MS,
      memory: { rss: memory.rss, heapUsed: memory.heapUsed },
    };
  }
}

const LIVE_WITHIN_MS = 60_000;

const PHASE_WORDS = {
  Loading: 'The model is being loaded',
  WarmingUp: 'The recorded requests are being replayed',
} as const;
