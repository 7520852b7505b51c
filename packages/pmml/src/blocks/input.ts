import type { Range } from '../fields/field.js';
import { EVERY_NUMBER } from '../fields/field.js';
import type { Reader } from '../fields/frame.js';
import type { Value } from '../types/value.js';

/** An active field of the document's model, as it is read off a record where no frame is needed. */
export interface Input {
  readonly name: string;
  /** The treatment of a raw cell. @throws RecordError where it refuses the row */
  readonly prepare: (raw: unknown) => Value;
  /** Numbers other than NaN that are values as they are, or after rounding; 'none' = each one is treated. */
  readonly plain: 'double' | 'float' | 'integer' | 'none';
  /** Where these numbers lie, before rounding and after; those outside are treated. */
  readonly range: Range;
}

/** What a function makes of an input, as an input. */
export function composed({ name, prepare }: Input, to: (value: Value) => Value): Input {
  return { name, prepare: (raw) => to(prepare(raw)), plain: 'none', range: EVERY_NUMBER };
}

const INPUTS = new WeakMap<Reader, Input>();

/** Says that `read` gives this input and nothing else. */
export function registerInput(read: Reader, input: Input): void {
  INPUTS.set(read, input);
}

export function inputOf(read: Reader): Input | undefined {
  return INPUTS.get(read);
}

const SOURCES = new WeakMap<Reader, Reader>();

/** Says that `read` gives what `source` gives wherever that is not missing. */
export function registerSource(read: Reader, source: Reader): void {
  SOURCES.set(read, source);
}

/** The reader that a reader stands for, or itself. */
export function sourceOf(read: Reader): Reader {
  let found = read;
  for (let source = SOURCES.get(found); source !== undefined; source = SOURCES.get(found)) found = source;
  return found;
}
