import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';

/** Neighbours of a row as the scoring methods see them: instances, nearest first, and their weights. */
export interface Neighbours {
  readonly at: ArrayLike<number>;
  weight(position: number): number;
}

export const CONTINUOUS = ['average', 'weightedAverage', 'median'] as const;
const CATEGORICAL = ['majorityVote', 'weightedMajorityVote'] as const;

/** Attribute `continuousScoringMethod`: a number from the neighbours' numbers. */
export function continuousMethod(model: XmlElement, values: readonly Value[]): (near: Neighbours) => Value {
  const numbers = Float64Array.from(values, (v) => numberOf(v) ?? Number.NaN);
  switch (model.choice('continuousScoringMethod', CONTINUOUS, 'average')) {
    case 'median':
      return ({ at }) => median(Float64Array.from(at, (i) => numbers[i] as number).sort());
    case 'weightedAverage':
      return ({ at, weight }) => {
        let [sum, total] = [0, 0];
        for (let i = 0; i < at.length; i++) {
          const w = weight(i);
          sum += w * (numbers[at[i] as number] as number);
          total += w;
        }
        return sum / total;
      };
    default:
      return ({ at }) => {
        let sum = 0;
        for (let i = 0; i < at.length; i++) sum += numbers[at[i] as number] as number;
        return sum / at.length;
      };
  }
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

function addDouble(sum: number, weight: number): number {
  return sum + weight;
}

function addFloat(sum: number, weight: number): number {
  return Math.fround(sum + weight);
}

/** Categories of a target with the neighbours' votes for them. */
export interface Ballot {
  readonly categories: readonly string[];
  readonly values: readonly Value[];
  /** Index of the winner and the share of the votes by category. */
  count(near: Neighbours): { winner: number; shares: Float64Array };
}

/**
 * Attribute `categoricalScoringMethod`. Ties go to the category with more training instances, then to the one
 * that comes first in lexical order.
 */
export function categoricalMethod(
  model: XmlElement,
  instances: readonly Value[],
  math: ModelContext['math'],
): Ballot {
  // Sums that are the same as floats are ties.
  const add = math === 'float' ? addFloat : addDouble;
  const weighted =
    model.choice('categoricalScoringMethod', CATEGORICAL, 'majorityVote') === 'weightedMajorityVote';
  const byKey = new Map<string, { value: Value; size: number }>();
  for (const value of instances) {
    if (value === undefined) continue;
    const entry = byKey.get(keyOf(value)) ?? { value, size: 0 };
    entry.size++;
    byKey.set(keyOf(value), entry);
  }
  const ordered = [...byKey].sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1));
  const categories = ordered.map(([key]) => key);
  const position = new Map(categories.map((key, i) => [key, i]));
  const votes = Int32Array.from(instances, (v) =>
    v === undefined ? -1 : (position.get(keyOf(v)) as number),
  );
  return {
    categories,
    values: ordered.map(([, { value }]) => value),
    count: ({ at, weight }) => {
      const shares = new Float64Array(categories.length);
      let total = 0;
      for (let i = 0; i < at.length; i++) {
        const category = votes[at[i] as number] as number;
        if (category < 0) continue;
        const w = weighted ? weight(i) : 1;
        shares[category] = add(shares[category] as number, w);
        total += w;
      }
      let winner = 0;
      for (let i = 0; i < shares.length; i++) {
        if ((shares[i] as number) > (shares[winner] as number)) winner = i;
      }
      for (let i = 0; i < shares.length; i++) shares[i] = (shares[i] as number) / total;
      return { winner: total > 0 ? winner : -1, shares };
    },
  };
}
