import type { Scope } from '../fields/scope.js';
import type { DataType } from '../types/data-type.js';
import { dataTypeOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import { checkColumn, inlineTable, readTable } from '../xml/inline-table.js';
import type { Expression } from './contract.js';
import { literal } from './literal.js';
import { isOfRecord, ofField } from './of-field.js';

const SEPARATOR = '\u0000';

/** `MapValues`: a lookup of one or several fields in an inline table. */
export function compileMapValues(element: XmlElement, scope: Scope): Expression {
  const dataType = dataTypeOf(element, 'string');
  const pairs = element.all('FieldColumnPair').map((pair) => {
    const field = scope.field(pair.need('field'), pair);
    return { field, column: pair.need('column') };
  });
  if (pairs.length === 0) element.refuse('it has no FieldColumnPair');
  const output = element.need('outputColumn');
  const table = new Map<string, Value>();
  const rows = readTable(inlineTable(element));
  for (const { column } of pairs) checkColumn(rows, column, element);
  checkColumn(rows, output, element);
  for (const row of rows) {
    const cells = pairs.map(({ column, field }) => {
      const text = row(column);
      return text === undefined ? undefined : keyOf(literal(field.dataType, text));
    });
    const result = row(output);
    if (result === undefined || cells.includes(undefined)) continue;
    const key = cells.join(SEPARATOR);
    if (!table.has(key)) table.set(key, literal(dataType, result));
  }
  const missing = optional(element, 'mapMissingTo', dataType);
  const fallback = optional(element, 'defaultValue', dataType);
  const find = (key: string): Value => (table.has(key) ? table.get(key) : fallback);
  const [first, ...others] = pairs;
  const outcomes = [...table.values(), missing, fallback];
  if (first !== undefined && others.length === 0) {
    const make = (value: Value): Value => (value === undefined ? missing : find(keyOf(value)));
    return { ...ofField(first.field, dataType, make), outcomes };
  }
  const reads = pairs.map((p) => p.field.read);
  return {
    dataType,
    outcomes,
    ofRecord: pairs.every((p) => isOfRecord(p.field)),
    read: (frame) => {
      let key = '';
      for (let i = 0; i < reads.length; i++) {
        const value = reads[i]?.(frame);
        if (value === undefined) return missing;
        key = i === 0 ? keyOf(value) : key + SEPARATOR + keyOf(value);
      }
      return find(key);
    },
  };
}

/** A literal in an attribute, or missing. */
export function optional(element: XmlElement, name: string, dataType: DataType): Value {
  const text = element.attr(name);
  return text === undefined ? undefined : literal(dataType, text);
}
