import { nextAbove } from '../math/next-above.js';
import type { DataType, OpType, Parser } from '../types/data-type.js';
import { dataTypeOf, defaultOpType, INVALID, opTypeOf, parseLiteral, parserOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import { parseNumber } from '../xml/element.js';
import type { Interval, Range } from './field.js';
import { EVERY_NUMBER, inInterval } from './field.js';

/** A `DataField`: type, categories and what counts as missing or invalid. */
export interface DataField {
  readonly name: string;
  readonly displayName: string | undefined;
  readonly dataType: DataType;
  readonly opType: OpType;
  readonly categories: readonly Value[];
  readonly intervals: readonly Interval[];
  readonly displayValues: ReadonlyMap<string, string>;
  readonly cyclic: boolean;
  /** Name of the hierarchy its values belong to. */
  readonly taxonomy: string | undefined;
  /** Whether a raw cell stands for "missing". */
  isMissing(raw: unknown): boolean;
  readonly parse: Parser;
  /** Whether some values of the type are missing or invalid ones. */
  readonly restricted: boolean;
  /** Numbers between these, both included, are valid and not missing; undefined where none are for sure. */
  readonly plainRange: Range | undefined;
  /** Whether a parsed value is one the dictionary allows. */
  isValid(value: Value): boolean;
}

export function compileDataDictionary(element: XmlElement): Map<string, DataField> {
  const fields = new Map<string, DataField>();
  for (const child of element.all('DataField')) {
    const field = compileDataField(child);
    if (fields.has(field.name)) child.refuse(`field ${JSON.stringify(field.name)} is declared twice`);
    fields.set(field.name, field);
  }
  return fields;
}

function compileDataField(element: XmlElement): DataField {
  const dataType = dataTypeOf(element) ?? element.refuse('attribute "dataType" is missing');
  const opType = opTypeOf(element) ?? defaultOpType(dataType);
  const valid: Value[] = [];
  const listed = new Set<string>();
  const invalid = new Set<string>();
  const missing = new Set<string>();
  const displayValues = new Map<string, string>();
  const parse = parserOf(dataType);
  for (const child of element.all('Value')) {
    const text = child.need('value');
    switch (child.choice('property', ['valid', 'invalid', 'missing'] as const, 'valid')) {
      case 'valid': {
        const value = parseLiteral(dataType, text, child);
        if (listed.has(keyOf(value))) child.refuse(`value ${JSON.stringify(text)} is listed twice`);
        listed.add(keyOf(value));
        valid.push(value);
        const display = child.attr('displayValue');
        if (display !== undefined) displayValues.set(keyOf(value), display);
        break;
      }
      case 'invalid':
        invalid.add(keyOfText(parse, text));
        break;
      case 'missing':
        missing.add(text).add(keyOfText(parse, text));
        break;
    }
  }
  const intervals = element.all('Interval').map(compileInterval);
  if (opType !== 'continuous')
    element.all('Interval')[0]?.refuse(`it restricts a field of optype="${opType}"`);
  return {
    name: element.need('name'),
    displayName: element.attr('displayName'),
    dataType,
    opType,
    categories: valid,
    intervals,
    displayValues,
    cyclic: element.boolean('isCyclic', false),
    taxonomy: element.attr('taxonomy'),
    isMissing: missingTest(dataType, missing, parse),
    parse,
    restricted: valid.length > 0 || invalid.size > 0 || missing.size > 0 || intervals.length > 0,
    plainRange: plainRange(opType, valid, invalid, missing, intervals),
    isValid: validityTest(opType, valid, invalid, intervals),
  };
}

function keyOfText(parse: Parser, raw: unknown): string {
  const value = parse(raw);
  return value === INVALID ? String(raw) : keyOf(value);
}

function missingTest(
  dataType: DataType,
  missing: ReadonlySet<string>,
  parse: Parser,
): (raw: unknown) => boolean {
  const isText = dataType === 'string';
  const absent = (raw: unknown): boolean =>
    raw === undefined || raw === null || Number.isNaN(raw) || (raw === '' && !isText);
  if (missing.size === 0) return absent;
  if (isText) return (raw) => absent(raw) || missing.has(String(raw));
  // "-999.0" stands for what -999 stands for.
  return (raw) => absent(raw) || missing.has(String(raw)) || missing.has(keyOfText(parse, raw));
}

function validityTest(
  opType: OpType,
  valid: readonly Value[],
  invalid: ReadonlySet<string>,
  intervals: readonly Interval[],
): (value: Value) => boolean {
  if (opType !== 'continuous') {
    if (valid.length > 0) {
      const keys = new Set(valid.map(keyOf));
      return (value) => keys.has(keyOf(value));
    }
  } else if (intervals.length > 0 || valid.length > 0) {
    // Values beside intervals are further points of a continuous field.
    const points = new Set(valid.map(keyOf));
    return (value) => {
      if (points.size > 0 && points.has(keyOf(value))) return true;
      if (invalid.size > 0 && invalid.has(keyOf(value))) return false;
      if (intervals.length === 0 || typeof value !== 'number') return false;
      for (const interval of intervals) if (inInterval(value, interval)) return true;
      return false;
    };
  }
  if (invalid.size > 0) return (value) => !invalid.has(keyOf(value));
  return () => true;
}

function plainRange(
  opType: OpType,
  valid: readonly Value[],
  invalid: ReadonlySet<string>,
  missing: ReadonlySet<string>,
  intervals: readonly Interval[],
): Range | undefined {
  const range = validRange(opType, valid, intervals);
  if (range === undefined || invalid.size > 0) return undefined;
  const { low, high } = range;
  const absent = Array.from(missing, (text) => parseNumber(text) ?? Number.NaN);
  return absent.some((x) => x >= low && x <= high) ? undefined : range;
}

/** Numbers that are valid, whatever else is. */
function validRange(
  opType: OpType,
  valid: readonly Value[],
  intervals: readonly Interval[],
): Range | undefined {
  const [interval] = opType === 'continuous' ? intervals : [];
  if (interval === undefined) return valid.length > 0 ? undefined : EVERY_NUMBER;
  const { left = -Infinity, right = Infinity, leftClosed, rightClosed } = interval;
  return { low: leftClosed ? left : nextAbove(left), high: rightClosed ? right : -nextAbove(-right) };
}

const CLOSURES = ['openOpen', 'openClosed', 'closedOpen', 'closedClosed'] as const;

/** `Interval` of DataField and DiscretizeBin. */
export function compileInterval(element: XmlElement): Interval {
  const closure = element.choice('closure', CLOSURES) ?? element.refuse('attribute "closure" is missing');
  const left = margin(element, 'leftMargin');
  const right = margin(element, 'rightMargin');
  if (left !== undefined && right !== undefined && left > right)
    element.refuse('leftMargin is above rightMargin');
  return {
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
    leftClosed: closure.startsWith('closed'),
    rightClosed: closure.endsWith('Closed'),
  };
}

function margin(element: XmlElement, name: string): number | undefined {
  const text = element.attr(name);
  if (text === undefined || text === '') return undefined;
  return parseNumber(text) ?? element.refuse(`attribute ${name}=${JSON.stringify(text)} is not a number`);
}
