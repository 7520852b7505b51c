import type { Field } from '../fields/field.js';
import type { Scope } from '../fields/scope.js';
import { isNumeric, parseLiteral } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import { readStrings } from '../xml/arrays.js';
import type { XmlElement } from '../xml/element.js';
import { PREDICATES } from './contract.js';

const OPERATORS = [
  'equal',
  'notEqual',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
  'isMissing',
  'isNotMissing',
] as const;
export type Comparison = Exclude<(typeof OPERATORS)[number], 'isMissing' | 'isNotMissing'>;

/** A predicate with its fields resolved and its literals parsed, before it becomes code or a decision graph. */
export type PredicateTree =
  | { readonly kind: 'constant'; readonly truth: boolean }
  | { readonly kind: 'missing'; readonly field: Field; readonly whenMissing: boolean }
  | { readonly kind: 'compare'; readonly field: Field; readonly op: Comparison; readonly value: Value }
  | { readonly kind: 'set'; readonly field: Field; readonly isIn: boolean; readonly values: readonly Value[] }
  | {
      readonly kind: 'compound';
      readonly op: 'and' | 'or' | 'xor' | 'surrogate';
      readonly parts: readonly PredicateTree[];
    };

/** The predicate child of a Node, Segment, Attribute or rule. */
export function predicateChild(parent: XmlElement): XmlElement {
  return parent.oneOf(PREDICATES) ?? parent.refuse('it has no predicate that is supported');
}

export function parsePredicate(element: XmlElement, scope: Scope): PredicateTree {
  switch (element.name) {
    case 'True':
      return { kind: 'constant', truth: true };
    case 'False':
      return { kind: 'constant', truth: false };
    case 'SimplePredicate':
      return parseSimple(element, scope);
    case 'SimpleSetPredicate':
      return parseSet(element, scope);
    case 'CompoundPredicate':
      return parseCompound(element, scope);
    default:
      return element.refuse('it is no predicate');
  }
}

function parseSimple(element: XmlElement, scope: Scope): PredicateTree {
  element.need('operator');
  const op = element.choice('operator', OPERATORS) as (typeof OPERATORS)[number];
  const field = scope.field(element.need('field'), element);
  if (op === 'isMissing' || op === 'isNotMissing')
    return { kind: 'missing', field, whenMissing: op === 'isMissing' };
  const value = literalOf(field, element.need('value'), element);
  if (field.opType === 'ordinal' && field.categories.length > 0 && op !== 'equal' && op !== 'notEqual') {
    const key = keyOf(value);
    if (field.categories.every((c) => keyOf(c) !== key))
      element.refuse(`${JSON.stringify(key)} is none of the ordered values of ${JSON.stringify(field.name)}`);
  }
  return { kind: 'compare', field, op, value };
}

function parseSet(element: XmlElement, scope: Scope): PredicateTree {
  element.need('booleanOperator');
  const isIn = element.choice('booleanOperator', ['isIn', 'isNotIn'] as const) === 'isIn';
  const field = scope.field(element.need('field'), element);
  const array = element.needChild('Array');
  return {
    kind: 'set',
    field,
    isIn,
    values: readStrings(array).map((text) => literalOf(field, text, array)),
  };
}

/** A literal compared with a field. Text that is no number is kept for numeric categories: it matches nothing. */
function literalOf(field: Field, text: string, element: XmlElement): Value {
  if (isNumeric(field.dataType) && field.opType === 'continuous')
    return parseLiteral(field.dataType, text, element);
  if (field.dataType === 'boolean' && !/^(true|false|[01](\.0*)?)$/i.test(text.trim())) return text;
  return parseLiteral(field.dataType, text, element);
}

function parseCompound(element: XmlElement, scope: Scope): PredicateTree {
  element.need('booleanOperator');
  const op = element.choice('booleanOperator', ['and', 'or', 'xor', 'surrogate'] as const) as 'and';
  const parts = element.children.map((c) => parsePredicate(c, scope));
  if (parts.length < 1) element.refuse('it has no predicates');
  return parts.length === 1 ? (parts[0] as PredicateTree) : { kind: 'compound', op, parts };
}
