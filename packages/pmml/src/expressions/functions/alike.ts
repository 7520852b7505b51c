import type { DataType } from '../../types/data-type.js';
import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import { castTo } from '../cast.js';
import type { Expression } from '../contract.js';
import { textOf } from './contract.js';

/** The truth of a value that stands where a condition is expected. */
export function truth(value: Value): boolean | undefined {
  if (typeof value === 'boolean' || value === undefined) return value;
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return numberOf(value) === 1;
}

/** Values of different types, where no more is known about them: as numbers if both are, else as texts. */
export function alike(a: Value, b: Value): [Value, Value] {
  if (typeof a === typeof b) return [a, b];
  if (typeof a === 'boolean') return [a, truth(b)];
  if (typeof b === 'boolean') return [truth(a), b];
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return [x, y];
  }
  return [keyOf(a), keyOf(b)];
}

const MOMENTS: ReadonlySet<DataType | undefined> = new Set(['date', 'time', 'dateTime']);

/**
 * How values of `other` are compared with values of `first`: in the type of the first. A float equals the double of
 * the same text, a text compares with numbers as the texts they are.
 */
export function comparableWith(first: Expression, other: Expression): (value: Value) => Value {
  const [type, from] = [first.dataType, other.dataType];
  if (type === 'float' && from === 'double') return (v) => (typeof v === 'number' ? Math.fround(v) : v);
  if (type === 'string' && from !== undefined && from !== 'string') {
    const text = textOf(other);
    return (value) => (typeof value === 'string' ? value : text(value));
  }
  if (type !== undefined && type !== from && MOMENTS.has(type) && MOMENTS.has(from))
    return castTo(type, from, other.field?.name ?? '');
  return (value) => value;
}
