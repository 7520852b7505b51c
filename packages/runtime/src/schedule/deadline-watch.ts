import type { Clock } from '@openeas/kernel';

/** Something that is over at `deadline`, milliseconds since the epoch. */
export interface Expiring {
  readonly deadline: number;
}

/**
 * One timer for all requests, set for the earliest deadline when it was armed: a request costs two operations on a
 * set instead of a timer, and once in a while the set is looked through.
 */
export class DeadlineWatch<T extends Expiring> {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #onExpired: (entry: T) => void;
  readonly #entries = new Set<T>();
  #cancel: (() => void) | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

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
    if (entry.deadline < this.#armedFor) this.#arm(entry.deadline);
  }

  remove(entry: T): void {
    this.#entries.delete(entry);
  }

  close(): void {
    this.#cancel?.();
    this.#entries.clear();
  }

  #arm(deadline: number): void {
    this.#cancel?.();
    this.#armedFor = deadline;
    this.#cancel = this.#clock.after(Math.max(0, deadline - this.#now()), () => this.#sweep());
  }

  #sweep(): void {
    const now = this.#now();
    this.#armedFor = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries) {
      if (entry.deadline > now) next = Math.min(next, entry.deadline);
      else {
        this.#entries.delete(entry);
        this.#onExpired(entry);
      }
    }
    if (next < this.#armedFor) this.#arm(next);
  }
}
