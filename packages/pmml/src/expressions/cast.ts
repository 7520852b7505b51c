import { RecordError } from '../errors.js';
import type { Frame, Reader } from '../fields/frame.js';
import type { DataType } from '../types/data-type.js';
import { INVALID, isNumeric, parserOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';

/**
 * The expression's value as a value of `type`. A number that becomes an integer loses its fraction; a double
 * that becomes text keeps its decimal point (`3` is "3.0").
 */
export function castReader(expression: Expression, type: DataType, name: string): Reader {
  const { read, dataType } = expression;
  if (dataType === type) return read;
  const cast = castTo(type, dataType, name);
  return (frame: Frame) => {
    const value = read(frame);
    return value === undefined ? undefined : cast(value);
  };
}

/** Refuses an expression some of whose outcomes, as the document has them, are no values of `type`. */
export function checkOutcomes({ outcomes }: Expression, type: DataType, element: XmlElement): void {
  const parse = parserOf(type);
  for (const value of outcomes ?? []) {
    if (value === undefined || (typeof value === 'number' && isNumeric(type)) || parse(value) !== INVALID)
      continue;
    element.refuse(`${JSON.stringify(value)} is not a value of type ${type}`);
  }
}

/** A cast of single values; missing must be told apart by the caller. */
export function castTo(type: DataType, from: DataType | undefined, name: string): (value: Value) => Value {
  const parse = parserOf(type);
  const decimal = from === 'double' || from === 'float';
  const slow = (value: Value): Value => {
    const parsed = parse(value);
    if (parsed !== INVALID) return parsed;
    throw new RecordError(name, value, `a value of type ${type}`, 'computation');
  };
  if (type === 'integer') return (value) => (typeof value === 'number' ? Math.trunc(value) : slow(value));
  if (type === 'string') {
    return (value) => (typeof value === 'number' && decimal ? decimalText(value) : slow(value));
  }
  if (type === 'float') return (value) => (typeof value === 'number' ? Math.fround(value) : slow(value));
  if (isNumeric(type)) return (value) => (typeof value === 'number' ? value : slow(value));
  return (value) => (Array.isArray(value) ? value : slow(value));
}

/** A double as text: always with a fraction. */
export function decimalText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value);
}
