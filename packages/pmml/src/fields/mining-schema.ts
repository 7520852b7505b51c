import type { Input } from '../blocks/input.js';
import { RecordError } from '../errors.js';
import type { DataType, OpType } from '../types/data-type.js';
import { INVALID, opTypeOf, parseLiteral } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { DataField } from './data-dictionary.js';
import { EVERY_NUMBER } from './field.js';

const USAGES = [
  'active',
  'predicted',
  'target',
  'supplementary',
  'group',
  'order',
  'frequencyWeight',
  'analysisWeight',
] as const;
const OUTLIERS = ['asIs', 'asMissingValues', 'asExtremeValues'] as const;
const MISSING = ['asIs', 'asMean', 'asMode', 'asMedian', 'asValue', 'returnInvalid'] as const;
const INVALIDS = ['returnInvalid', 'asIs', 'asMissing', 'asValue'] as const;

export type Usage = (typeof USAGES)[number];

/** A `MiningField` as declared, with the defaults of the specification. */
export interface MiningField {
  readonly element: XmlElement;
  readonly name: string;
  readonly usage: Usage;
  readonly opType: OpType | undefined;
  readonly outliers: (typeof OUTLIERS)[number];
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly missingTreatment: (typeof MISSING)[number] | undefined;
  readonly missingReplacement: string | undefined;
  readonly invalidTreatment: (typeof INVALIDS)[number];
  readonly invalidReplacement: string | undefined;
}

export function compileMiningSchema(model: XmlElement): MiningField[] {
  const schema = model.needChild('MiningSchema');
  const seen = new Set<string>();
  return schema.all('MiningField').map((element) => {
    const name = element.need('name');
    if (seen.has(name)) element.refuse(`field ${JSON.stringify(name)} is listed twice`);
    seen.add(name);
    return compileMiningField(element, name);
  });
}

function compileMiningField(element: XmlElement, name: string): MiningField {
  const field: MiningField = {
    element,
    name,
    usage: element.choice('usageType', USAGES, 'active'),
    opType: opTypeOf(element),
    outliers: element.choice('outliers', OUTLIERS, 'asIs'),
    low: element.number('lowValue'),
    high: element.number('highValue'),
    missingTreatment: element.choice('missingValueTreatment', MISSING),
    missingReplacement: element.attr('missingValueReplacement'),
    invalidTreatment: element.choice('invalidValueTreatment', INVALIDS, 'returnInvalid'),
    invalidReplacement: element.attr('invalidValueReplacement') ?? element.attr('x-invalidValueReplacement'),
  };
  if (field.outliers !== 'asIs' && field.low === undefined && field.high === undefined) {
    element.refuse(`outliers="${field.outliers}" needs lowValue or highValue`);
  }
  if (field.low !== undefined && field.high !== undefined && field.low > field.high)
    element.refuse('lowValue is above highValue');
  if (field.invalidTreatment === 'asValue' && field.invalidReplacement === undefined) {
    element.refuse('invalidValueTreatment="asValue" needs invalidValueReplacement');
  }
  return field;
}

/** Whether it does something to values. */
export function isTreated({
  outliers,
  missingTreatment,
  missingReplacement,
  invalidTreatment,
}: MiningField): boolean {
  const replaces = missingReplacement !== undefined || missingTreatment === 'returnInvalid';
  return (
    outliers !== 'asIs' || replaces || invalidTreatment === 'asMissing' || invalidTreatment === 'asValue'
  );
}

export function isTarget(field: MiningField): boolean {
  return field.usage === 'target' || field.usage === 'predicted';
}

const FILLS: Partial<Record<DataType, Value>> = {
  boolean: false,
  double: 0,
  float: 0,
  integer: 0,
  string: '',
};

/** Whether invalid values reach the model as they are. */
export function letsInvalidIn(field: MiningField): boolean {
  return field.invalidTreatment === 'asIs' && field.invalidReplacement === undefined;
}

/** Turns a raw cell into the value the model sees. */
export type Prepare = (raw: unknown) => Value;

/** The treatment a top-level mining field gives to raw cells; `fill` = PAI's defaults for what stays missing. */
export function prepareInput(data: DataField, field: MiningField | undefined, fill: boolean): Prepare {
  const { name, parse } = data;
  const expected = describeExpected(data);
  const missing = missingTreatment(data.name, data.dataType, field, fill);
  const absent = substitute(data.dataType, field, fill);
  const invalid = invalidTreatment(data, field, expected, absent);
  const outlier = outlierTreatment(field, absent);
  const type: string = data.dataType;
  const plain = data.isValid;
  const prepare = (raw: unknown): Value => {
    if (data.isMissing(raw)) return missing(raw);
    const value = parse(raw);
    if (value === INVALID) {
      // Items of a transaction, points of a series: each is treated by itself.
      if (Array.isArray(raw)) return raw.map(prepare);
      if (field !== undefined && letsInvalidIn(field))
        throw new RecordError(name, raw, `a value of type ${type}`, 'type');
      return invalid(raw, undefined);
    }
    // NaN as text: of the type, and yet no value to calculate with.
    if (!plain(value) || Number.isNaN(value)) return invalid(raw, value);
    return outlier === undefined ? value : outlier(value);
  };
  return outlier === undefined && !data.restricted
    ? (fastNumber(data.dataType, prepare) ?? prepare)
    : prepare;
}

