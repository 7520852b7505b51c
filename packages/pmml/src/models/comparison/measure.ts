import type { Frame } from '../../fields/frame.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';
import { aggregateFloat } from './aggregate-float.js';
import type { ComparedField } from './compared-field.js';

/** A `ComparisonMeasure` over compared fields. Rows and references are encoded values; NaN is missing. */
export interface Measure {
  /** Whether more means nearer. */
  readonly isSimilarity: boolean;
  /** Reads and encodes the fields of a row; undefined where all of them are missing. */
  row(frame: Frame): Float64Array | undefined;
  /** Compares a row with the reference that begins at `at`. NaN where the two share no present value. */
  compare(row: Float64Array, references: Float64Array, at: number): number;
}

const METRICS = new Set([
  'euclidean',
  'squaredEuclidean',
  'chebychev',
  'cityBlock',
  'minkowski',
  'simpleMatching',
  'jaccard',
  'tanimoto',
  'binarySimilarity',
]);

/** @param missingWeights `MissingValueWeights`, by field; all 1 where there are none */
export function compileMeasure(
  element: XmlElement,
  fields: readonly ComparedField[],
  missingWeights: Float64Array | undefined,
  math: ModelContext['math'],
): Measure {
  element.need('kind');
  const kind = element.choice('kind', ['distance', 'similarity'] as const);
  const metric = element.oneOf(METRICS) ?? element.refuse('it has no measure that is supported');
  const float = math === 'float';
  const missing = missingWeights ?? new Float64Array(fields.length).fill(1);
  const compare = isBinary(metric.name)
    ? binary(fields.length, (float ? matchingFloat : matchingScore)(metric))
    : float
      ? aggregateFloat(metric.name, powerOf(metric), fields, missing)
      : aggregate(metric, fields, missing);
  return {
    isSimilarity: kind === 'similarity',
    compare,
    row(frame) {
      const row = new Float64Array(fields.length);
      let present = false;
      for (let i = 0; i < row.length; i++) {
        const { field, encoder } = fields[i] as ComparedField;
        const value = field.read(frame);
        if (value === undefined) row[i] = Number.NaN;
        else {
          present = true;
          row[i] = encoder.value(value);
        }
      }
      return present ? row : undefined;
    },
  };
}

/** Distances: a sum or maximum over the present fields, scaled up for those that are missing. */
function aggregate(
  metric: XmlElement,
  fields: readonly ComparedField[],
  missing: Float64Array,
): Measure['compare'] {
  const n = fields.length;
  const weights = Float64Array.from(fields, (f) => f.weight);
  const total = missing.reduce((a, b) => a + b, 0);
  const functions = fields.map((f) => f.compare);
  const differences = fields.every((f) => f.isDifference);
  const isMaximum = metric.name === 'chebychev';
  const p = powerOf(metric);
  const finish = rootOf(metric.name, p);
  return (row, references, at) => {
    let sum = 0;
    let present = 0;
    let skipped = false;
    for (let i = 0; i < n; i++) {
      const x = row[i] as number;
      const y = references[at + i] as number;
      if (Number.isNaN(x) || Number.isNaN(y)) {
        skipped = true;
        continue;
      }
      present += missing[i] as number;
      const c = differences ? Math.abs(x - y) : (functions[i] as (a: number, b: number) => number)(x, y);
      const term = (weights[i] as number) * (p === 2 ? c * c : p === 1 ? c : c ** p);
      if (isMaximum) sum = Math.max(sum, term);
      else sum += term;
    }
    return finish(skipped ? sum * (total / present) : sum);
  };
}

function powerOf(metric: XmlElement): number {
  if (metric.name === 'minkowski') return metric.needNumber('p-parameter');
  return metric.name.toLowerCase().includes('euclidean') ? 2 : 1;
}

function rootOf(name: string, p: number): (sum: number) => number {
  if (name === 'euclidean') return Math.sqrt;
  if (name === 'minkowski') return (sum) => sum ** (1 / p);
  return (sum) => sum;
}

type Counts = (a11: number, a10: number, a01: number, a00: number) => number;

function isBinary(name: string): boolean {
  return (
    name === 'simpleMatching' || name === 'jaccard' || name === 'tanimoto' || name === 'binarySimilarity'
  );
}

/** Similarities of fields that are 1 or 0, from how often both, one or neither is 1. */
function matchingScore(metric: XmlElement): Counts {
  switch (metric.name) {
    case 'simpleMatching':
      return (a11, a10, a01, a00) => (a11 + a00) / (a11 + a10 + a01 + a00);
    case 'jaccard':
      return (a11, a10, a01) => a11 / (a11 + a10 + a01);
    case 'tanimoto':
      return (a11, a10, a01, a00) => (a11 + a00) / (a11 + 2 * (a10 + a01) + a00);
    default: {
      const weight = (letter: string, cell: string): number =>
        metric.needNumber(`${letter}${cell}-parameter`);
      const [c11, c10, c01, c00] = ['11', '10', '01', '00'].map((cell) => weight('c', cell)) as [
        number,
        number,
        number,
        number,
      ];
      const [d11, d10, d01, d00] = ['11', '10', '01', '00'].map((cell) => weight('d', cell)) as [
        number,
        number,
        number,
        number,
      ];
      return (a11, a10, a01, a00) =>
        (c11 * a11 + c10 * a10 + c01 * a01 + c00 * a00) / (d11 * a11 + d10 * a10 + d01 * a01 + d00 * a00);
    }
  }
}

/** The same in single precision: counts are exact, weights and their sums are not. */
function matchingFloat(metric: XmlElement): Counts {
  const round = Math.fround;
  if (metric.name !== 'binarySimilarity') {
    const score = matchingScore(metric);
    return (a11, a10, a01, a00) => round(score(a11, a10, a01, a00));
  }
  const weighted = (letter: string): Counts => {
    const [w11, w10, w01, w00] = ['11', '10', '01', '00'].map((cell) =>
      round(metric.needNumber(`${letter}${cell}-parameter`)),
    ) as [number, number, number, number];
    return (a11, a10, a01, a00) =>
      round(round(round(round(w11 * a11) + round(w10 * a10)) + round(w01 * a01)) + round(w00 * a00));
  };
  const [above, below] = [weighted('c'), weighted('d')];
  return (...counts) => round(above(...counts) / below(...counts));
}

function binary(n: number, score: Counts): Measure['compare'] {
  return (row, references, at) => {
    let [a11, a10, a01, a00] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = row[i] as number;
      const y = references[at + i] as number;
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      if (x === 1) {
        if (y === 1) a11++;
        else a10++;
      } else if (y === 1) a01++;
      else a00++;
    }
    return score(a11, a10, a01, a00);
  };
}
