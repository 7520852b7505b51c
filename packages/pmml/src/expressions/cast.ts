import type { Derivation } from '../blocks/derived.js';
import { RecordError } from '../errors.js';
import type { Frame, Reader } from '../fields/frame.js';
import type { DataType } from '../types/data-type.js';
import { INVALID, isNumeric, parserOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { columnOf, each } from './columns.js';
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

/** The same for blocks. */
export function castDerivation(expression: Expression, type: DataType, name: string): Derivation {
  const { dataType, map, ofRecord } = expression;
  if (dataType === type) return expression;
  const cast = castTo(type, dataType, name);
  return {
    map: map && {
      ...map,
      to: (value) => {
        const found = map.to(value);
        return found === undefined ? undefined : cast(found);
      },
    },
    column: castColumn(expression, type),
    ofRecord,
  };
}

/** Numbers are cast to numbers by the column. */
function castColumn(expression: Expression, type: DataType): Derivation['column'] {
  const { dataType } = expression;
  if (dataType === undefined || !(isNumeric(dataType) || dataType === 'boolean') || !isNumeric(type))
    return undefined;
  const round = type === 'float' ? Math.fround : type === 'integer' ? Math.trunc : undefined;
  return (columns) => {
    const from = columnOf(expression, columns);
    return from === undefined || round === undefined ? from : columns.compute([from], each(round));
  };
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
