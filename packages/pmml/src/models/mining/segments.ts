import { Scope } from '../../fields/scope.js';
import type { Predicate } from '../../predicates/contract.js';
import { predicateChild } from '../../predicates/parse.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext, ScoredModel } from '../contract.js';
import { MODEL_ELEMENTS } from '../model-elements.js';

/** One `Segment`, compiled. */
export interface Segment {
  readonly id: string | undefined;
  readonly weight: number;
  /** Undefined where it is `True`. */
  readonly predicate: Predicate | undefined;
  readonly scored: ScoredModel;
  readonly element: XmlElement;
}

const SCOPES = new WeakMap<ModelContext, Scope>();

/** The scope that segments are compiled in: the model's own, with the outputs of earlier segments. */
export function segmentScope(context: ModelContext): Scope {
  let scope = SCOPES.get(context);
  if (scope === undefined) {
    scope = new Scope(context.scope.layout, context.scope);
    SCOPES.set(context, scope);
  }
  return scope;
}

/** Compiles a segment once and drops its elements. */
export function compileSegment(context: ModelContext, element: XmlElement): Segment {
  if (element.compiled !== undefined) return element.compiled as Segment;
  const scope = segmentScope(context);
  const test = predicateChild(element);
  const model = element.firstOf(MODEL_ELEMENTS) ?? element.refuse('it holds no model');
  const segment: Segment = {
    id: element.attr('id'),
    weight: element.number('weight', 1),
    predicate: test.name === 'True' ? undefined : context.predicate(test, scope),
    scored: context.nested(model, scope),
    element,
  };
  for (const { field } of segment.scored.outputs) {
    if (!scope.declares(field.name)) scope.declare(field.name, field);
  }
  element.compiled = segment;
  element.children.length = 0;
  return segment;
}
