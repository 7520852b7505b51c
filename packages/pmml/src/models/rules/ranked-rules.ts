import type { OutputSpec } from '../../output/spec.js';
import type { Value } from '../../types/value.js';

/** What a rule is to a row. */
export const NO_FIT = 0;
/** Its antecedent was seen, its consequent not. */
export const OPEN = 1;
/** Both were seen. */
export const COMPLETE = 2;

/** Rules in rank order; equals stay in document order, those without the measure (NaN) come last. */
export function rankRules(measure: ArrayLike<number>, direction: OutputSpec['rankOrder']): Int32Array {
  const sign = direction === 'descending' ? -1 : 1;
  const keys = Float64Array.from(measure, (m) => (Number.isNaN(m) ? Infinity : sign * m));
  const order = Array.from(keys, (_, i) => i).sort((a, b) => {
    const [x, y] = [keys[a] as number, keys[b] as number];
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  return Int32Array.from(order);
}

/** The first `limit` rules, in rank order, that an algorithm selects. */
export function selectRules(
  order: Int32Array,
  fits: Uint8Array,
  algorithm: OutputSpec['algorithm'],
  limit: number,
): number[] {
  const found: number[] = [];
  for (const i of order) {
    if (found.length >= limit) break;
    const fit = fits[i] as number;
    const takes =
      algorithm === 'recommendation'
        ? fit !== NO_FIT
        : fit === (algorithm === 'exclusiveRecommendation' ? OPEN : COMPLETE);
    if (takes) found.push(i);
  }
  return found;
}

/** Reads a feature off the rule of a rank, or off all of them as a list (rank 0, or several values asked for). */
export function readRanked(
  { rank, isMultiValued, algorithm }: OutputSpec,
  order: Int32Array,
  read: (rule: number) => Value,
): (fits: Uint8Array) => Value {
  if (isMultiValued || rank <= 0) {
    const limit = rank <= 0 ? Infinity : rank;
    return (fits) => selectRules(order, fits, algorithm, limit).map(read);
  }
  return (fits) => {
    const at = selectRules(order, fits, algorithm, rank)[rank - 1];
    return at === undefined ? undefined : read(at);
  };
}
