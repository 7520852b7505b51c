/**
 * One shared word per request that is in a worker's hands. Both sides move it by compare-and-swap, so
 * whether a request was started is a fact and never a guess:
 *
 *      free ──► queued ──► started ──► free
 *                 │           │
 *                 └► withdrawn└► abandoned ──► free
 */
export const CELL = { free: 0, queued: 1, started: 2, withdrawn: 3, abandoned: 4 } as const;

/** The serving thread's side: hands cells out and takes them back. */
export class CellTable {
  readonly shared: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #free: number[];

  constructor(size: number) {
    this.shared = new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.shared);
    this.#free = Array.from({ length: size }, (_, index) => size - 1 - index);
  }

  get available(): number {
    return this.#free.length;
  }

  /** A cell in state `queued`. Throws when there is none: the pool never starts more than it has slots for. */
  take(): number {
    const cell = this.#free.pop();
    if (cell === undefined) throw new Error('no free cell');
    Atomics.store(this.#cells, cell, CELL.queued);
    return cell;
  }

  /** Only after the worker let go of it, or is dead. */
  giveBack(cell: number): void {
    Atomics.store(this.#cells, cell, CELL.free);
    this.#free.push(cell);
  }

  /** True = it had not been started and never will be. */
  withdraw(cell: number): boolean {
    return Atomics.compareExchange(this.#cells, cell, CELL.queued, CELL.withdrawn) === CELL.queued;
  }

  /** Says that nobody waits for it any more; the worker may stop early. */
  abandon(cell: number): void {
    Atomics.compareExchange(this.#cells, cell, CELL.started, CELL.abandoned);
  }

  wasStarted(cell: number): boolean {
    const state = Atomics.load(this.#cells, cell);
    return state === CELL.started || state === CELL.abandoned;
  }
}

/** The worker's side. */
export class CellView {
  readonly #cells: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.#cells = new Int32Array(shared);
  }

  /** True = the request is ours to process now; false = it was withdrawn. */
  start(cell: number): boolean {
    return Atomics.compareExchange(this.#cells, cell, CELL.queued, CELL.started) === CELL.queued;
  }

  isAbandoned(cell: number): boolean {
    return Atomics.load(this.#cells, cell) === CELL.abandoned;
  }
}