/** Whether an input's numbers are taken as they are, a missing one stays missing, and nothing else happens to them. */
export function takesNumbers(data: DataField, field: MiningField, fill: boolean): boolean {
  const plain = field.outliers === 'asIs' && !data.restricted && !fill;
  const stays = field.missingReplacement === undefined && field.missingTreatment !== 'returnInvalid';
  return plain && stays && (data.dataType === 'double' || data.dataType === 'float');
}

/** Which numbers an input takes as values without further treatment (NaN is never among them), and their range. */
export function plainNumbers(
  data: DataField,
  field: MiningField | undefined,
): Pick<Input, 'plain' | 'range'> {
  const { dataType, plainRange } = data;
  const plain = dataType === 'double' || dataType === 'float' || dataType === 'integer' ? dataType : 'none';
  if (plain === 'none' || plainRange === undefined) return { plain: 'none', range: EVERY_NUMBER };
  if (field === undefined || field.outliers === 'asIs') return { plain, range: plainRange };
  const low = Math.max(plainRange.low, field.low ?? -Infinity);
  const high = Math.min(plainRange.high, field.high ?? Infinity);
  return { plain, range: { low, high } };
}

/** Numbers of fields that restrict nothing are taken as they are; the rest goes the long way. */
function fastNumber(type: DataType, prepare: Prepare): Prepare | undefined {
  if (type === 'double') {
    return (raw) => (typeof raw === 'number' && !Number.isNaN(raw) ? raw : prepare(raw));
  }
  if (type !== 'float') return undefined;
  return (raw) => (typeof raw === 'number' && !Number.isNaN(raw) ? Math.fround(raw) : prepare(raw));
}

/** The treatment a segment's mining field adds to its parent's value; undefined where it adds none. */
export function prepareNested(
  field: MiningField,
  dataType: DataType,
  data: DataField | undefined,
): ((value: Value) => Value) | undefined {
  const guards = field.invalidTreatment === 'asMissing' || field.invalidTreatment === 'asValue';
  const replaces = field.missingReplacement !== undefined || field.missingTreatment === 'returnInvalid';
  if (!guards && !replaces && field.outliers === 'asIs') return undefined;
  const missing = missingTreatment(field.name, dataType, field, false);
  const absent = substitute(dataType, field, false);
  const outlier = outlierTreatment(field, absent);
  const invalid =
    data !== undefined && guards ? invalidTreatment(data, field, describeExpected(data), absent) : undefined;
  return (value) => {
    if (value === undefined) return missing(value);
    if (invalid !== undefined && data !== undefined && !data.isValid(value)) return invalid(value, value);
    return outlier === undefined ? value : outlier(value);
  };
}

function missingTreatment(
  name: string,
  type: DataType,
  field: MiningField | undefined,
  fill: boolean,
): Prepare {
  if (field?.missingTreatment === 'returnInvalid') {
    return (raw) => {
      throw new RecordError(name, raw, 'a value (the model does not accept missing ones)', 'missing');
    };
  }
  const value = substitute(type, field, fill);
  return () => value;
}

/**
 * What stands for a missing value. Values that only count as missing (`asMissing`, outliers) always become it: the
 * rule that refuses rows (`missingValueTreatment="returnInvalid"`) is about cells that are empty.
 */
function substitute(type: DataType, field: MiningField | undefined, fill: boolean): Value {
  const text = field?.missingReplacement;
  if (field !== undefined && text !== undefined) return parseLiteral(type, text, field.element);
  return fill ? FILLS[type] : undefined;
}

function invalidTreatment(
  data: DataField,
  field: MiningField | undefined,
  expected: string,
  absent: Value,
): (raw: unknown, value: Value) => Value {
  switch (field?.invalidTreatment) {
    case 'asIs':
    case 'asValue': {
      if (letsInvalidIn(field)) return (_, value) => value;
      const value = data.parse(field.invalidReplacement);
      const replacement =
        value === INVALID ? field.element.refuse('invalidValueReplacement is no value') : value;
      return () => replacement;
    }
    case 'asMissing':
      return () => absent;
    default:
      return (raw) => {
        throw new RecordError(data.name, raw, expected, data.parse(raw) === INVALID ? 'type' : 'invalid');
      };
  }
}

function outlierTreatment(
  field: MiningField | undefined,
  absent: Value,
): ((value: Value) => Value) | undefined {
  if (field === undefined || field.outliers === 'asIs') return undefined;
  const low = field.low ?? -Infinity;
  const high = field.high ?? Infinity;
  const extreme = field.outliers === 'asExtremeValues';
  return (value) => {
    if (typeof value !== 'number' || (value >= low && value <= high)) return value;
    if (!extreme) return absent;
    return value < low ? low : high;
  };
}

const LISTED = 12;

function describeExpected(data: DataField): string {
  if (data.categories.length > 0 && data.intervals.length === 0) {
    const shown = data.categories.slice(0, LISTED).map((v) => JSON.stringify(v));
    const more = data.categories.length > LISTED ? ', …' : '';
    return `one of ${shown.join(', ')}${more} (${data.dataType})`;
  }
  const parts = data.intervals.map(
    (i) => `${i.leftClosed ? '[' : '('}${i.left ?? '-∞'}, ${i.right ?? '∞'}${i.rightClosed ? ']' : ')'}`,
  );
  return parts.length > 0
    ? `a ${data.dataType} in ${parts.join(' or ')}`
    : `a value of type ${data.dataType}`;
}
