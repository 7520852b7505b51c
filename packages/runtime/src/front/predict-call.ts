import { type ErrorCode, type ErrorFacts, errorBody, OpenEasError, toOpenEasError } from '@openeas/contracts';
import type { ServerExchange } from '@openeas/http1';
import type { InfoAnswer, Outcome } from '../pool/protocol.js';
import type { Job } from '../schedule/job.js';
import { timingHeader } from './timing-header.js';

/** Statuses after which the server closes the connection (contract 8.5). */
const CLOSING = new Set([408, 450]);

/** Refusals of requests that no worker has seen: the gateway may send them to another instance. */
const NEVER_STARTED: ReadonlySet<string> = new Set(['NoReadyInstance']);

/** What the engine says of an answer whose processor says nothing (contract 8.5). */
const DEFAULT_TYPE = 'text/html; charset=utf-8';

/** Where a prediction stands; it moves to the right only. */
export type CallState = 'receiving' | 'queued' | 'answered' | 'left';

/** One prediction from its first byte to its answer. Whoever ends it first wins; the others find it ended. */
export class PredictCall {
  readonly exchange: ServerExchange;
  readonly requestId: string;
  /** Milliseconds since the epoch, fractional, monotonic. */
  readonly arrivedAt: number;
  readonly deadline: number;
  state: CallState = 'receiving';
  job: Job | undefined;
  readonly #defaultHeaders: readonly string[];
  readonly #onEnd: (call: PredictCall, status: number, bytes: number) => void;

  constructor(
    exchange: ServerExchange,
    options: {
      requestId: string;
      keepaliveMs: number;
      defaultHeaders: readonly string[];
      onEnd: (call: PredictCall, status: number, bytes: number) => void;
    },
  ) {
    this.exchange = exchange;
    this.requestId = options.requestId;
    this.arrivedAt = performance.timeOrigin + exchange.startedAt;
    this.deadline = this.arrivedAt + options.keepaliveMs;
    this.#defaultHeaders = options.defaultHeaders;
    this.#onEnd = options.onEnd;
  }

  get isOver(): boolean {
    return this.state === 'answered' || this.state === 'left';
  }

  /** The caller is gone: nothing can be sent any more. */
  leave(): void {
    if (this.isOver) return;
    this.state = 'left';
    this.#onEnd(this, 499, 0);
  }

  fail(code: ErrorCode, facts: ErrorFacts): void {
    this.failWith(new OpenEasError(code, facts));
  }

  failWith(error: unknown): void {
    const known = toOpenEasError(error);
    const extra = NEVER_STARTED.has(known.code) ? ['x-openeas-not-started', '1'] : [];
    this.#respondError(known.status, errorBody(known, this.requestId), extra);
  }

  info(info: InfoAnswer): void {
    this.#respond(info.status === 0 ? 200 : info.status, info.contentType, info.body, []);
  }

  /** What a worker said about the job. */
  outcome(outcome: Exclude<Outcome, { kind: 'skipped' }>, now: number): void {
    if (this.isOver) return;
    const extra: string[] = [];
    if (this.job !== undefined && this.exchange.header('x-openeas-timing') === '1') {
      extra.push('server-timing', timingHeader(this.job, outcome.times, now));
    }
    if (outcome.kind === 'error') {
      const { code, message, status } = outcome;
      this.#respondError(status, { Code: code, Message: message, RequestId: this.requestId }, extra);
      return;
    }
    if (outcome.encoding !== '') {
      extra.push('content-encoding', outcome.encoding, 'vary', 'accept-encoding');
      if (outcome.encoding === 'lz4-block') extra.push('x-lz4-original-length', String(outcome.plainLength));
    }
    this.#respond(outcome.status, outcome.contentType || DEFAULT_TYPE, outcome.body, extra);
  }

  #respondError(status: number, body: object, extra: string[] = []): void {
    this.#respond(status, 'application/json', Buffer.from(JSON.stringify(body)), extra);
  }

  #respond(status: number, contentType: string, body: Uint8Array, extra: string[]): void {
    if (this.isOver) return;
    this.state = 'answered';
    const headers = ['content-type', contentType, 'x-request-id', this.requestId, ...extra];
    for (let i = 0; i < this.#defaultHeaders.length; i += 2) {
      const name = this.#defaultHeaders[i]!;
      const isSet = headers.some((text, at) => at % 2 === 0 && text === name);
      if (!isSet) headers.push(name, this.#defaultHeaders[i + 1]!);
    }
    if (CLOSING.has(status)) this.exchange.closeAfterResponse();
    this.exchange.onAbort = undefined;
    this.exchange.respond(status, headers, body);
    this.#onEnd(this, status, body.byteLength);
  }
}
