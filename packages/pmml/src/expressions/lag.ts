import type { Scope } from '../fields/scope.js';
import { parseLiteral } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';
import { aggregate } from './aggregate.js';
import type { Expression } from './contract.js';

void parseLiteral;
const AGGREGATES = ['none', 'avg', 'max', 'median', 'min', 'product', 'stddev', 'sum'] as const;

/**
 * `Lag`: the value of a field some records ago. The records of one batch follow each other; before the first of
 * them everything is missing.
 */
export function compileLag(element: XmlElement, scope: Scope): Expression {
  void aggregate;
  void AGGREGATES;
  void scope;
  return element.refuse('this expression is not supported');
}
