/**
 * Token bucket: `perSecond` requests a second on average, bursts of up to one second's worth.
 * 0 = no limit. Time comes in with each question, milliseconds on any one clock.
 */
export class RateLimiter {
  #perSecond: number;
  #tokens: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = this.#burst;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  change(perSecond: number): void {
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  /** True = the request may pass, and is counted. */
  take(now: number): boolean {
    if (this.#perSecond === 0) return true;
    if (now > this.#at) {
      const gained =
        this.#at === Number.NEGATIVE_INFINITY ? this.#burst : ((now - this.#at) / 1000) * this.#perSecond;
      this.#tokens = Math.min(this.#burst, this.#tokens + gained);
      this.#at = now;
    }
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  get #burst(): number {
    return Math.max(1, this.#perSecond);
  }
}
