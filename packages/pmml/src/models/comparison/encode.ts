import type { Field } from '../../fields/field.js';
import { inInterval } from '../../fields/field.js';
import { INVALID, isNumeric, parserOf } from '../../types/data-type.js';
import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import { parseNumber } from '../../xml/element.js';

/** Turns values of one compared field into numbers: NaN is missing. */
export interface Encoder {
  value(value: Value): number;
  /** A text of the document: adds a category that is not known yet. */
  text(text: string): number;
}

/** Numbers, truth values and dates as numbers; texts as the index of their category, -1 for unknown ones. */
export function fieldEncoder(field: Field): Encoder {
  const parse = parserOf(field.dataType);
  if (field.dataType !== 'string') {
    const number = (value: Value): number => numberOf(value) ?? Number.NaN;
    return {
      value: number,
      text: (text) => {
        const value = parse(text);
        return value === INVALID
          ? isNumeric(field.dataType)
            ? (parseNumber(text) ?? Number.NaN)
            : Number.NaN
          : number(value);
      },
    };
  }
  const index = new Map<string, number>(field.categories.map((c, i) => [keyOf(c), i]));
  return {
    value: (value) => (value === undefined ? Number.NaN : (index.get(keyOf(value)) ?? -1)),
    text: (text) => {
      const at = index.get(text) ?? index.size;
      index.set(text, at);
      return at;
    },
  };
}

/** Position of a value among the categories or intervals of its field, as rows of a `Comparisons` matrix have it. */
export function positionEncoder(field: Field): Encoder {
  const parse = parserOf(field.dataType);
  const categories = new Map(field.categories.map((c, i) => [keyOf(c), i]));
  const value = (v: Value): number => {
    if (v === undefined) return Number.NaN;
    const known = categories.get(keyOf(v));
    if (known !== undefined || typeof v !== 'number') return known ?? -1;
    return field.intervals.findIndex((interval) => inInterval(v, interval));
  };
  return {
    value,
    text: (text) => {
      const parsed = parse(text);
      return parsed === INVALID ? -1 : value(parsed);
    },
  };
}
