import type { Value } from '../types/value.js';

/**
 * What a slot holds before its field has been computed for the row. It never leaves the reader of its field.
 */
export const PENDING = Symbol('pending') as unknown as Value;

/**
 * One row while it is scored: a value per slot. Slots are numbered when the model is compiled, so nothing is
 * looked up by name here.
 */
export class Frame {
  values: Value[];
  /** The record as given: for models that read tables of their own (time series). */
  record: Readonly<Record<string, unknown>>;
  /** Place in the block of rows it is scored with. */
  place = 0;

  constructor(values: Value[], record: Readonly<Record<string, unknown>>) {
    this.values = values;
    this.record = record;
  }
}

/** Reads one field of a row. */
export type Reader = (frame: Frame) => Value;

/** Hands out slots; one layout serves a document, nested models included. */
export class Layout {
  readonly #initial: Value[] = [];

  /** A slot that is missing until something is written to it. */
  slot(): number {
    return this.#initial.push(undefined) - 1;
  }

  /** A slot computed at its first reading in a row. */
  lazy(compute: Reader): { slot: number; read: Reader } {
    const slot = this.#initial.push(PENDING) - 1;
    const read = (frame: Frame): Value => {
      const known = frame.values[slot];
      if (known !== PENDING) return known;
      const value = compute(frame);
      frame.values[slot] = value;
      return value;
    };
    return { slot, read };
  }

  frame(record: Readonly<Record<string, unknown>>): Frame {
    return new Frame(this.#initial.slice(), record);
  }

  /** Makes a used frame ready for another row. */
  reset(frame: Frame, record: Readonly<Record<string, unknown>>): void {
    const { values } = frame;
    const initial = this.#initial;
    for (let i = 0; i < initial.length; i++) values[i] = initial[i];
    frame.record = record;
  }
}
