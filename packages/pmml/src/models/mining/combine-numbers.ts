import type { Frame } from '../../fields/frame.js';
import { numberOf } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import type { Method, MissingTreatment } from './methods.js';
import { medianOf, weightedMedianOf } from './methods.js';
import { refuseNothing, tooManyMissing } from './missing-share.js';
import type { Segment } from './segments.js';
import { isActive, runSegment } from './segments.js';

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
  const unit = method.startsWith('weighted') ? undefined : 1;
  const reduce = reducer(method, math === 'float' ? Math.fround : (v) => v);
  if (reduce === undefined) element.refuse(`multipleModelMethod="${method}" is not for numbers`);
  const summed = method === 'sum' || method === 'weightedSum';
  return {
    evaluate: (frame: Frame): ModelResult => {
      const values: number[] = [];
      const weights: number[] = [];
      let [present, missing] = [0, 0];
      let incomplete = false;
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const value = numberOf(runSegment(segment, frame).value);
        if (value === undefined) {
          if (treatment === 'returnMissing') return MISSING;
          incomplete = true;
          missing += unit ?? segment.weight;
          continue;
        }
        present += unit ?? segment.weight;
        values.push(value);
        weights.push(segment.weight);
      }
      // Where the ensemble goes on every segment has run by then: an output may ask for any of them.
      if (incomplete && treatment === 'continue') return MISSING;
      if (tooManyMissing(missing, present, threshold)) return MISSING;
      if (present === 0 && missing > 0) return summed ? NOTHING : refuseNothing(element);
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
