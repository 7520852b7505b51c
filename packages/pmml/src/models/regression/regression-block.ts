import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Value } from '../../types/value.js';
import type { LinearTerms } from './linear-form.js';
import { power } from './linear-form.js';
import { indexOfMax } from './normalization.js';

/** A linear predictor over columns; the order of its additions is that of `compileLinearForm`. */
interface ColumnForm {
  readonly intercept: number;
  readonly numeric: readonly { column: number; coefficient: number; exponent: number }[];
  readonly categorical: readonly { column: number; coefficients: Float64Array }[];
}

function columnForm(parts: LinearTerms, columns: ColumnSet): ColumnForm | undefined {
  if (parts.terms.length > 0) return undefined;
  const numeric: { column: number; coefficient: number; exponent: number }[] = [];
  for (const { field, coefficient, exponent } of parts.numeric) {
    const column = columns.number(field.read);
    if (column === undefined) return undefined;
    numeric.push({ column, coefficient, exponent });
  }
  const categorical: { column: number; coefficients: Float64Array }[] = [];
  for (const { read, coefficients } of parts.categorical) {
    const keys = [...coefficients.keys()];
    const column = columns.category(read, new Map(keys.map((key, code) => [key, code])));
    if (column === undefined) return undefined;
    categorical.push({ column, coefficients: Float64Array.from(coefficients.values()) });
  }
  return { intercept: parts.intercept, numeric, categorical };
}

function score(form: ColumnForm, inputs: readonly Float64Array[], count: number, out: Float64Array): void {
  out.fill(form.intercept, 0, count);
  for (const { column, coefficient, exponent } of form.numeric) {
    const x = inputs[column] as Float64Array;
    if (exponent === 1) {
      for (let i = 0; i < count; i++) out[i] = (out[i] as number) + coefficient * (x[i] as number);
    } else {
      for (let i = 0; i < count; i++)
        out[i] = (out[i] as number) + coefficient * power(x[i] as number, exponent);
    }
  }
  for (const { column, coefficients } of form.categorical) {
    const codes = inputs[column] as Float64Array;
    for (let i = 0; i < count; i++) {
      const code = codes[i] as number;
      // Missing (NaN) and unlisted categories (-1) add nothing.
      if (code >= 0) out[i] = (out[i] as number) + (coefficients[code] as number);
    }
  }
}

/** Regression: one form, one link. */
export function regressionBlock(
  parts: LinearTerms | undefined,
  link: (y: number) => number,
  columns: ColumnSet,
): BlockKernel | undefined {
  const form = parts === undefined ? undefined : columnForm(parts, columns);
  if (form === undefined) return undefined;
  const numbers = new Float64Array(BLOCK);
  return {
    result: ({ of }) => (of === 'value' ? { numbers } : undefined),
    run: (inputs, count, marks) => {
      score(form, inputs, count, numbers);
      for (let i = 0; i < count; i++) {
        const value = link(numbers[i] as number);
        numbers[i] = value;
        if (Number.isNaN(value)) marks[i] = (marks[i] as number) | ROW.odd;
      }
    },
  };
}

/** Classification: a form per category, normalised together. */
export function classificationBlock(
  parts: readonly (LinearTerms | undefined)[],
  values: readonly Value[],
  normalize: (scores: number[]) => void,
  columns: ColumnSet,
): BlockKernel | undefined {
  const forms: ColumnForm[] = [];
  for (const part of parts) {
    const form = part === undefined ? undefined : columnForm(part, columns);
    if (form === undefined) return undefined;
    forms.push(form);
  }
  const size = forms.length;
  const probabilities = forms.map(() => new Float64Array(BLOCK));
  const index = new Int32Array(BLOCK);
  const p = new Array<number>(size).fill(0.5);
  return {
    result: (request) => {
      if (request.of === 'value') return { index, table: values };
      if (request.of === 'probability' && request.index < 0) return NEVER;
      const numbers = request.of === 'probability' ? probabilities[request.index] : undefined;
      return numbers === undefined ? undefined : { numbers };
    },
    run: (inputs, count, marks) => {
      for (let f = 0; f < size; f++)
        score(forms[f] as ColumnForm, inputs, count, probabilities[f] as Float64Array);
      for (let i = 0; i < count; i++) {
        // A score that is no number makes the answer missing, even where its link would not be looked at.
        let known = 0;
        for (let f = 0; f < size; f++) {
          const y = (probabilities[f] as Float64Array)[i] as number;
          p[f] = y;
          known += y;
        }
        normalize(p);
        for (let f = 0; f < size; f++) {
          const value = p[f] as number;
          (probabilities[f] as Float64Array)[i] = value;
          known += value;
        }
        if (Number.isNaN(known)) marks[i] = (marks[i] as number) | ROW.odd;
        index[i] = indexOfMax(p);
      }
    },
  };
}
