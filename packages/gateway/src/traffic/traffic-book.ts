import type { TrafficCounterReport } from '@openeas/contracts';
import { TrafficCounter } from './traffic-counter.js';

/** Counters of every version that a route leads to, and of those that still have something to tell. */
export class TrafficBook {
  readonly #known = new Map<string, { readonly counter: TrafficCounter; uses: number }>();
  #nextId = 1;
  #epoch: string | undefined;

  /** The start of control whose routes are followed; undefined before the first. */
  get epoch(): string | undefined {
    return this.#epoch;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Version 0 = what the gateway answers itself. */
  acquire(serviceUid: string, version: number): TrafficCounter {
    const key = `${serviceUid} ${version}`;
    let entry = this.#known.get(key);
    if (entry === undefined) {
      entry = { counter: new TrafficCounter(this.#nextId++, serviceUid, version), uses: 0 };
      this.#known.set(key, entry);
    }
    entry.uses++;
    return entry.counter;
  }

  release(counter: TrafficCounter): void {
    const entry = this.#known.get(`${counter.serviceUid} ${counter.version}`);
    if (entry?.counter === counter) entry.uses--;
  }

  /** Control was started anew: it knows nothing of earlier counts and hears only what comes from now on. */
  follow(epoch: string): void {
    if (epoch === this.#epoch) return;
    if (this.#epoch !== undefined) for (const { counter } of this.#known.values()) counter.startAgain();
    this.#epoch = epoch;
  }

  /** What control has not heard; `arrived` is called when it has. Counters without use go with their last word. */
  news(): { readonly reports: readonly TrafficCounterReport[]; arrived(): void } {
    const reports: TrafficCounterReport[] = [];
    const told: (() => void)[] = [];
    for (const [key, entry] of this.#known) {
      const { counter } = entry;
      const over = (): boolean => entry.uses <= 0 && counter.open === 0;
      const last = over();
      if (!counter.hasNews && !last) continue;
      const { report, arrived } = counter.report(last);
      reports.push(report);
      told.push(() => {
        arrived();
        if (last && over() && !counter.hasNews) this.#known.delete(key);
      });
    }
    return {
      reports,
      arrived: () => {
        for (const tell of told) tell();
      },
    };
  }
}
