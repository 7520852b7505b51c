import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import { EXPRESSIONS } from '../../fields/transformations.js';
import type { Predicate } from '../../predicates/contract.js';
import { TRUE } from '../../predicates/contract.js';
import { predicateChild } from '../../predicates/parse.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, FeatureReader, ModelContext, ModelResult } from '../contract.js';
import { differenceOf, rankCodes } from './reason-codes.js';

interface ScorecardResult extends ModelResult {
  /** Points by reason code, in the order of the card. */
  readonly points: ReadonlyMap<string, number>;
}

interface Attribute {
  readonly predicate: Predicate;
  readonly partial: (frame: Frame) => number | undefined;
  readonly code: string | undefined;
}

interface Characteristic {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly baseline: number | undefined;
}

/** Scorecard (PMML 4.4, "Scorecard"). */
export function compileScorecard(context: ModelContext): CompiledModel<ScorecardResult> {
  const { element } = context;
  const initial = element.number('initialScore', 0);
  const useCodes = element.boolean('useReasonCodes', true);
  const difference = differenceOf(element);
  const characteristics = element
    .needChild('Characteristics')
    .all('Characteristic')
    .map((c) => compileCharacteristic(c, context, useCodes));
  const none: ReadonlyMap<string, number> = new Map();
  return {
    evaluate: (frame) => {
      let score = initial;
      const points = useCodes ? new Map<string, number>() : none;
      for (const { name, attributes, baseline } of characteristics) {
        const attribute = attributes.find((a) => a.predicate(frame) === TRUE);
        const partial = attribute?.partial(frame);
        if (attribute === undefined || partial === undefined) {
          throw new RecordError(
            name,
            undefined,
            'values that an attribute of the characteristic scores',
            'computation',
          );
        }
        score += partial;
        if (useCodes && attribute.code !== undefined && baseline !== undefined) {
          const lost = difference(partial, baseline);
          (points as Map<string, number>).set(attribute.code, (points.get(attribute.code) ?? 0) + lost);
        }
      }
      return { value: score, points };
    },
    output: (spec): FeatureReader<ScorecardResult> | undefined => {
      if (spec.feature !== 'reasonCode') return undefined;
      if (!useCodes) spec.element.refuse('the scorecard has no reason codes');
      const at = spec.rank - 1;
      return ({ points }) => (spec.rank === 0 ? rankCodes(points) : rankCodes(points)[at]);
    },
  };
}

function compileCharacteristic(
  element: XmlElement,
  context: ModelContext,
  useCodes: boolean,
): Characteristic {
  const ownCode = element.attr('reasonCode');
  const baseline = element.number('baselineScore') ?? context.element.number('baselineScore');
  const attributes = element.all('Attribute').map((child): Attribute => {
    const code = child.attr('reasonCode') ?? ownCode;
    if (useCodes && code === undefined) child.refuse('it has no reason code');
    return {
      predicate: context.predicate(predicateChild(child)),
      partial: partialScore(child, context),
      code,
    };
  });
  if (useCodes && baseline === undefined) element.refuse('it has no baseline score');
  return { name: element.attr('name') ?? '', attributes, baseline };
}

function partialScore(element: XmlElement, context: ModelContext): Attribute['partial'] {
  const complex = element.child('ComplexPartialScore');
  if (complex === undefined) {
    const score = element.needNumber('partialScore');
    return () => score;
  }
  const body = complex.firstOf(EXPRESSIONS) ?? complex.refuse('it has no expression that is supported');
  const { read } = context.expression(body);
  return (frame) => numberOf(read(frame));
}
