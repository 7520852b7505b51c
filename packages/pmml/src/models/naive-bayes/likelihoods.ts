import type { Field } from '../../fields/field.js';
import { logDensity } from '../../math/densities.js';
import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';
import { densityFloat, logFloat } from './logs-float.js';

/** Adds the log likelihoods of one input's value to `logs`, by category; a missing value adds nothing. */
export type Likelihood = (value: Value, logs: Float64Array) => void;

export interface CategoryIndex {
  readonly size: number;
  /** Index of a target category; undefined where the BayesOutput does not count it. */
  find(text: string): number | undefined;
}

/** `PairCounts`: relative frequencies; those that were never seen count as the threshold. */
export function discreteLikelihood(
  pairs: readonly XmlElement[],
  categories: CategoryIndex,
  threshold: number,
  key: (text: string) => string,
  logOf: (share: number) => number,
): Likelihood {
  const counts = new Map<string, Float64Array>();
  const totals = new Float64Array(categories.size);
  for (const pair of pairs) {
    const row = new Float64Array(categories.size);
    const given = new Set<number>();
    for (const count of pair.needChild('TargetValueCounts').all('TargetValueCount')) {
      const at = categories.find(count.need('value'));
      if (at === undefined) count.refuse('BayesOutput does not count this value');
      else if (given.has(at)) count.refuse('the value is there twice');
      given.add(at as number);
      row[at as number] = count.needNumber('count');
      totals[at as number] = (totals[at as number] as number) + (row[at as number] as number);
    }
    const value = key(pair.need('value'));
    if (counts.has(value)) pair.refuse(`value ${JSON.stringify(value)} is there twice`);
    counts.set(value, row);
  }
  const floor = logOf(threshold);
  for (const row of counts.values()) {
    for (let i = 0; i < row.length; i++) {
      row[i] = (row[i] as number) > 0 ? logOf((row[i] as number) / (totals[i] as number)) : floor;
    }
  }
  return (value, logs) => {
    const row = value === undefined ? undefined : counts.get(keyOf(value));
    if (row === undefined) return;
    for (let i = 0; i < logs.length; i++) logs[i] = (logs[i] as number) + (row[i] as number);
  };
}

/** `TargetValueStats`: a density by category, not below the threshold. */
export function continuousLikelihood(
  stats: XmlElement,
  field: Field,
  categories: CategoryIndex,
  threshold: number,
  math: ModelContext['math'],
): Likelihood {
  if (field.dataType === 'string') stats.refuse(`field ${JSON.stringify(field.name)} is text`);
  const densities = new Array<((x: number) => number) | undefined>(categories.size);
  for (const stat of stats.all('TargetValueStat')) {
    const at = categories.find(stat.need('value'));
    if (at === undefined) stat.refuse('BayesOutput does not count this value');
    else if (densities[at] !== undefined) stat.refuse('the value is there twice');
    else densities[at] = math === 'float' ? densityFloat(logDensity(stat)) : logDensity(stat);
  }
  const floor = (math === 'float' ? logFloat : Math.log)(threshold);
  return (value, logs) => {
    const x = numberOf(value);
    if (x === undefined) return;
    for (let i = 0; i < logs.length; i++) {
      const density = densities[i]?.(x) ?? floor;
      logs[i] = (logs[i] as number) + Math.max(density, floor);
    }
  };
}
