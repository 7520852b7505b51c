/** Nonces kept at most; at that, the oldest are forgotten first, which the clock window makes harmless soon. */
const CAPACITY = 100_000;

/** Remembers which nonces were used within a window of time. */
export class NonceMemory {
  readonly #windowMs: number;
  /** In the order of their use. */
  readonly #used = new Map<string, number>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  get size(): number {
    return this.#used.size;
  }

  /** True the first time within the window. */
  use(nonce: string, now: number): boolean {
    for (const [old, at] of this.#used) {
      if (now - at <= this.#windowMs && this.#used.size < CAPACITY) break;
      this.#used.delete(old);
    }
    if (this.#used.has(nonce)) return false;
    this.#used.set(nonce, now);
    return true;
  }
}
