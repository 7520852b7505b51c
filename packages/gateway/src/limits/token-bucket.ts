/** Lets `rate` per second through, and a burst of one second's worth (at least one). Times in milliseconds. */
export class TokenBucket {
  readonly rate: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(rate: number, now: number) {
    this.rate = rate;
    this.#burst = rate === 0 ? 0 : Math.max(1, rate);
    this.#tokens = this.#burst;
    this.#at = now;
  }

  take(now: number): boolean {
    if (now > this.#at) {
      this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) * this.rate) / 1000);
      this.#at = now;
    }
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
