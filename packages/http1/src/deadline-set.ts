import type { Clock } from '@openeas/kernel';

/** Something that may have to be given up. `deadlineAt` may change at any time without telling the set. */
export interface Deadlined {
  /** Monotonic milliseconds; 0 = no deadline now. */
  deadlineAt: number;
  /** Where it sits in its set; -1 = nowhere. Written by the set only. */
  slot: number;
  onDeadline(): void;
}

/**
 * Deadlines of thousands of connections on one timer. Setting or clearing one is a plain store; every
 * `tickMs` all are looked at, which costs about a millisecond per 100,000. So a deadline passes up to one
 * tick late, and never early.
 */
export class DeadlineSet {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #members: Deadlined[] = [];
  #cancel: (() => void) | undefined;
  #now: number;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#now = clock.monotonic();
  }

  /** Monotonic time of the last tick, or of now while nothing ticks: good for deadlines, cheap to read. */
  get now(): number {
    return this.#cancel === undefined ? this.#clock.monotonic() : this.#now;
  }

  get size(): number {
    return this.#members.length;
  }

  add(member: Deadlined): void {
    if (member.slot >= 0) return;
    member.slot = this.#members.push(member) - 1;
    if (this.#cancel === undefined) this.#arm();
  }

  remove(member: Deadlined): void {
    const slot = member.slot;
    if (slot < 0) return;
    const last = this.#members.pop()!;
    if (last !== member) {
      this.#members[slot] = last;
      last.slot = slot;
    }
    member.slot = -1;
  }

  #arm(): void {
    this.#now = this.#clock.monotonic();
    this.#cancel = this.#clock.after(this.#tickMs, () => {
      this.#cancel = undefined;
      this.#tick();
      // Armed only while there is something to watch, so an idle server lets the process end.
      if (this.#members.length > 0 && this.#cancel === undefined) this.#arm();
    });
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    this.#now = now;
    // From the end: a member that removes itself is replaced by one that was looked at already.
    for (let slot = this.#members.length - 1; slot >= 0; slot--) {
      const member = this.#members[slot];
      if (member === undefined || member.deadlineAt === 0 || member.deadlineAt > now) continue;
      member.deadlineAt = 0;
      member.onDeadline();
    }
  }
}
