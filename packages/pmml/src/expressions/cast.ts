import type { Derivation } from '../blocks/derived.js';
import { RecordError } from '../errors.js';
import type { Frame, Reader } from '../fields/frame.js';
import type { DataType } from '../types/data-type.js';
import { INVALID, isNumeric, parserOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
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

/** Refuses an expression some of whose outcomes, as the document has them, are no values of `type`. */
export function checkOutcomes({ outcomes }: Expression, type: DataType, element: XmlElement): void {
  const parse = parserOf(type);
  for (const value of outcomes ?? []) {
    if (value === undefined || (typeof value === 'number' && isNumeric(type)) || parse(value) !== INVALID)
      continue;
    element.refuse(`${JSON.stringify(value)} is not a value of type ${type}`);
  }
}

/** The same as `castReader` for blocks. */
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
  const float = from === 'float';
  const slow = (value: Value): Value => {
    const parsed = parse(value);
    if (parsed !== INVALID) return parsed;
    throw new RecordError(name, value, `a value of type ${type}`, 'computation');
  };
  if (type === 'integer') return (value) => (typeof value === 'number' ? Math.trunc(value) : slow(value));
  if (type === 'string') {
    return (value) => (typeof value === 'number' && decimal ? decimalText(value, float) : slow(value));
  }
  if (type === 'float') return (value) => (typeof value === 'number' ? Math.fround(value) : slow(value));
  if (isNumeric(type)) return (value) => (typeof value === 'number' ? value : slow(value));
  return (value) => (Array.isArray(value) ? value : slow(value));
}

/**
 * A double or float as text, as XML Schema's canonical form and Java write it: always with a fraction, large and small
 * numbers with an exponent ("1.0E7"), of a float no more digits than it has.
 */
export function decimalText(value: number, float = false): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const shortest = float ? floatDigits(value) : value;
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(shortest) ? `${shortest}.0` : String(shortest);
  const [digits, exponent] = shortest.toExponential().split('e') as [string, string];
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** The shortest number that is this one as a float. */
function floatDigits(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
