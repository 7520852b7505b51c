import type { Reader } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { Computation, Compute } from './computation.js';
import { asNumber, computation, ODD } from './computation.js';
import type { ResultColumn } from './contract.js';
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
/** What a reader gives of a frame of the row, for fields of the record that are no function of columns. */
export interface FrameColumn {
  readonly read: Reader;
  readonly codes: ReadonlyMap<string, number> | undefined;
}
/** Numbers that another kernel or a computation has found before. */
export interface ProducedColumn {
  readonly numbers: Float64Array;
}
type TableColumn = Extract<ResultColumn, { table: unknown }>;
export type Column = InputColumn | FrameColumn | ProducedColumn;

/** The columns a kernel reads, each once. */
export class ColumnSet {
  readonly list: Column[] = [];
  readonly #produced = new Map<Reader, number>();
  readonly #tables = new Map<Reader, TableColumn>();
  #pending: Computation[] = [];

  /** The place of a field as a number; undefined where it is neither an input nor produced or computed. */
  number(read: Reader): number | undefined {
    const source = sourceOf(read);
    const produced = this.#produced.get(source);
    if (produced !== undefined) return produced;
    const listed = this.#tables.get(source);
    if (listed !== undefined)
      return this.#kept(
        source,
        this.#listed(listed, (value) => value),
      );
    const input = inputOf(read);
    const derivation = derivedOf(read);
    // Cells that are numbers as they are, are read sooner than anything is computed of another column.
    if (derivation !== undefined && (input === undefined || input.plain === 'none')) {
      const place = this.#kept(read, claim(derivation, this));
      if (place !== undefined) return place;
    }
    if (input !== undefined) return this.#column(input, undefined);
    return derivation?.ofRecord === true ? this.#kept(read, this.#framed(read, undefined)) : undefined;
  }

  /** The place of an input as a code: `codes` by category key, which may still grow while loading. */
  category(read: Reader, codes: ReadonlyMap<string, number>): number | undefined {
    const listed = this.#tables.get(sourceOf(read));
    if (listed !== undefined) return this.#coded(listed, codes);
    const input = inputOf(read);
    if (input !== undefined) return this.#column(input, codes);
    return derivedOf(read)?.ofRecord === true ? this.#framed(read, codes) : undefined;
  }

  /** The place of what a function makes of an input, or of a result that is no number. */
  mapped({ of, to }: OneField): number | undefined {
    const listed = this.#tables.get(sourceOf(of));
    if (listed !== undefined) return this.#listed(listed, to);
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

  /** From now on `read` is known by this result, which is there before the kernels compiled after this call run. */
  produce(read: Reader, result: ResultColumn): void {
    if ('table' in result) this.#tables.set(read, result);
    else this.#produced.set(read, this.list.push({ numbers: result.numbers }) - 1);
  }

  /** The numbers of a result that is a place in a table; undefined where some of its values are none. */
  #listed({ index, table }: TableColumn, to: (value: Value) => Value): number | undefined {
    const numbers = Float64Array.from(table, (value) => asNumber(value === undefined ? value : to(value)));
    if (numbers.some((n, i) => n === ODD && table[i] !== undefined)) return undefined;
    // To read a result that is missing refuses the row.
    const known = numbers.map((n) => (Number.isNaN(n) ? ODD : n));
    return this.compute([], (_, count, out) => {
      for (let i = 0; i < count; i++) out[i] = known[index[i] as number] as number;
    });
  }

  /** The codes of such a result; they are looked up when it is first there, as the table of codes may grow till then. */
  #coded({ index, table }: TableColumn, codes: ReadonlyMap<string, number>): number {
    let known: Float64Array | undefined;
    return this.compute([], (_, count, out) => {
      known ??= Float64Array.from(table, (v) => (v === undefined ? ODD : (codes.get(keyOf(v)) ?? -1)));
      for (let i = 0; i < count; i++) out[i] = known[index[i] as number] as number;
    });
  }

  #kept(read: Reader, place: number | undefined): number | undefined {
    if (place !== undefined) this.#produced.set(read, place);
    return place;
  }

  #framed(read: Reader, codes: ReadonlyMap<string, number> | undefined): number {
    const known = this.list.findIndex((c) => 'read' in c && c.read === read && c.codes === codes);
    return known >= 0 ? known : this.list.push({ read, codes }) - 1;
  }

  #column(input: Input, codes: ReadonlyMap<string, number> | undefined): number {
    const known = this.list.findIndex((c) => 'input' in c && c.input === input && c.codes === codes);
    return known >= 0 ? known : this.list.push({ input, codes }) - 1;
  }
}
