import { castReader, checkOutcomes } from '../expressions/cast.js';
import type { Expression } from '../expressions/contract.js';
import type { DataType } from '../types/data-type.js';
import { dataTypeOf, defaultOpType, opTypeOf, parseLiteral } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import { compileInterval } from './data-dictionary.js';
import { deriveForBlocks } from './derive-for-blocks.js';
import type { Field } from './field.js';
import { inInterval } from './field.js';
import { Layout } from './frame.js';
import { Scope } from './scope.js';

export type CompileExpression = (element: XmlElement, scope: Scope) => Expression;

export const EXPRESSIONS: ReadonlySet<string> = new Set([
  'Constant',
  'FieldRef',
  'NormContinuous',
  'NormDiscrete',
  'Discretize',
  'MapValues',
  'TextIndex',
  'Apply',
  'Aggregate',
  'Lag',
]);

/** Declares every `DerivedField` below a `TransformationDictionary` or `LocalTransformations`. */
export function declareDerivedFields(element: XmlElement, scope: Scope, compile: CompileExpression): void {
  for (const child of element.all('DerivedField')) declareDerivedField(child, scope, compile);
}

export function declareDerivedField(element: XmlElement, scope: Scope, compile: CompileExpression): void {
  const name = element.need('name');
  if (scope.declares(name)) element.refuse(`field ${JSON.stringify(name)} is declared twice`);
  scope.declare(name, () => compileDerivedField(element, scope, compile));
}

/**
 * Compiles the fields below an element that nobody has asked for, so that a fault in one shows at load. They take no
 * place in the frames of rows.
 */
export function checkUnused(element: XmlElement, scope: Scope, compile: CompileExpression): void {
  const apart = new Scope(new Layout(), scope);
  for (const child of element.all('DerivedField')) {
    if (!scope.isUsed(child.need('name'))) declareDerivedField(child, apart, compile);
  }
  apart.compileAll();
}

/** One `DerivedField` (those of neural inputs have no name). */
export function compileDerivedField(element: XmlElement, scope: Scope, compile: CompileExpression): Field {
  const body = element.oneOf(EXPRESSIONS) ?? element.refuse('it has no expression that is supported');
  const expression = compile(body, scope);
  const dataType: DataType = dataTypeOf(element) ?? expression.dataType ?? 'double';
  const opType = opTypeOf(element) ?? expression.opType ?? defaultOpType(dataType);
  const categories: Value[] = [];
  const displayValues = new Map<string, string>();
  for (const child of element.all('Value')) {
    const value = parseLiteral(dataType, child.need('value'), child);
    if (child.choice('property', ['valid', 'invalid', 'missing'] as const, 'valid') !== 'valid')
      child.refuse('values of derived fields are valid ones: this property is not supported');
    categories.push(value);
    const display = child.attr('displayValue');
    if (display !== undefined) displayValues.set(keyOf(value), display);
  }
  const name = element.attr('name') ?? '';
  const intervals = element.all('Interval').map(compileInterval);
  checkOutcomes(expression, dataType, body);
  const cast = castReader(expression, dataType, name);
  // A bare reference keeps its own slot; everything else is computed once a row.
  const read = body.name === 'FieldRef' && cast === expression.read ? cast : scope.layout.lazy(cast).read;
  deriveForBlocks(read, expression, dataType, name);
  const judged =
    intervals.length === 0
      ? {}
      : { accepts: (v: Value) => typeof v !== 'number' || intervals.some((each) => inInterval(v, each)) };
  return { name, dataType, opType, read, categories, intervals, displayValues, ...judged };
}
