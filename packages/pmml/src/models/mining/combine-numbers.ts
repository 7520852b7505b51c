import type { Frame } from '../../fields/frame.js';
import { numberOf } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { numbersBlock } from './ensemble-block.js';
import type { Method, MissingTreatment } from './methods.js';
import { medianOf, weightedMedianOf } from './methods.js';
import type { Segment } from './segments.js';
import { isActive, runSegment } from './segments.js';

const MISSING: ModelResult = { value: undefined };

/** Regression ensembles: one number of the segments' numbers. */
export function combineNumbers(
  { element, math }: ModelContext,
  segments: readonly Segment[],
  method: Method,
  treatment: MissingTreatment,
): CompiledModel {
  const reduce = reducer(method, math === 'float' ? Math.fround : (v) => v);
  if (reduce === undefined) element.refuse(`multipleModelMethod="${method}" is not for numbers`);
  return {
    block: (columns) => numbersBlock(segments, reduce as Reduce, columns),
    evaluate: (frame: Frame): ModelResult => {
      const values: number[] = [];
      const weights: number[] = [];
      for (const segment of segments) {
        if (!isActive(segment, frame)) continue;
        const value = numberOf(runSegment(segment, frame).value);
        if (value === undefined) {
          if (treatment === 'skipSegment') continue;
          return MISSING;
        }
        values.push(value);
        weights.push(segment.weight);
      }
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
