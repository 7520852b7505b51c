import { Temporal } from './temporal.js';

/**
 * A value while a row is scored. `undefined` is PMML's missing value. Integers are exact up to 2^53; the
 * counting types (`dateDaysSince[…]`, `timeSeconds`, …) are plain numbers.
 */
export type Value = number | string | boolean | Temporal | readonly Value[] | undefined;

/** Name under which a category is compared and counted: `1`, `1.0` and "1" are one. */
export function keyOf(value: Value): string {
  return typeof value === 'string' ? value : String(value);
}

/** Equality of two values of one type; missing is equal to nothing. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return a !== undefined;
  if (a instanceof Temporal && b instanceof Temporal) return a.kind === b.kind && a.amount === b.amount;
  return false;
}

/** Order of two values of one type; NaN when they have none. */
export function compareValues(a: Value, b: Value): number {
  const x = rankOf(a);
  const y = rankOf(b);
  if (typeof x === 'number' && typeof y === 'number') return x < y ? -1 : x > y ? 1 : x === y ? 0 : NaN;
  if (typeof x === 'string' && typeof y === 'string') return x < y ? -1 : x > y ? 1 : 0;
  return NaN;
}

function rankOf(value: Value): number | string | undefined {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Temporal ? value.amount : undefined;
}

/** The value as arithmetic sees it; undefined where it is missing, NaN where it is no number. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return value.trim() === '' ? NaN : Number(value);
  return value instanceof Temporal ? value.amount : NaN;
}
