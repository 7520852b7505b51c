/**
 * Nonces seen since the start, each until no request could carry it any more. When there are too many the
 * oldest goes: a replay could then repeat a read, while changes are checked against the store as well.
 */
export class NonceMemory {
  readonly #capacity: number;
  readonly #expiries = new Map<string, number>();

  constructor(capacity = 100_000) {
    this.#capacity = capacity;
  }

  /** False when the nonce was seen before and has not expired. */
  remember(nonce: string, expiresAt: number, now: number): boolean {
    const before = this.#expiries.get(nonce);
    if (before !== undefined && before > now) return false;
    this.#expiries.delete(nonce);
    this.#forgetOldest(now);
    this.#expiries.set(nonce, expiresAt);
    return true;
  }

  /** Insertion order is nearly the order of expiry, so looking at the front is enough. */
  #forgetOldest(now: number): void {
    for (const [nonce, expiresAt] of this.#expiries) {
      if (expiresAt > now && this.#expiries.size < this.#capacity) return;
      this.#expiries.delete(nonce);
    }
  }
}
