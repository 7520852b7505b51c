import type { ColumnSet } from '../blocks/column-set.js';
import type { Compute } from '../blocks/computation.js';
import { ODD } from '../blocks/computation.js';
import { claim } from '../blocks/derived.js';
import type { Expression } from './contract.js';

/** Claims the column of an expression; undefined where it has none. */
export function columnOf(expression: Expression, columns: ColumnSet): number | undefined {
  const { constant } = expression;
  if (typeof constant === 'number' && !Number.isNaN(constant)) return columns.constant(constant);
  return claim(expression, columns);
}

/** Claims the columns of all of them, or none. */
export function columnsOf(expressions: readonly Expression[], columns: ColumnSet): number[] | undefined {
  const places: number[] = [];
  for (const expression of expressions) {
    const place = columnOf(expression, columns);
    if (place === undefined) return undefined;
    places.push(place);
  }
  return places;
}

/** A function of a number that is there; what is no number then is looked at with its row. */
export function each(run: (x: number) => number): Compute {
  return ([from], count, out) => {
    const x = from as Float64Array;
    for (let i = 0; i < count; i++) out[i] = known(x[i] as number, run(x[i] as number));
  };
}

/** A function of two numbers that are there. */
export function pairs(run: (x: number, y: number) => number): Compute {
  return ([left, right], count, out) => {
    const [x, y] = [left as Float64Array, right as Float64Array];
    for (let i = 0; i < count; i++) {
      const [a, b] = [x[i] as number, y[i] as number];
      out[i] = Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : known(a, run(a, b));
    }
  };
}

/** A column's value where others that stand for missing give another one. */
export function replacing(value: number): Compute {
  return ([from, ...others], count, out) => {
    const x = from as Float64Array;
    for (let i = 0; i < count; i++) {
      out[i] = x[i] as number;
      for (const other of others) if (Number.isNaN(other[i])) out[i] = value;
    }
  };
}

function known(x: number, value: number): number {
  return Number.isNaN(value) && !Number.isNaN(x) ? ODD : value;
}
