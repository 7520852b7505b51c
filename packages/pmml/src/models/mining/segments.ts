import { registerSource } from '../../blocks/input.js';
import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import { Scope } from '../../fields/scope.js';
import { compilePredicate } from '../../predicates/compile.js';
import type { Predicate } from '../../predicates/contract.js';
import { TRUE } from '../../predicates/contract.js';
import type { PredicateTree } from '../../predicates/parse.js';
import { parsePredicate, predicateChild } from '../../predicates/parse.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext, ModelResult, ScoredModel } from '../contract.js';
import { MODEL_ELEMENTS } from '../model-elements.js';

/** One `Segment`, compiled. */
export interface Segment {
  readonly id: string | undefined;
  readonly weight: number;
  /** Where a field of the row says its weight (`VariableWeight`). */
  readonly weightOf: ((frame: Frame) => number) | undefined;
  /** Undefined where it is `True`. */
  readonly predicate: Predicate | undefined;
  /** The same, taken apart. */
  readonly test: PredicateTree;
  readonly scored: ScoredModel;
  readonly element: XmlElement;
  /** Slot that keeps the result of the row for Output, or -1. */
  readonly kept: { slot: number };
}

const SCOPES = new WeakMap<ModelContext, Scope>();

/** The scope that segments are compiled in: the model's own, with the outputs of earlier segments. */
export function segmentScope(context: ModelContext): Scope {
  let scope = SCOPES.get(context);
  if (scope === undefined) {
    scope = new Scope(context.scope.layout, context.scope);
    SCOPES.set(context, scope);
    // What they all see, before the first of them.
    const shared = context.element.child('Segmentation')?.child('LocalTransformations');
    if (shared !== undefined) context.transformations(shared, scope);
  }
  return scope;
}

/**
 * Makes an output of a segment visible to the segments after it. Reading one that has no value fails the row: the
 * model it belongs to did not run or has no prediction, and nothing says what to do without.
 */
function declareOutput(field: Field, scope: Scope): void {
  const earlier = scope.declares(field.name) ? scope.find(field.name) : undefined;
  const read = (frame: Frame): Value => {
    const value = field.read(frame);
    if (value !== undefined) return value;
    if (earlier !== undefined) return earlier.read(frame);
    throw new RecordError(field.name, undefined, 'an output of an earlier segment', 'missing');
  };
  registerSource(read, field.read);
  scope.declare(field.name, { ...field, read });
}

/** Whether a segment takes part in this row; UNKNOWN is no. */
export function isActive({ predicate }: Segment, frame: Frame): boolean {
  return predicate === undefined || predicate(frame) === TRUE;
}

/** Whether what segments weigh is the same for every row. */
export function haveFixedWeights(segments: readonly Segment[]): boolean {
  return segments.every((s) => s.weightOf === undefined);
}

/** What a segment weighs in this row. */
export function weightOf({ weight, weightOf: read }: Segment, frame: Frame): number {
  return read === undefined ? weight : read(frame);
}

function variableWeight(segment: XmlElement, scope: Scope): Segment['weightOf'] {
  const element = segment.child('VariableWeight');
  if (element === undefined) return undefined;
  if (segment.attr('weight') !== undefined) element.refuse('its segment has a weight already');
  const { name, read } = scope.field(element.need('field'), element);
  return (frame) => {
    const value = read(frame);
    const weight = numberOf(value);
    if (weight !== undefined && !Number.isNaN(weight)) return weight;
    throw new RecordError(name, value, 'the weight of a segment', value === undefined ? 'missing' : 'type');
  };
}

/** Runs a segment; what an Output points at is kept for it. */
export function runSegment({ scored, kept }: Segment, frame: Frame): ModelResult {
  const result = scored.score(frame);
  if (kept.slot >= 0) frame.values[kept.slot] = result as unknown as Value;
  return result;
}

/** Compiles a segment once and drops its elements. */
export function compileSegment(context: ModelContext, element: XmlElement): Segment {
  if (element.compiled !== undefined) return element.compiled as Segment;
  const scope = segmentScope(context);
  const test = parsePredicate(predicateChild(element), scope);
  const model = element.oneOf(MODEL_ELEMENTS) ?? element.refuse('it holds no model');
  const segment: Segment = {
    id: element.attr('id'),
    weight: element.number('weight', 1),
    weightOf: variableWeight(element, scope),
    predicate: test.kind === 'constant' && test.truth ? undefined : compilePredicate(test),
    test,
    scored: context.nested(model, scope),
    element,
    kept: { slot: -1 },
  };
  for (const { field } of segment.scored.outputs) declareOutput(field, scope);
  element.compiled = segment;
  // Contexts keep their element for its name and line; what it held is not needed any more.
  model.children.length = 0;
  element.children.length = 0;
  return segment;
}
