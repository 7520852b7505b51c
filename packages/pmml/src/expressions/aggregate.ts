import type { Scope } from '../fields/scope.js';
import type { Value } from '../types/value.js';
import { keyOf, numberOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';

const FUNCTIONS = ['count', 'sum', 'average', 'min', 'max', 'multiset'] as const;

/**
 * `Aggregate` over the values of a field in one record. A record brings several where its field is a list (the
 * rows of a group); a single value is a list of one.
 */
export function compileAggregate(element: XmlElement, scope: Scope): Expression {
  element.need('function');
  const name = element.choice('function', FUNCTIONS) as (typeof FUNCTIONS)[number];
  if (element.attr('sqlWhere') !== undefined) element.refuse('sqlWhere is not supported');
  const group = element.attr('groupField');
  if (group !== undefined) scope.field(group, element);
  const { read, dataType } = scope.field(element.need('field'), element);
  return {
    dataType: name === 'count' ? 'integer' : name === 'average' ? 'double' : dataType,
    read: (frame) => {
      const value = read(frame);
      // A field that is missing has no values to count; an empty list has none, and that many.
      if (value === undefined) return undefined;
      const list = (Array.isArray(value) ? (value as readonly Value[]) : [value]).filter(
        (v) => v !== undefined,
      );
      return aggregate(name, list);
    },
  };
}

/** One aggregate of values that are present; missing where there are none to aggregate. */
export function aggregate(name: (typeof FUNCTIONS)[number], list: readonly Value[]): Value {
  if (name === 'count') return list.length;
  if (name === 'multiset') return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (list.length === 0) return undefined;
  const numbers = list.map((v) => numberOf(v) as number);
  switch (name) {
    case 'sum':
      return numbers.reduce((a, b) => a + b, 0);
    case 'average':
      return numbers.reduce((a, b) => a + b, 0) / numbers.length;
    case 'min':
      return numbers.reduce((a, b) => Math.min(a, b));
    case 'max':
      return numbers.reduce((a, b) => Math.max(a, b));
  }
}
