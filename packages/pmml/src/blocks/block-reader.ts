import { RecordError } from '../errors.js';
import type { Layout } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import type { Column, InputColumn } from './column-set.js';
import { asNumber, mark } from './computation.js';
import { BLOCK } from './contract.js';
import { codeOf, FrameReader } from './frame-reader.js';
import type { Input } from './input.js';
import type { ReadCells, ReadNumbers, Row } from './read-places.js';
import { placeForCells, placeForNumbers } from './read-places.js';

const WIDE = 8;
const NARROW = 4;
/** Texts whose codes are remembered, per column: what a field lists is few, what callers send is not. */
const REMEMBERED = 1024;
const SCANNED = 6;

interface NumberGroup {
  readonly read: ReadNumbers;
  readonly keys: readonly string[];
  readonly out: Float64Array;
  readonly columns: readonly { input: Input; values: Float64Array }[];
}
interface CellGroup {
  readonly read: ReadCells;
  readonly keys: readonly string[];
  readonly out: unknown[];
  readonly columns: readonly { convert: (raw: unknown) => number; values: Float64Array }[];
}

/** Reads blocks of records into columns. */
export class BlockReader {
  /** One per column of the set, `BLOCK` numbers each. */
  readonly values: readonly Float64Array[];
  readonly #numbers: readonly NumberGroup[];
  readonly #cells: readonly CellGroup[];

  readonly #frames: FrameReader | undefined;

  constructor(columns: readonly Column[], layout: Layout) {
    const values: Float64Array[] = [];
    const isNumber = (c: InputColumn): boolean => c.codes === undefined && c.input.plain !== 'none';
    const places: { column: InputColumn; place: number }[] = [];
    columns.forEach((column, place) => {
      if ('input' in column) places.push({ column, place });
      else values[place] = 'numbers' in column ? column.numbers : new Float64Array(BLOCK);
    });
    const framed = columns.flatMap((column, place) =>
      'read' in column ? [{ ...column, values: values[place] as Float64Array }] : [],
    );
    this.#frames = framed.length === 0 ? undefined : new FrameReader(framed, layout);
    this.#numbers = chunks(
      places.filter(({ column }) => isNumber(column)),
      WIDE,
    ).map((chunk) => {
      const out = new Float64Array(WIDE * BLOCK);
      const own = chunk.map(({ column, place }, i) => {
        const part = out.subarray(i * BLOCK, (i + 1) * BLOCK);
        values[place] = part;
        return { input: column.input, values: part };
      });
      return { read: placeForNumbers(), keys: keysOf(chunk, WIDE), out, columns: own };
    });
    this.#cells = chunks(
      places.filter(({ column }) => !isNumber(column)),
      NARROW,
    ).map((chunk) => {
      const own = chunk.map(({ column, place }) => {
        const part = new Float64Array(BLOCK);
        values[place] = part;
        return { convert: converter(column), values: part };
      });
      const out = new Array<unknown>(NARROW * BLOCK).fill(undefined);
      return { read: placeForCells(), keys: keysOf(chunk, NARROW), out, columns: own };
    });
    this.values = values;
  }

  /** Fills the columns with `count` rows from `first` on; marks those it could not read, and those with holes. */
  read(rows: readonly Row[], first: number, count: number, marks: Uint8Array): void {
    for (const { read, keys, out, columns } of this.#numbers) {
      read(keys, rows, first, count, out);
      for (const { input, values } of columns) tidy(input, values, rows, first, count, marks);
    }
    for (const { read, keys, out, columns } of this.#cells) {
      read(keys, rows, first, count, out);
      for (let c = 0; c < columns.length; c++) {
        const { convert, values } = columns[c] as CellGroup['columns'][number];
        for (let i = 0; i < count; i++) {
          const value = convert(out[c * BLOCK + i]);
          values[i] = value;
          mark(marks, i, value);
        }
      }
    }
    this.#frames?.read(rows, first, count, marks);
  }
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let at = 0; at < list.length; at += size) out.push(list.slice(at, at + size));
  return out;
}

/** Names as V8 keeps property names, so that comparing them is comparing pointers; short groups repeat their first. */
function keysOf(chunk: readonly { column: InputColumn }[], size: number): string[] {
  const names = chunk.map(({ column }) => column.input.name);
  while (names.length < size) names.push(names[0] as string);
  return names.map((name) => Object.keys({ [name]: 0 })[0] as string);
}

/** Rounds what is to be rounded, and treats the cells that were no ordinary numbers. */
function tidy(
  input: Input,
  values: Float64Array,
  rows: readonly Row[],
  first: number,
  count: number,
  marks: Uint8Array,
): void {
  const treat = (i: number): void => {
    const value = numberIn(input, rows[first + i]?.[input.name]);
    values[i] = value;
    mark(marks, i, value);
  };
  const { low, high } = input.range;
  // Comparisons do not hold for NaN.
  const plain = (x: number): boolean => x >= low && x <= high;
  if (input.plain === 'double') {
    for (let i = 0; i < count; i++) if (!plain(values[i] as number)) treat(i);
    return;
  }
  const float = input.plain === 'float';
  for (let i = 0; i < count; i++) {
    const x = values[i] as number;
    const rounded = float ? Math.fround(x) : x;
    if (!plain(x) || !plain(rounded) || (!float && !Number.isInteger(x))) treat(i);
    else values[i] = rounded;
  }
}

/** A treated cell as a number; NaN where it is missing, ODD where the row is refused or the value is no number. */
function numberIn(input: Input, raw: unknown): number {
  return asNumber(treated(input, raw));
}

/** A list stands for a cell that refuses the row: no column holds lists. */
const REFUSED: readonly Value[] = [];

function treated(input: Input, raw: unknown): Value {
  try {
    return input.prepare(raw);
  } catch (error) {
    if (error instanceof RecordError) return REFUSED;
    throw error;
  }
}

function converter({ input, codes }: InputColumn): (raw: unknown) => number {
  if (codes === undefined) return (raw) => numberIn(input, raw);
  const code = (raw: unknown): number => codeOf(treated(input, raw), codes);
  const known = new Map<string, number>();
  // A few texts are found sooner by looking at each: most of them are the same strings.
  const texts: string[] = [];
  const numbers: number[] = [];
  return (raw) => {
    if (typeof raw !== 'string') return code(raw);
    for (let t = 0; t < texts.length; t++) if (texts[t] === raw) return numbers[t] as number;
    const seen = known.get(raw);
    if (seen !== undefined) return seen;
    const found = code(raw);
    if (texts.length < SCANNED) {
      texts.push(raw);
      numbers.push(found);
    } else if (known.size < REMEMBERED) known.set(raw, found);
    return found;
  };
}
