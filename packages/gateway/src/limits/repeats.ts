import type { ServerExchange } from '@openeas/http1';

/** The SDKs ask again at once, without back-off (contract 3.3). */
const WINDOW_MS = 2_000;
const REMEMBERED = 1_024;
const SAMPLE_BYTES = 256;

/**
 * Recognises the SDKs' own retries: the same request of the same client soon after it failed. They are served like any
 * other, but are no new demand: what the gateway may do on top is measured by what callers wanted, not by how often
 * they asked.
 */
export class Repeats {
  /** How often each failed request may still come again, oldest failure first. */
  readonly #failed = new Map<string, { count: number; until: number }>();

  /** A request ended badly. */
  failed(exchange: ServerExchange, body: Buffer | undefined, now: number): void {
    const key = fingerprint(exchange, body);
    const count = this.#failed.get(key)?.count ?? 0;
    this.#failed.delete(key);
    this.#failed.set(key, { count: count + 1, until: now + WINDOW_MS });
    for (const [oldest, { until }] of this.#failed) {
      if (this.#failed.size <= REMEMBERED && until > now) break;
      this.#failed.delete(oldest);
    }
  }

  /** Whether this request failed before; each failure accounts for one repetition. */
  take(exchange: ServerExchange, body: Buffer | undefined, now: number): boolean {
    if (this.#failed.size === 0) return false;
    const key = fingerprint(exchange, body);
    const entry = this.#failed.get(key);
    if (entry === undefined) return false;
    if (--entry.count === 0 || entry.until <= now) this.#failed.delete(key);
    return entry.until > now;
  }
}

/** Date and signature change from one attempt to the next. Beginning and end of a body tell it from others well enough. */
function fingerprint(exchange: ServerExchange, body: Buffer | undefined): string {
  const content =
    exchange.header('content-md5') ??
    (body === undefined
      ? ''
      : body.toString('latin1', 0, SAMPLE_BYTES) +
        body.toString('latin1', Math.max(0, body.length - SAMPLE_BYTES)));
  return `${exchange.remoteAddress} ${exchange.method} ${exchange.target} ${exchange.contentLength} ${content}`;
}
