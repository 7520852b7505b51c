import type { ColumnSet } from '../../blocks/column-set.js';
import type { LinearTerms } from './linear-form.js';
import { power } from './linear-form.js';

/** A linear predictor over columns, summed in the order that the form of a row has (linear-form.ts). */
export type ColumnForm = (inputs: readonly Float64Array[], count: number, out: Float64Array) => void;

interface NumericColumn {
  readonly column: number;
  readonly coefficient: number;
  readonly exponent: number;
}
interface CategoryColumn {
  readonly column: number;
  readonly coefficients: Float64Array;
}
interface TermColumns {
  readonly columns: readonly number[];
  readonly coefficient: number;
}
interface Columns {
  readonly intercept: number;
  readonly numeric: readonly NumericColumn[];
  readonly categorical: readonly CategoryColumn[];
  readonly terms: readonly TermColumns[];
}

/** Undefined where a predictor is no column. */
export function columnForm(parts: LinearTerms, columns: ColumnSet): ColumnForm | undefined {
  const numeric: NumericColumn[] = [];
  for (const { field, coefficient, exponent } of parts.numeric) {
    const column = columns.number(field.read);
    if (column === undefined) return undefined;
    numeric.push({ column, coefficient, exponent });
  }
  const categorical: CategoryColumn[] = [];
  for (const { read, coefficients } of parts.categorical) {
    const keys = [...coefficients.keys()];
    const column = columns.category(read, new Map(keys.map((key, code) => [key, code])));
    if (column === undefined) return undefined;
    categorical.push({ column, coefficients: Float64Array.from(coefficients.values()) });
  }
  const terms: TermColumns[] = [];
  for (const { reads, coefficient } of parts.terms) {
    const places = reads.map((read) => columns.number(read));
    if (places.includes(undefined)) return undefined;
    terms.push({ columns: places as number[], coefficient });
  }
  const form = { intercept: parts.intercept, numeric, categorical, terms };
  return parts.float ? floatForm(form) : doubleForm(form);
}

function doubleForm({ intercept, numeric, categorical, terms }: Columns): ColumnForm {
  return (inputs, count, out) => {
    out.fill(intercept, 0, count);
    for (const { column, coefficient, exponent } of numeric) {
      const x = inputs[column] as Float64Array;
      if (exponent === 1) {
        for (let i = 0; i < count; i++) out[i] = (out[i] as number) + coefficient * (x[i] as number);
      } else {
        for (let i = 0; i < count; i++)
          out[i] = (out[i] as number) + coefficient * power(x[i] as number, exponent);
      }
    }
    for (const { column, coefficients } of categorical) {
      const codes = inputs[column] as Float64Array;
      for (let i = 0; i < count; i++) {
        const code = codes[i] as number;
        // Missing (NaN) and unlisted categories (-1) add nothing.
        if (code >= 0) out[i] = (out[i] as number) + (coefficients[code] as number);
      }
    }
    for (const { columns, coefficient } of terms) {
      for (let i = 0; i < count; i++) {
        let value = coefficient;
        for (const column of columns) value *= (inputs[column] as Float64Array)[i] as number;
        out[i] = (out[i] as number) + value;
      }
    }
  };
}

/** The same in single precision, every step rounded. */
function floatForm({ intercept, numeric, categorical, terms }: Columns): ColumnForm {
  const round = Math.fround;
  return (inputs, count, out) => {
    out.fill(0, 0, count);
    for (const { column, coefficient, exponent } of numeric) {
      const x = inputs[column] as Float64Array;
      for (let i = 0; i < count; i++) {
        const value = round(x[i] as number);
        out[i] = round(
          (out[i] as number) + round(coefficient * (exponent === 1 ? value : round(power(value, exponent)))),
        );
      }
    }
    for (const { column, coefficients } of categorical) {
      const codes = inputs[column] as Float64Array;
      for (let i = 0; i < count; i++) {
        const code = codes[i] as number;
        if (!Number.isNaN(code))
          out[i] = round((out[i] as number) + (code >= 0 ? (coefficients[code] as number) : 0));
      }
    }
    for (const { columns, coefficient } of terms) {
      for (let i = 0; i < count; i++) {
        let value = coefficient;
        for (const column of columns)
          value = round(value * round((inputs[column] as Float64Array)[i] as number));
        out[i] = round((out[i] as number) + value);
      }
    }
    for (let i = 0; i < count; i++) out[i] = round((out[i] as number) + intercept);
  };
}
