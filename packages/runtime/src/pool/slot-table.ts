/** What a slot is doing; its share of the instance's concurrency is real only while it is not poisoned. */
export type SlotState =
  | 'idle' // may take a run
  | 'in use' // a run occupies it
  | 'poisoned'; // its worker died under it; heals when a replacement has proved itself

/** The permits of `rpc.worker_threads`: how many runs are processed at once. */
export class SlotTable {
  readonly #states: SlotState[];

  constructor(size: number) {
    this.#states = new Array<SlotState>(size).fill('idle');
  }

  get size(): number {
    return this.#states.length;
  }

  count(state: SlotState): number {
    let count = 0;
    for (const each of this.#states) if (each === state) count++;
    return count;
  }

  hasIdle(): boolean {
    return this.#states.includes('idle');
  }

  /** Index of a slot that is now in use, or -1. */
  take(): number {
    const slot = this.#states.indexOf('idle');
    if (slot >= 0) this.#states[slot] = 'in use';
    return slot;
  }

  release(slot: number): void {
    if (this.#states[slot] === 'in use') this.#states[slot] = 'idle';
  }

  poison(slot: number): void {
    this.#states[slot] = 'poisoned';
  }

  heal(): void {
    for (let slot = 0; slot < this.#states.length; slot++) {
      if (this.#states[slot] === 'poisoned') this.#states[slot] = 'idle';
    }
  }
}
