import type { Clock } from '@openeas/kernel';

/** Time a thread must be busy without a pause before another one is started, milliseconds. */
export const GROW_AFTER_MS = 20;

/**
 * Decides when one more thread is worth its memory: everything was busy for a while, and something still waits.
 * Asked as often as one likes; looks once per period.
 */
export class GrowthWatch {
  readonly #clock: Clock;
  readonly #state: () => 'enough' | 'busy' | 'overdue';
  readonly #grow: () => void;
  #cancel: (() => void) | undefined;

  /** `state`: nothing waits, something waits, or something waits and every thread was busy since `GROW_AFTER_MS`. */
  constructor(clock: Clock, state: () => 'enough' | 'busy' | 'overdue', grow: () => void) {
    this.#clock = clock;
    this.#state = state;
    this.#grow = grow;
  }

  consider(): void {
    this.#cancel ??= this.#clock.after(GROW_AFTER_MS, () => {
      this.#cancel = undefined;
      const state = this.#state();
      if (state === 'overdue') this.#grow();
      else if (state === 'busy') this.consider();
    });
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
