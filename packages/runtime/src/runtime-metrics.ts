import {
  type Counter,
  type Histogram,
  LATENCY_BUCKETS,
  type Registry,
  registerProcessMetrics,
} from '@openeas/telemetry';
import { RELEASE_REASONS, type ReleaseReason } from './schedule/plan-release.js';

const STATUSES = [200, 400, 401, 404, 405, 408, 413, 429, 431, 450, 499, 500, 503] as const;
const LOSSES = ['crash', 'stuck', 'memory'] as const;
const COUNT_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Figures that are read at each scrape. */
export interface MetricSources {
  inFlight(): number;
  queued(): number;
  slots(state: 'idle' | 'in use' | 'poisoned'): number;
  threads(): number;
  ready(): boolean;
  connections(): number;
}

/** Every metric of a runtime, declared once, so each is there from the first scrape. */
export class RuntimeMetrics {
  readonly registry: Registry;
  readonly seconds: Histogram;
  readonly queueSeconds: Histogram;
  readonly computeSeconds: Histogram;
  readonly batchRequests: Histogram;
  readonly batchRows: Histogram;
  readonly batchFill: Histogram;
  readonly receivedBytes: Counter;
  readonly sentBytes: Counter;
  /** Work that was begun and whose caller had left, or was answered 408, before it was done. */
  readonly workForNobody: Counter;
  readonly #byStatus = new Map<number, Counter>();
  readonly #releases = new Map<ReleaseReason, Counter>();
  readonly #losses = new Map<string, Counter>();

  constructor(registry: Registry) {
    this.registry = registry;
    for (const status of STATUSES) this.#status(status);
    for (const reason of RELEASE_REASONS) {
      const help = 'Batches by the reason for which they left the queue.';
      this.#releases.set(
        reason,
        registry.counter('openeas_runtime_batches_released_total', help, { reason }),
      );
    }
    for (const reason of LOSSES) {
      const help = 'Worker threads that were lost or replaced, by reason.';
      this.#losses.set(reason, registry.counter('openeas_runtime_workers_lost_total', help, { reason }));
    }
    const seconds = (name: string, help: string): Histogram =>
      registry.histogram(name, help, LATENCY_BUCKETS);
    this.seconds = seconds(
      'openeas_runtime_request_seconds',
      'First byte of a request to its answer, predictions only.',
    );
    this.queueSeconds = seconds('openeas_runtime_queue_seconds', 'Complete body to a free slot.');
    this.computeSeconds = seconds('openeas_runtime_compute_seconds', 'Time in the processor.');
    this.batchRequests = registry.histogram(
      'openeas_runtime_batch_requests',
      'Requests that a processor got at once.',
      COUNT_BUCKETS,
    );
    this.batchRows = registry.histogram(
      'openeas_runtime_batch_rows',
      'Rows that a processor got at once.',
      COUNT_BUCKETS,
    );
    this.batchFill = registry.histogram(
      'openeas_runtime_batch_fill_ratio',
      'Rows of a batch as a share of rpc.max_batch_size; only with batching.',
      [0.125, 0.25, 0.5, 0.75, 1],
    );
    this.receivedBytes = registry.counter('openeas_runtime_received_bytes_total', 'Bytes of request bodies.');
    this.sentBytes = registry.counter('openeas_runtime_sent_bytes_total', 'Bytes of answer bodies.');
    this.workForNobody = registry.counter(
      'openeas_runtime_work_for_nobody_total',
      'Requests that were being processed when their caller left or their deadline passed.',
    );
  }

  /** A finished request; 499 = the caller left before the answer. */
  answered(status: number): void {
    this.#status(status).inc();
  }

  released(reason: ReleaseReason): void {
    this.#releases.get(reason)?.inc();
  }

  workerLost(reason: (typeof LOSSES)[number]): void {
    this.#losses.get(reason)?.inc();
  }

  /** Counts of requests by status since the start. */
  statusCounts(): Record<string, number> {
    return Object.fromEntries(
      [...this.#byStatus].map(([status, counter]) => [String(status), counter.value]),
    );
  }

  readFrom(sources: MetricSources): void {
    const { registry } = this;
    registry.gauge('openeas_runtime_in_flight', 'Requests admitted and not answered.', {}, sources.inFlight);
    registry.gauge('openeas_runtime_queued', 'Requests that wait for a slot.', {}, sources.queued);
    for (const state of ['idle', 'in use', 'poisoned'] as const) {
      const labels = { state: state.replace(' ', '_') };
      registry.gauge('openeas_runtime_slots', 'Slots (rpc.worker_threads) by state.', labels, () =>
        sources.slots(state),
      );
    }
    registry.gauge('openeas_runtime_worker_threads', 'Worker threads that run.', {}, sources.threads);
    registry.gauge('openeas_runtime_ready', '1 while requests are served.', {}, () =>
      Number(sources.ready()),
    );
    registry.gauge('openeas_runtime_connections', 'Open connections.', {}, sources.connections);
    registerProcessMetrics(registry);
  }

  #status(status: number): Counter {
    let counter = this.#byStatus.get(status);
    if (counter === undefined) {
      const help = 'Prediction requests by status; 499 = the caller left.';
      counter = this.registry.counter('openeas_runtime_requests_total', help, { code: String(status) });
      this.#byStatus.set(status, counter);
    }
    return counter;
  }
}
