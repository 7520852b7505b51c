/** Where time comes from. Decisions take `now` as a value; only wiring holds a Clock. */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch. For stamps that people or other machines read. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary origin. For durations and deadlines. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`. The returned function cancels it and may be called twice. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A clock that moves only when told to; timers fire in order of their due time. */
export class ManualClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #timers = new Map<number, { due: number; callback: () => void }>();

  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const id = this.#sequence++;
    this.#timers.set(id, { due: this.#now + Math.max(0, delayMs), callback });
    return () => void this.#timers.delete(id);
  }

  /** Moves time forward and fires what falls due on the way, including timers set by those callbacks. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (;;) {
      const next = this.#earliest();
      if (next === undefined || next.due > target) break;
      this.#timers.delete(next.id);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = target;
  }

  #earliest(): { id: number; due: number; callback: () => void } | undefined {
    let best: { id: number; due: number; callback: () => void } | undefined;
    for (const [id, timer] of this.#timers) {
      if (best === undefined || timer.due < best.due) best = { id, ...timer };
    }
    return best;
  }
}
