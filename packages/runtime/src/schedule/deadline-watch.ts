import type { Clock } from '@openeas/kernel';

/** Something that is over at `deadline`, milliseconds since the epoch. */
export interface Expiring {
  readonly deadline: number;
}

/**
 * One timer for all requests. Every request gets the same time from its first byte, so the oldest entry is the
 * next to expire, and a request costs two operations on a set instead of a timer.
 */
export class DeadlineWatch<T extends Expiring> {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #onExpired: (entry: T) => void;
  readonly #entries = new Set<T>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, now: () => number, onExpired: (entry: T) => void) {
    this.#clock = clock;
    this.#now = now;
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(entry: T): void {
    this.#entries.add(entry);
    if (this.#cancel === undefined) this.#arm(entry);
  }

  remove(entry: T): void {
    this.#entries.delete(entry);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#entries.clear();
  }

  #arm(entry: T): void {
    this.#cancel = this.#clock.after(Math.max(0, entry.deadline - this.#now()), () => {
      this.#cancel = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    for (const entry of this.#entries) {
      if (entry.deadline > this.#now()) {
        this.#arm(entry);
        return;
      }
      this.#entries.delete(entry);
      this.#onExpired(entry);
    }
  }
}
