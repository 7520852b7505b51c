import type { Clock } from '@openeas/kernel';

interface Waiter {
  readonly revision: number;
  readonly resolve: (reached: boolean) => void;
  readonly cancelTimer: () => void;
}

/**
 * Which revision of the routes each connected gateway has applied. The order of every hand-over rests on it:
 * the gateways know the new instance before the old one is told to drain, so that the death of control in
 * between leaves nobody with routes to an instance that takes nothing more.
 */
export class AppliedRevisions {
  readonly #clock: Clock;
  readonly #applied = new Map<string, number>();
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  join(gateway: string): void {
    this.#applied.set(gateway, -1);
  }

  leave(gateway: string): void {
    this.#applied.delete(gateway);
    this.#settle();
  }

  /** False = no such gateway is connected (any more). */
  note(gateway: string, revision: number): boolean {
    const before = this.#applied.get(gateway);
    if (before === undefined) return false;
    this.#applied.set(gateway, Math.max(before, revision));
    this.#settle();
    return true;
  }

  /** Resolves true once at least one gateway is connected and all have applied `revision`; false after `withinMs`. */
  reached(revision: number, withinMs: number): Promise<boolean> {
    if (this.#has(revision)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        revision,
        resolve,
        cancelTimer: this.#clock.after(withinMs, () => {
          this.#waiters.delete(waiter);
          resolve(false);
        }),
      };
      this.#waiters.add(waiter);
    });
  }

  /** Lets everyone go on who still waits. */
  close(): void {
    for (const waiter of this.#waiters) {
      waiter.cancelTimer();
      waiter.resolve(false);
    }
    this.#waiters.clear();
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (!this.#has(waiter.revision)) continue;
      this.#waiters.delete(waiter);
      waiter.cancelTimer();
      waiter.resolve(true);
    }
  }

  #has(revision: number): boolean {
    if (this.#applied.size === 0) return false;
    for (const applied of this.#applied.values()) if (applied < revision) return false;
    return true;
  }
}
