import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Frame, Reader } from '../../fields/frame.js';
import { numberField } from '../../fields/number-field.js';
import { numberReader } from '../../fields/number-reader.js';
import { roundingOf } from '../../math/rounding.js';
import { isNumeric, parseLiteral } from '../../types/data-type.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';

/** A `RegressionTable`: the linear predictor of one row; NaN where a numeric predictor is missing. */
export type LinearForm = (frame: Frame) => number;

/** A `RegressionTable` taken apart. */
export interface LinearTerms {
  /** Whether every step is rounded to single precision. */
  readonly float: boolean;
  readonly intercept: number;
  readonly numeric: readonly Numeric[];
  readonly categorical: readonly Categorical[];
  readonly terms: readonly Term[];
}

interface Numeric {
  readonly field: Field;
  readonly read: (frame: Frame) => number;
  readonly coefficient: number;
  readonly exponent: number;
}
interface Categorical {
  readonly read: Reader;
  readonly coefficients: Map<string, number>;
}
interface Term {
  readonly reads: readonly Reader[];
  readonly coefficient: number;
}

export function compileLinearForm(
  table: XmlElement,
  { scope, math }: ModelContext,
): { score: LinearForm; parts: LinearTerms | undefined } {
  const round = roundingOf(math);
  const given = table.number('intercept');
  const intercept = round(given ?? 0);
  const numeric: Numeric[] = [];
  const categorical = new Map<string, Categorical>();
  const terms: Term[] = [];
  for (const child of table.children) {
    if (child.name === 'NumericPredictor') {
      const field = numberField(scope.field(child.need('name'), child), child);
      const read = numberReader(field);
      const coefficient = round(child.needNumber('coefficient'));
      numeric.push({ field, read, coefficient, exponent: child.number('exponent', 1) });
    } else if (child.name === 'CategoricalPredictor') {
      addCategory(child, scope.field(child.need('name'), child), round, categorical);
    } else if (child.name === 'PredictorTerm') {
      const reads = child
        .all('FieldRef')
        .map((ref) => numberField(scope.field(ref.need('field'), ref), ref).read);
      if (reads.length === 0) child.refuse('it refers to no field');
      terms.push({ reads, coefficient: round(child.needNumber('coefficient')) });
    }
  }
  if (given === undefined) return { score: incomplete(table), parts: undefined };
  const float = math === 'float';
  const parts = { float, intercept, numeric, categorical: [...categorical.values()], terms };
  return { score: float ? floatForm(parts) : doubleForm(parts), parts };
}

/** A table without its intercept answers nothing; rows that do not get as far may still be answered. */
function incomplete({ name }: XmlElement): LinearForm {
  return () => {
    throw new RecordError(name, undefined, 'an intercept in the model', 'computation');
  };
}

function addCategory(
  element: XmlElement,
  field: { name: string; read: Reader; dataType: Parameters<typeof parseLiteral>[0] },
  round: (v: number) => number,
  into: Map<string, Categorical>,
): void {
  const entry = into.get(field.name) ?? { read: field.read, coefficients: new Map<string, number>() };
  into.set(field.name, entry);
  const text = element.need('value');
  const key = isNumeric(field.dataType)
    ? keyOf(parseLiteral(field.dataType, text, element))
    : categoryKey(field, text);
  entry.coefficients.set(key, (entry.coefficients.get(key) ?? 0) + round(element.needNumber('coefficient')));
}

function categoryKey({ dataType }: { dataType: string }, text: string): string {
  return dataType === 'boolean'
    ? text === '1'
      ? 'true'
      : text === '0'
        ? 'false'
        : text.toLowerCase()
    : text;
}

function doubleForm({ intercept, numeric, categorical, terms }: LinearTerms): LinearForm {
  const reads = numeric.map((n) => n.read);
  const weights = Float64Array.from(numeric, (n) => n.coefficient);
  const exponents = Float64Array.from(numeric, (n) => n.exponent);
  const plain = numeric.every((n) => n.exponent === 1);
  return (frame) => {
    let y = intercept;
    for (let i = 0; i < reads.length; i++) {
      const x = (reads[i] as Numeric['read'])(frame);
      // The answer is missing: what is behind is not looked at, and cannot refuse the row.
      if (Number.isNaN(x)) return x;
      y += (weights[i] as number) * (plain || exponents[i] === 1 ? x : power(x, exponents[i] as number));
    }
    for (const { read, coefficients } of categorical) {
      const value = read(frame);
      if (value === undefined) continue;
      y += coefficients.get(typeof value === 'string' ? value : keyOf(value)) ?? 0;
    }
    for (const term of terms) {
      const value = product(term, frame);
      if (Number.isNaN(value)) return value;
      y += value;
    }
    return y;
  };
}

/** A power that is missing (NaN) where its base is, be its exponent 0. */
export function power(x: number, exponent: number): number {
  return Number.isNaN(x) ? x : x ** exponent;
}

function product({ reads, coefficient }: Term, frame: Frame): number {
  let value = coefficient;
  for (const read of reads) {
    const x = numberOf(read(frame));
    if (x === undefined) return Number.NaN;
    value *= x;
  }
  return value;
}

/** In single precision it matters what is added when: the intercept comes last. */
function floatForm({ intercept, numeric, categorical, terms }: LinearTerms): LinearForm {
  const round = Math.fround;
  return (frame) => {
    let y = 0;
    for (const { read, coefficient, exponent } of numeric) {
      const x = round(read(frame));
      if (Number.isNaN(x)) return x;
      y = round(y + round(coefficient * (exponent === 1 ? x : round(power(x, exponent)))));
    }
    for (const { read, coefficients } of categorical) {
      const value = read(frame);
      if (value !== undefined) y = round(y + (coefficients.get(keyOf(value)) ?? 0));
    }
    for (const { reads, coefficient } of terms) {
      let value = coefficient;
      for (const read of reads) value = round(value * round(numberOf(read(frame)) ?? Number.NaN));
      y = round(y + value);
    }
    return round(y + intercept);
  };
}
