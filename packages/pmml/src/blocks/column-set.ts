import type { Reader } from '../fields/frame.js';
import type { Computation, Compute } from './computation.js';
import { computation } from './computation.js';
import { BLOCK } from './contract.js';
import type { OneField } from './derived.js';
import { claim, derivedOf } from './derived.js';
import type { Input } from './input.js';
import { composed, inputOf, sourceOf } from './input.js';

/** A column of inputs: numbers as they are (NaN = missing), or codes of categories (-1 = none of those). */
export interface InputColumn {
  readonly input: Input;
  readonly codes: ReadonlyMap<string, number> | undefined;
}
/** Numbers that another kernel or a computation has found before. */
export interface ProducedColumn {
  readonly numbers: Float64Array;
}
export type Column = InputColumn | ProducedColumn;

/** The columns a kernel reads, each once. */
export class ColumnSet {
  readonly list: Column[] = [];
  readonly #produced = new Map<Reader, number>();
  #pending: Computation[] = [];

  /** The place of a field as a number; undefined where it is neither an input nor produced or computed. */
  number(read: Reader): number | undefined {
    const produced = this.#produced.get(sourceOf(read));
    if (produced !== undefined) return produced;
    const input = inputOf(read);
    const derivation = derivedOf(read);
    // Cells that are numbers as they are, are read sooner than anything is computed of another column.
    if (derivation !== undefined && (input === undefined || input.plain === 'none')) {
      const place = claim(derivation, this);
      if (place !== undefined) this.#produced.set(read, place);
      if (place !== undefined) return place;
    }
    return input && this.#column(input, undefined);
  }

  /** The place of an input as a code: `codes` by category key, which may still grow while loading. */
  category(read: Reader, codes: ReadonlyMap<string, number>): number | undefined {
    const input = inputOf(read);
    return input && this.#column(input, codes);
  }

  /** The place of what a function makes of an input. */
  mapped({ of, to }: OneField): number | undefined {
    const input = inputOf(of);
    return input && this.#column(composed(input, to), undefined);
  }

  constant(value: number): number {
    return this.list.push({ numbers: new Float64Array(BLOCK).fill(value) }) - 1;
  }

  /** The place of a column that is computed of others. */
  compute(from: readonly number[], run: Compute): number {
    const numbers = new Float64Array(BLOCK);
    this.#pending.push(computation(from, run, numbers));
    return this.list.push({ numbers }) - 1;
  }

  /** The computations claimed since the last call: the kernels compiled since then need them done, in this order. */
  takeComputations(): readonly Computation[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** From now on `read` is known by these numbers; they are there before the kernels compiled after this call run. */
  produce(read: Reader, numbers: Float64Array): void {
    this.#produced.set(read, this.list.push({ numbers }) - 1);
  }

  #column(input: Input, codes: ReadonlyMap<string, number> | undefined): number {
    const known = this.list.findIndex((c) => 'input' in c && c.input === input && c.codes === codes);
    return known >= 0 ? known : this.list.push({ input, codes }) - 1;
  }
}
