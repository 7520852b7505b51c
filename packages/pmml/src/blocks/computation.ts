import { Temporal } from '../types/temporal.js';
import type { Value } from '../types/value.js';
import { ROW } from './contract.js';

/** Stands in a column for "this row is refused, or its value is nothing a column holds". */
export const ODD = Number.NEGATIVE_INFINITY;

/** Fills `count` numbers from columns: NaN = missing, ODD where the row has to be looked at. */
export type Compute = (from: readonly Float64Array[], count: number, out: Float64Array) => void;

/** A step between the reading of a block and a kernel. */
export type Computation = (inputs: readonly Float64Array[], count: number, marks: Uint8Array) => void;

export function computation(places: readonly number[], run: Compute, out: Float64Array): Computation {
  const from: Float64Array[] = [];
  return (inputs, count, marks) => {
    for (let f = 0; f < places.length; f++) from[f] = inputs[places[f] as number] as Float64Array;
    run(from, count, out);
    for (let i = 0; i < count; i++) mark(marks, i, out[i] as number);
  };
}

/** Says of a row what a number in one of its columns means for it. */
export function mark(marks: Uint8Array, i: number, value: number): void {
  if (value === ODD) marks[i] = (marks[i] as number) | ROW.odd;
  else if (Number.isNaN(value)) marks[i] = (marks[i] as number) | ROW.hole;
}

/** A value as a column has it; ODD where it is no number. */
export function asNumber(value: Value): number {
  // A number that is none is not missing for all who read it: the row finds out.
  if (typeof value === 'number') return Number.isNaN(value) ? ODD : value;
  if (value === undefined) return Number.NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Temporal ? value.amount : ODD;
}
