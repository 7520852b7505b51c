import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import { EXPRESSIONS } from '../../fields/transformations.js';
import type { Predicate } from '../../predicates/contract.js';
import { TRUE } from '../../predicates/contract.js';
import { parsePredicate, predicateChild } from '../../predicates/parse.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, FeatureReader, ModelContext, ModelResult } from '../contract.js';
import type { Difference } from './reason-codes.js';
import { differenceOf, firstCode, rankCodes } from './reason-codes.js';
import type { PlainCharacteristic } from './scorecard-block.js';
import { scorecardBlock } from './scorecard-block.js';

interface ScorecardResult extends ModelResult {
  /** Points by reason code; NaN for codes of no attribute that scored. */
  readonly points: readonly number[];
}

interface Attribute {
  readonly element: XmlElement;
  readonly predicate: Predicate;
  readonly partial: (frame: Frame) => number | undefined;
  /** Where it is a number of the model. */
  readonly score: number | undefined;
  /** Index of its reason code, or -1. */
  readonly code: number;
}

interface Characteristic {
  readonly element: XmlElement;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly baseline: number;
}

/** Scorecard (PMML 4.4, "Scorecard"). */
export function compileScorecard(context: ModelContext): CompiledModel<ScorecardResult> {
  const { element, math } = context;
  if (context.functionName !== 'regression') element.refuse(`functionName="${context.functionName}"`);
  element.choice('baselineMethod', ['max', 'min', 'mean', 'neutral', 'other'] as const);
  const float = math === 'float';
  const add = float ? addFloat : addDouble;
  const initial = element.number('initialScore', 0);
  const useCodes = element.boolean('useReasonCodes', true);
  const difference = differenceOf(element);
  const common = element.number('baselineScore');
  const codes: string[] = [];
  const characteristics = element
    .needChild('Characteristics')
    .all('Characteristic')
    .map((c) => compileCharacteristic(c, context, useCodes, codes, common));
  const start = float ? Math.fround(initial) : initial;
  return {
    block: (columns) => {
      // Kernels for blocks add in double precision.
      const plain = float ? undefined : plainCharacteristics(characteristics, context, difference);
      return plain === undefined ? undefined : scorecardBlock(plain, initial, codes, columns);
    },
    evaluate: (frame) => {
      let score = start;
      const points: number[] = [];
      for (let i = 0; i < codes.length; i++) points.push(Number.NaN);
      for (const { name, attributes, baseline } of characteristics) {
        const attribute = scoring(attributes, frame);
        const partial = attribute?.partial(frame);
        if (attribute === undefined || partial === undefined) {
          throw new RecordError(
            name,
            undefined,
            'values that an attribute of the characteristic scores',
            'computation',
          );
        }
        score = add(score, partial);
        const { code } = attribute;
        if (code < 0) continue;
        const before = points[code] as number;
        points[code] = add(Number.isNaN(before) ? 0 : before, difference(partial, baseline));
      }
      return { value: score, points };
    },
    output: (spec): FeatureReader<ScorecardResult> | undefined => {
      if (spec.feature !== 'reasonCode') return undefined;
      if (!useCodes) spec.element.refuse('the scorecard has no reason codes');
      if (spec.rank === 0) return ({ points }) => rankCodes(points).map((code) => codes[code]);
      if (spec.rank === 1) return ({ points }) => codes[firstCode(points)];
      return ({ points }) => codes[rankCodes(points)[spec.rank - 1] ?? -1];
    },
  };
}

function addDouble(sum: number, points: number): number {
  return sum + points;
}

/** In single precision what is added is rounded, and so is the sum: nearly as many points are a tie of reason codes. */
function addFloat(sum: number, points: number): number {
  return Math.fround(sum + Math.fround(points));
}

/** Undefined where a partial score is an expression. */
function plainCharacteristics(
  characteristics: readonly Characteristic[],
  { scope }: ModelContext,
  difference: Difference,
): PlainCharacteristic[] | undefined {
  if (characteristics.some(({ attributes }) => attributes.some((a) => a.score === undefined)))
    return undefined;
  return characteristics.map(({ element, attributes, baseline }) => ({
    element,
    predicates: attributes.map((a) => parsePredicate(predicateChild(a.element), scope)),
    partials: attributes.map((a) => a.score as number),
    points: attributes.map((a) => difference(a.score as number, baseline)),
    codes: attributes.map((a) => a.code),
  }));
}

/** The first attribute whose predicate holds. */
function scoring(attributes: readonly Attribute[], frame: Frame): Attribute | undefined {
  for (const attribute of attributes) if (attribute.predicate(frame) === TRUE) return attribute;
  return undefined;
}

function compileCharacteristic(
  element: XmlElement,
  context: ModelContext,
  useCodes: boolean,
  codes: string[],
  common: number | undefined,
): Characteristic {
  const indexOf = (code: string): number =>
    codes.includes(code) ? codes.indexOf(code) : codes.push(code) - 1;
  const ownCode = element.attr('reasonCode');
  const baseline = element.number('baselineScore') ?? common;
  const attributes = element.all('Attribute').map((child): Attribute => {
    const code = child.attr('reasonCode') ?? ownCode;
    if (useCodes && code === undefined) child.refuse('it has no reason code');
    const score =
      child.child('ComplexPartialScore') === undefined ? child.needNumber('partialScore') : undefined;
    return {
      element: child,
      score,
      predicate: context.predicate(predicateChild(child)),
      partial: partialScore(child, context),
      code: useCodes && code !== undefined ? indexOf(code) : -1,
    };
  });
  if (attributes.length === 0) element.refuse('it has no Attribute');
  if (useCodes && baseline === undefined) element.refuse('it has no baseline score');
  return { element, name: element.attr('name') ?? '', attributes, baseline: baseline ?? 0 };
}

function partialScore(element: XmlElement, context: ModelContext): Attribute['partial'] {
  const complex = element.child('ComplexPartialScore');
  if (complex === undefined) {
    const score = element.needNumber('partialScore');
    return () => score;
  }
  const body = complex.oneOf(EXPRESSIONS) ?? complex.refuse('it has no expression that is supported');
  const { read, constant } = context.expression(body);
  if (constant !== undefined && Number.isNaN(numberOf(constant)))
    body.refuse(`${JSON.stringify(constant)} is not a number`);
  return (frame) => numberOf(read(frame));
}
