import { TokenBucket } from './token-bucket.js';

/** Second tries for every first one. */
const SHARE = 0.2;
/** Second tries a second that are always allowed, so that a quiet service gets its retry. */
const FLOOR_PER_S = 10;
const SAVED_AT_MOST = 100;

/** Keeps second tries from multiplying the load on a service that is in trouble already. */
export class RetryBudget {
  #saved = 0;
  readonly #floor: TokenBucket;

  constructor(now: number) {
    this.#floor = new TokenBucket(FLOOR_PER_S, now);
  }

  onRequest(): void {
    if (this.#saved < SAVED_AT_MOST) this.#saved += SHARE;
  }

  take(now: number): boolean {
    if (this.#saved >= 1) {
      this.#saved--;
      return true;
    }
    return this.#floor.take(now);
  }
}
