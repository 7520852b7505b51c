import type { Frame } from '../../fields/frame.js';
import { roundingOf } from '../../math/rounding.js';
import { numberOf } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { numbersBlock } from './ensemble-block.js';
import type { Method, MissingTreatment } from './methods.js';
import { medianOf, WEIGHTED, weightedMedianOf } from './methods.js';
import { MissingShare, refuseNothing } from './missing-share.js';
import type { Segment } from './segments.js';
import { haveFixedWeights, isActive, runSegment, weightOf } from './segments.js';

const MISSING: ModelResult = { value: undefined };
/** The sum of no numbers. */
const NOTHING: ModelResult = { value: 0 };

/** Regression ensembles: one number of the segments' numbers. */
export function combineNumbers(
  { element, math }: ModelContext,
  segments: readonly Segment[],
  method: Method,
  treatment: MissingTreatment,
  threshold: number,
): CompiledModel {
  const reduce = reducer(method, roundingOf(math));
  if (reduce === undefined) element.refuse(`multipleModelMethod="${method}" is not for numbers`);
  const summed = method === 'sum' || method === 'weightedSum';
  const weighted = WEIGHTED.has(method);
  return {
    block: (columns) =>
      weighted && !haveFixedWeights(segments) ? undefined : numbersBlock(segments, reduce as Reduce, columns),
    evaluate: (frame: Frame): ModelResult => {
      const values: number[] = [];
      const weights: number[] = [];
      const share = new MissingShare(threshold);
      let incomplete = false;
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const value = numberOf(runSegment(segment, frame).value);
        const weight = weighted ? weightOf(segment, frame) : 1;
        share.count(weight, value === undefined);
        if (value === undefined) {
          if (treatment === 'returnMissing') return MISSING;
          incomplete = true;
          continue;
        }
        values.push(value);
        weights.push(weight);
      }
      // Where the ensemble goes on every segment has run by then: an output may ask for any of them.
      if (incomplete && treatment === 'continue') return MISSING;
      if (share.isTooLarge()) return MISSING;
      if (share.isAll()) return summed ? NOTHING : refuseNothing(element);
      return values.length === 0 ? MISSING : { value: (reduce as Reduce)(values, weights) };
    },
  };
}

type Reduce = (values: number[], weights: number[]) => number;

function reducer(method: Method, round: (v: number) => number): Reduce | undefined {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => round(a + round(b)), 0);
  const weighted = (values: readonly number[], weights: readonly number[]): number =>
    values.reduce((a, b, i) => round(a + round(round(b) * round(weights[i] as number))), 0);
  switch (method) {
    case 'average':
      return (values) => round(sum(values) / values.length);
    case 'weightedAverage':
      return (values, weights) => round(weighted(values, weights) / sum(weights));
    case 'median':
      return medianOf;
    case 'weightedMedian':
      return weightedMedianOf;
    case 'max':
      return (values) => values.reduce((a, b) => Math.max(a, b));
    case 'sum':
      return sum;
    case 'weightedSum':
      return weighted;
    default:
      return undefined;
  }
}
