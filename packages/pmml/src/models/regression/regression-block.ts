import type { ColumnSet } from '../../blocks/column-set.js';
import type { BlockKernel } from '../../blocks/contract.js';
import { BLOCK, NEVER, ROW } from '../../blocks/contract.js';
import type { Value } from '../../types/value.js';
import type { ColumnForm } from './column-form.js';
import { columnForm } from './column-form.js';
import type { LinearTerms } from './linear-form.js';
import { indexOfMax } from './normalization.js';

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
      form(inputs, count, numbers);
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
        (forms[f] as ColumnForm)(inputs, count, probabilities[f] as Float64Array);
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
