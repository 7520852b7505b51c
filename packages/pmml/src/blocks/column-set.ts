import type { Reader } from '../fields/frame.js';
import type { Input } from './input.js';
import { inputOf, sourceOf } from './input.js';

/** A column of inputs: numbers as they are (NaN = missing), or codes of categories (-1 = none of those). */
export interface InputColumn {
  readonly input: Input;
  readonly codes: ReadonlyMap<string, number> | undefined;
}
/** Numbers that another kernel has found before. */
export interface ProducedColumn {
  readonly numbers: Float64Array;
}
export type Column = InputColumn | ProducedColumn;

/** The columns a kernel reads, each once. */
export class ColumnSet {
  readonly list: Column[] = [];
  readonly #produced = new Map<Reader, number>();

  /** The place of a field as a number; undefined where it is neither an input nor produced. */
  number(read: Reader): number | undefined {
    return this.#produced.get(sourceOf(read)) ?? this.#column(read, undefined);
  }

  /** The place of an input as a code: `codes` by category key, which may still grow while loading. */
  category(read: Reader, codes: ReadonlyMap<string, number>): number | undefined {
    return this.#column(read, codes);
  }

  /** From now on `read` is known by these numbers; they are there before the kernels compiled after this call run. */
  produce(read: Reader, numbers: Float64Array): void {
    this.#produced.set(read, this.list.push({ numbers }) - 1);
  }

  #column(read: Reader, codes: ReadonlyMap<string, number> | undefined): number | undefined {
    const input = inputOf(read);
    if (input === undefined) return undefined;
    const known = this.list.findIndex((c) => 'input' in c && c.input === input && c.codes === codes);
    return known >= 0 ? known : this.list.push({ input, codes }) - 1;
  }
}
