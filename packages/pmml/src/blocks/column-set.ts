import type { Reader } from '../fields/frame.js';
import type { Input } from './input.js';
import { inputOf } from './input.js';

/** A column of inputs: numbers as they are (NaN = missing), or codes of categories (-1 = none of those). */
export interface Column {
  readonly input: Input;
  readonly codes: ReadonlyMap<string, number> | undefined;
}

/** The columns a kernel reads, each once. */
export class ColumnSet {
  readonly list: Column[] = [];

  /** The place of an input as a number; undefined where `read` is no input. */
  number(read: Reader): number | undefined {
    return this.#column(read, undefined);
  }

  /** The place of an input as a code: `codes` by category key, which may still grow while loading. */
  category(read: Reader, codes: ReadonlyMap<string, number>): number | undefined {
    return this.#column(read, codes);
  }

  #column(read: Reader, codes: ReadonlyMap<string, number> | undefined): number | undefined {
    const input = inputOf(read);
    if (input === undefined) return undefined;
    const known = this.list.findIndex((c) => c.input === input && c.codes === codes);
    return known >= 0 ? known : this.list.push({ input, codes }) - 1;
  }
}
