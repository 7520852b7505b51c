import { withDeadline } from './abort.js';
import type { Clock } from './clock.js';

export interface Runnable {
  readonly name: string;
  start(): Promise<void> | void;
  /** Drains: finishes what was accepted. Must be safe to call more than once. */
  close(): Promise<void> | void;
  /** Aborts at once; called when `close` failed or outlived the deadline. */
  destroy?(): void;
}

/**
 * Starts runnables in the order given and stops them in the reverse order under one deadline.
 * A failed start stops what had started before it reports the failure.
 */
export class LifecycleGroup {
  readonly #clock: Clock;
  readonly #members: readonly Runnable[];
  readonly #started: Runnable[] = [];
  #closing: Promise<void> | undefined;

  constructor(clock: Clock, members: readonly Runnable[]) {
    this.#clock = clock;
    this.#members = members;
  }

  async start(deadlineMs = 30_000): Promise<void> {
    for (const member of this.#members) {
      try {
        await member.start();
        this.#started.push(member);
      } catch (error) {
        await this.close(deadlineMs);
        throw error;
      }
    }
  }

  close(deadlineMs = 30_000): Promise<void> {
    this.#closing ??= this.#stopAll(deadlineMs);
    return this.#closing;
  }

  async #stopAll(deadlineMs: number): Promise<void> {
    const deadline = this.#clock.monotonic() + deadlineMs;
    const failures: unknown[] = [];
    for (const member of this.#started.reverse()) {
      const left = Math.max(0, deadline - this.#clock.monotonic());
      try {
        await withDeadline(
          this.#clock,
          left,
          Promise.resolve(member.close()),
          () => new Error(`${member.name} did not stop within ${deadlineMs} ms`),
        );
      } catch (error) {
        member.destroy?.();
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything stopped cleanly');
  }
}
