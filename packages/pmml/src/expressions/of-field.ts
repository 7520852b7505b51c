import type { OneField } from '../blocks/derived.js';
import { derivedOf } from '../blocks/derived.js';
import { inputOf } from '../blocks/input.js';
import type { Field } from '../fields/field.js';
import type { DataType } from '../types/data-type.js';
import { isNumeric } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { Expression } from './contract.js';

/** A field as a function of the one that it is made of. */
export function mapOfField({ read, dataType }: Field): OneField {
  return derivedOf(read)?.map ?? { of: read, numeric: isNumeric(dataType), to: (value) => value };
}

/** Whether a field is made of the record alone: no segment of a model has to run before it is read. */
export function isOfRecord({ read }: Field): boolean {
  return inputOf(read) !== undefined || derivedOf(read)?.ofRecord === true;
}

/** What a function makes of the values of one field, the missing one included. */
export function ofField(field: Field, dataType: DataType, make: (value: Value) => Value): Expression {
  const { read } = field;
  const source = mapOfField(field);
  return {
    dataType,
    read: (frame) => make(read(frame)),
    map: { ...source, to: (value) => make(source.to(value)) },
    ofRecord: isOfRecord(field),
  };
}
