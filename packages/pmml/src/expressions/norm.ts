import { codeOf, codesOf } from '../blocks/codes.js';
import type { Scope } from '../fields/scope.js';
import { parseLiteral } from '../types/data-type.js';
import { keyOf, numberOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';
import { literal } from './literal.js';
import { ofField } from './of-field.js';

/** Piecewise linear function of `LinearNorm` points; its outer pieces go on, or stop, at the ends. */
export interface Piecewise {
  readonly orig: Float64Array;
  readonly norm: Float64Array;
}

const OUTLIERS = ['asIs', 'asMissingValues', 'asExtremeValues'] as const;

export function readPoints(element: XmlElement): Piecewise {
  const points = element.all('LinearNorm');
  if (points.length < 2) element.refuse('it needs two LinearNorm elements at least');
  const orig = Float64Array.from(points, (p) => p.needNumber('orig'));
  const norm = Float64Array.from(points, (p) => p.needNumber('norm'));
  for (let i = 1; i < orig.length; i++) {
    if (!((orig[i] as number) > (orig[i - 1] as number))) points[i]?.refuse('orig does not grow');
  }
  return { orig, norm };
}

/** Value of the line through points `i` and `i + 1` at `x`. */
function line(x: number, i: number, from: Float64Array, to: Float64Array): number {
  const [a, b] = [from[i] as number, from[i + 1] as number];
  const [c, d] = [to[i] as number, to[i + 1] as number];
  return c + ((x - a) / (b - a)) * (d - c);
}

export function compileNormContinuous(element: XmlElement, scope: Scope): Expression {
  const field = scope.field(element.need('field'), element);
  const { orig, norm } = readPoints(element);
  const outliers = element.choice('outliers', OUTLIERS, 'asIs');
  const missing = element.number('mapMissingTo');
  const last = orig.length - 1;
  const [low, high] = [orig[0] as number, orig[last] as number];
  return ofField(field, 'double', (value) => {
    const x = numberOf(value);
    if (x === undefined) return missing;
    if (x < low || x > high) {
      if (outliers === 'asMissingValues') return missing;
      if (outliers === 'asExtremeValues') return x < low ? norm[0] : norm[last];
    }
    let i = 0;
    while (i < last - 1 && x > (orig[i + 1] as number)) i++;
    return line(x, i, orig, norm);
  });
}

/** The inverse, for neural outputs: from the normalised value back to the original one. */
export function invertNormContinuous(element: XmlElement): (y: number) => number {
  const { orig, norm } = readPoints(element);
  const last = orig.length - 1;
  const rising = (norm[last] as number) >= (norm[0] as number);
  return (y) => {
    let i = 0;
    while (i < last - 1 && (rising ? y > (norm[i + 1] as number) : y < (norm[i + 1] as number))) i++;
    return line(y, i, norm, orig);
  };
}

/** The same in single precision, every step rounded. */
export function invertNormContinuousFloat(element: XmlElement): (y: number) => number {
  const round = Math.fround;
  const points = readPoints(element);
  const [orig, norm] = [points.orig.map(round), points.norm.map(round)];
  const last = orig.length - 1;
  const rising = (norm[last] as number) >= (norm[0] as number);
  return (y) => {
    let i = 0;
    while (i < last - 1 && (rising ? y > (norm[i + 1] as number) : y < (norm[i + 1] as number))) i++;
    const [a, b] = [norm[i] as number, norm[i + 1] as number];
    const [c, d] = [orig[i] as number, orig[i + 1] as number];
    return round(round(round(round(y - a) / round(b - a)) * round(d - c)) + c);
  };
}

export function compileNormDiscrete(element: XmlElement, scope: Scope): Expression {
  const field = scope.field(element.need('field'), element);
  const text = element.need('value');
  if (element.attr('method') !== undefined) element.choice('method', ['indicator'] as const);
  const key = keyOf(
    field.opType === 'continuous'
      ? parseLiteral(field.dataType, text, element)
      : literal(field.dataType, text),
  );
  const missing = element.number('mapMissingTo');
  const { read } = field;
  return {
    ...ofField(field, 'double', (value) => (value === undefined ? missing : keyOf(value) === key ? 1 : 0)),
    column: (columns) => {
      const code = codeOf(read, key);
      const place = columns.category(read, codesOf(read));
      if (place === undefined) return undefined;
      return columns.compute([place], ([codes], count, out) => {
        const x = codes as Float64Array;
        for (let i = 0; i < count; i++)
          out[i] = Number.isNaN(x[i]) ? (missing ?? Number.NaN) : x[i] === code ? 1 : 0;
      });
    },
  };
}
