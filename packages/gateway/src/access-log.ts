import type { Logger } from '@openeas/telemetry';
import { TokenBucket } from './limits/token-bucket.js';

const FAILURES_PER_S = 100;

export interface AccessRecord {
  readonly requestId: string;
  readonly method: string;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly client: string;
  readonly instance: string | undefined;
  readonly attempts: number;
  readonly code: string | undefined;
}

/** One line for a share of the good requests and for every failed one; a flood of failures is counted instead. */
export class AccessLog {
  readonly #log: Logger;
  readonly #share: number;
  readonly #random: () => number;
  readonly #failures: TokenBucket;
  #suppressed = 0;

  constructor(log: Logger, share: number, random: () => number, now: number) {
    this.#log = log;
    this.#share = share;
    this.#random = random;
    this.#failures = new TokenBucket(FAILURES_PER_S, now);
  }

  /** Asked before a record is made, so that a request nobody hears of costs nothing. */
  wants(status: number, now: number): boolean {
    if (status < 400) return this.#share > 0 && this.#random() < this.#share;
    if (this.#failures.take(now)) return true;
    this.#suppressed++;
    return false;
  }

  write(record: AccessRecord): void {
    if (this.#suppressed > 0) {
      this.#log.warn({ count: this.#suppressed }, 'failed requests were left out of the access log');
      this.#suppressed = 0;
    }
    const ms = Math.round(record.ms * 100) / 100;
    if (record.status >= 500) this.#log.warn({ ...record, ms }, 'request');
    else this.#log.info({ ...record, ms }, 'request');
  }
}
