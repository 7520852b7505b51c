import type { XmlElement } from '../xml/element.js';
import { parseNumber } from '../xml/element.js';
import {
  daysPart,
  epochDays,
  parseDate,
  parseDateTime,
  parseTime,
  secondsPart,
  Temporal,
} from './temporal.js';
import type { Value } from './value.js';

const PLAIN = [
  'string',
  'integer',
  'float',
  'double',
  'boolean',
  'date',
  'time',
  'dateTime',
  'timeSeconds',
] as const;
const COUNTING = /^(dateDaysSince|dateTimeSecondsSince)\[?(0|\d{4})\]?$/;

export type PlainType = (typeof PLAIN)[number];
export type CountingType = `dateDaysSince[${number}]` | `dateTimeSecondsSince[${number}]`;
export type DataType = PlainType | CountingType;

export const OP_TYPES = ['continuous', 'categorical', 'ordinal'] as const;
export type OpType = (typeof OP_TYPES)[number];

/** What a parser answers for text that is no value of its type. */
export const INVALID: unique symbol = Symbol('invalid');
export type Parser = (raw: unknown) => Value | typeof INVALID;

export function isDataType(text: string): text is DataType {
  return (PLAIN as readonly string[]).includes(text) || COUNTING.test(text);
}

/** Reads attribute `dataType`. */
export function dataTypeOf(element: XmlElement): DataType | undefined;
export function dataTypeOf(element: XmlElement, fallback: DataType): DataType;
export function dataTypeOf(element: XmlElement, fallback?: DataType): DataType | undefined {
  const given = element.attr('dataType');
  if (given === undefined) return fallback;
  // Years that no version of PMML has are written as extensions: x-dateDaysSince[2000].
  const text = given.startsWith('x-date') ? given.slice(2) : given;
  if (!isDataType(text)) element.refuse(`dataType=${JSON.stringify(given)} is not supported`);
  return text;
}

export function opTypeOf(element: XmlElement): OpType | undefined {
  return element.choice('optype', OP_TYPES);
}

/** The op type a field of this data type has where none is given. */
export function defaultOpType(type: DataType): OpType {
  return type === 'string' || type === 'boolean' ? 'categorical' : 'continuous';
}

export function isNumeric(type: DataType): boolean {
  return type === 'integer' || type === 'float' || type === 'double' || isCounting(type);
}

export function isCounting(type: DataType): boolean {
  return (
    type === 'timeSeconds' || type.startsWith('dateDaysSince') || type.startsWith('dateTimeSecondsSince')
  );
}

/** How texts, numbers and typed values become values of `type`. Missing is not a parser's concern. */
export function parserOf(type: DataType): Parser {
  switch (type) {
    case 'double':
      return toDouble;
    case 'float':
      return toFloat;
    case 'integer':
      return toInteger;
    case 'string':
      return toText;
    case 'boolean':
      return toBoolean;
    case 'date':
      return (raw) => temporal(raw, 'date');
    case 'time':
      return (raw) => temporal(raw, 'time');
    case 'dateTime':
      return (raw) => temporal(raw, 'dateTime');
    case 'timeSeconds':
      return (raw) => counted(raw, (text) => parseTime(text)?.amount);
    default:
      return countingParser(type);
  }
}

/** A literal of the document (a category, a threshold): refused where it is no value of the type. */
export function parseLiteral(type: DataType, text: string, element: XmlElement): Value {
  const value = parserOf(type)(text);
  if (value !== INVALID) return value;
  // Thresholds of integer fields are often written as decimals; they compare as such.
  const number = isNumeric(type) ? parseNumber(text) : undefined;
  if (number !== undefined) return number;
  return element.refuse(`${JSON.stringify(text)} is not a value of type ${type}`);
}

function toDouble(raw: unknown): Value | typeof INVALID {
  if (typeof raw === 'number') return raw;
  if (typeof raw === 'string') return parseNumber(raw) ?? truthNumber(raw);
  if (typeof raw === 'boolean') return raw ? 1 : 0;
  if (typeof raw === 'bigint') return Number(raw);
  return INVALID;
}

function truthNumber(raw: string): Value | typeof INVALID {
  const text = raw.toLowerCase();
  return text === 'true' ? 1 : text === 'false' ? 0 : INVALID;
}

function toFloat(raw: unknown): Value | typeof INVALID {
  const value = toDouble(raw);
  return typeof value === 'number' ? Math.fround(value) : INVALID;
}

function toInteger(raw: unknown): Value | typeof INVALID {
  const value = toDouble(raw);
  return typeof value === 'number' && Number.isInteger(value) ? value : INVALID;
}

function toText(raw: unknown): Value | typeof INVALID {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number' || typeof raw === 'boolean' || typeof raw === 'bigint') return String(raw);
  if (raw instanceof Temporal) return raw.toString();
  return INVALID;
}

function toBoolean(raw: unknown): Value | typeof INVALID {
  if (typeof raw === 'boolean') return raw;
  if (typeof raw === 'string') {
    const text = raw.trim().toLowerCase();
    if (text === 'true') return true;
    if (text === 'false') return false;
  }
  const number = toDouble(raw);
  return number === 1 ? true : number === 0 ? false : INVALID;
}

function temporal(raw: unknown, kind: 'date' | 'time' | 'dateTime'): Value | typeof INVALID {
  if (raw instanceof Temporal) {
    if (raw.kind === kind) return raw;
    if (kind === 'time')
      return raw.kind === 'dateTime' ? new Temporal('time', modulo(raw.amount, 86_400)) : INVALID;
    const amount = kind === 'date' ? daysPart(raw) : secondsPart(raw);
    return amount === undefined ? INVALID : new Temporal(kind, amount);
  }
  const text = raw instanceof Date && !Number.isNaN(raw.getTime()) ? raw.toISOString() : raw;
  if (typeof text !== 'string') return INVALID;
  const trimmed = text.trim();
  if (kind === 'dateTime') return parseDateTime(trimmed) ?? INVALID;
  if (kind === 'time') return parseTime(trimmed.replace(/^\d{4}-\d{2}-\d{2}[T ]/, '')) ?? INVALID;
  return parseDate(trimmed.replace(/[T ].*$/, '')) ?? INVALID;
}

function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

function counted(raw: unknown, read: (text: string) => number | undefined): Value | typeof INVALID {
  const number = toDouble(raw);
  if (number !== INVALID) return number;
  if (raw instanceof Temporal) return read(raw.toString()) ?? INVALID;
  const text = raw instanceof Date && !Number.isNaN(raw.getTime()) ? raw.toISOString() : raw;
  return typeof text === 'string' ? (read(text.trim()) ?? INVALID) : INVALID;
}

function countingParser(type: DataType): Parser {
  const [, kind, year] = COUNTING.exec(type) as unknown as [string, string, string];
  const origin = epochDays(Number(year));
  if (kind === 'dateDaysSince') {
    return (raw) =>
      counted(raw, (text) => {
        const days = parseDateTime(text);
        return days === undefined ? undefined : Math.floor(days.amount / 86_400) - origin;
      });
  }
  return (raw) =>
    counted(raw, (text) => {
      const time = parseDateTime(text);
      return time === undefined ? undefined : time.amount - origin * 86_400;
    });
}
