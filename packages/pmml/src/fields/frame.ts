import { RecordError } from '../errors.js';
import type { Value } from '../types/value.js';
import { sameValue } from '../types/value.js';

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

/** What a `Lag` remembers: a slot for the values of the records before this one. */
export interface Past {
  readonly block: readonly Value[];
  readonly values: readonly Value[];
}

/** Hands out slots; one layout serves a document, nested models included. */
export class Layout {
  readonly #initial: Value[] = [];
  readonly #histories: ((frame: Frame, next: Value[]) => void)[] = [];

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

  /** Whether something looks at earlier records of a batch. */
  get hasHistory(): boolean {
    return this.#histories.length > 0;
  }

  /** The last values of a field, the present record's left out; at most `length` of them. */
  history(read: Reader, blocks: readonly Reader[], length: number): (frame: Frame) => readonly Value[] {
    const slot = this.slot();
    this.#histories.push((frame, next) => {
      const block = blocks.map((b) => b(frame));
      const past = frame.values[slot] as unknown as Past | undefined;
      const same = past?.block.every((v, i) => sameValue(v, block[i])) === true;
      const values = [...(same ? past.values : []), read(frame)].slice(-length);
      next[slot] = { block, values } as unknown as Value;
    });
    return (frame) => {
      const past = frame.values[slot] as unknown as Past | undefined;
      if (past === undefined) return [];
      return past.block.every((v, i) => sameValue(v, blocks[i]?.(frame))) ? past.values : [];
    };
  }

  /** What the record after this one needs to know of it: values by slot. */
  remember(frame: Frame): Value[] {
    const next: Value[] = [];
    for (const history of this.#histories) {
      try {
        history(frame, next);
      } catch (error) {
        // A record that is refused is no past.
        if (!(error instanceof RecordError)) throw error;
      }
    }
    return next;
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
