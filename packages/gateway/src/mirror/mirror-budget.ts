/** Bounds of all copies of one gateway process; what goes beyond is not copied, and counted as dropped. */
export const MIRROR_LIMITS = {
  /** Longest body that is copied, bytes. */
  bodyBytes: 8 * 1024 * 1024,
  /** Bodies held for copies together, bytes. */
  bytes: 64 * 1024 * 1024,
  /** Copies under way to one service. */
  perTarget: 64,
} as const;

/** Memory for bodies that are being copied. */
export class MirrorBudget {
  readonly #most: number;
  #used = 0;

  constructor(most: number = MIRROR_LIMITS.bytes) {
    this.#most = most;
  }

  get used(): number {
    return this.#used;
  }

  /** False = there is no room for that many bytes. What is taken must be given back. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#most) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}
