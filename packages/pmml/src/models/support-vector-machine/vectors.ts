import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import { numberField } from '../../fields/number-field.js';
import { isNumeric, parseLiteral } from '../../types/data-type.js';
import { keyOf, numberOf } from '../../types/value.js';
import { checkCount, readDense } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';

/** Reads the row's vector into `out`. @throws RecordError where a component is missing */
export type VectorReader = (frame: Frame, out: Float64Array) => void;

/** The `VectorFields` of a dictionary: components of every vector, in order. */
export function compileVectorFields(
  fields: XmlElement,
  { scope }: ModelContext,
): { size: number; read: VectorReader; fields: readonly Field[] | undefined } {
  const elements = fields.children.filter((c) => c.name === 'FieldRef' || c.name === 'CategoricalPredictor');
  if (elements.length === 0) fields.refuse('it has no fields');
  checkCount(fields, 'numberOfFields', elements.length, 'fields');
  const plain = elements.every((c) => c.name === 'FieldRef');
  const components = elements.map((child): ((frame: Frame) => number) => {
    const field = scope.field(child.need(child.name === 'FieldRef' ? 'field' : 'name'), child);
    const { read, name, dataType } = field;
    const missing = (): never => {
      throw new RecordError(name, undefined, 'a value', 'missing');
    };
    if (child.name === 'FieldRef') numberField(field, child);
    if (child.name === 'FieldRef') return (frame) => numberOf(read(frame)) ?? missing();
    const text = child.need('value');
    const key = isNumeric(dataType) ? keyOf(parseLiteral(dataType, text, child)) : text;
    const coefficient = child.number('coefficient', 1);
    return (frame) => {
      const value = read(frame);
      return value === undefined ? missing() : keyOf(value) === key ? coefficient : 0;
    };
  });
  return {
    // The components' fields, where each is one field as it is.
    fields: plain ? elements.map((c) => scope.field(c.need('field'), c)) : undefined,
    size: components.length,
    read: (frame, out) => {
      for (let i = 0; i < components.length; i++) out[i] = (components[i] as (f: Frame) => number)(frame);
    },
  };
}

const ARRAYS: ReadonlySet<string> = new Set(['Array', 'REAL-SparseArray']);

/** The `VectorInstance`s by id, one row of a matrix each. */
export function readInstances(dictionary: XmlElement, size: number): Map<string, Float64Array> {
  const out = new Map<string, Float64Array>();
  for (const element of dictionary.all('VectorInstance')) {
    const id = element.need('id');
    if (out.has(id)) element.refuse(`the id ${JSON.stringify(id)} is used twice`);
    const array = element.oneOf(ARRAYS);
    const vector = readDense(array ?? element.refuse('it has no array'), size);
    if (vector.length !== size) element.refuse(`it has ${vector.length} components, not ${size}`);
    out.set(id, vector);
  }
  checkCount(dictionary, 'numberOfVectors', out.size, 'vectors');
  return out;
}
