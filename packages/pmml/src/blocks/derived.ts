import { RecordError } from '../errors.js';
import type { Reader } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import type { ColumnSet } from './column-set.js';
import type { Compute } from './computation.js';
import { asNumber, ODD } from './computation.js';

/** A value that depends on one field of the row and on nothing else. */
export interface OneField {
  readonly of: Reader;
  /** Whether the field has numbers, so that a column of it will do. */
  readonly numeric: boolean;
  /** @throws RecordError where it refuses the row */
  to(value: Value): Value;
}

/** What blocks know of a value that is computed. */
export interface Derivation {
  readonly map?: OneField | undefined;
  /** Claims the column of the value as a number: NaN = missing, its rows marked where it is no number. */
  readonly column?: ((columns: ColumnSet) => number | undefined) | undefined;
  /** Whether it is made of the record alone, so that a frame will do where columns do not. */
  readonly ofRecord?: boolean | undefined;
}

const DERIVED = new WeakMap<Reader, Derivation>();

/** Says how blocks come by what `read` gives. */
export function registerDerived(read: Reader, derivation: Derivation): void {
  DERIVED.set(read, derivation);
}

export function derivedOf(read: Reader): Derivation | undefined {
  return DERIVED.get(read);
}

/** Claims the column of a computed value. */
export function claim({ map, column }: Derivation, columns: ColumnSet): number | undefined {
  const own = column?.(columns);
  if (own !== undefined || map === undefined) return own;
  if (!map.numeric) return columns.mapped(map);
  const from = columns.number(map.of);
  return from === undefined ? undefined : columns.compute([from], mapping(map));
}

/** Fills a column by a function of values. */
function mapping({ to }: OneField): Compute {
  return ([from], count, out) => {
    const x = from as Float64Array;
    for (let i = 0; i < count; i++) {
      const value = x[i] as number;
      out[i] = numberOr(to, Number.isNaN(value) ? undefined : value);
    }
  };
}

function numberOr(to: OneField['to'], value: Value): number {
  try {
    return asNumber(to(value));
  } catch (error) {
    if (error instanceof RecordError) return ODD;
    throw error;
  }
}
