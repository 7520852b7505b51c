import type { DataType } from '../types/data-type.js';
import { INVALID, parserOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';

/** A text of the document in the wanted type, or as the text it is where it does not fit. */
export function literal(type: DataType, text: string): Value {
  const value = parserOf(type)(text);
  return value === INVALID ? text : value;
}

/** The type that a constant without `dataType` is written in. */
export function typeOfText(text: string): DataType {
  if (/^\s*[+-]?\d+\s*$/.test(text)) return 'integer';
  return text.trim() !== '' && !Number.isNaN(Number(text)) ? 'double' : 'string';
}
