import type { OutputSpec } from '../../output/spec.js';
import type { Value } from '../../types/value.js';
import type { FeatureReader, ModelResult } from '../contract.js';

/** Entities of a model (clusters, training instances) as one row sees them. */
export interface RankedResult extends ModelResult {
  /** Affinity by entity index; NaN where there is none. */
  readonly affinities: Float64Array;
  /** The nearest entities, nearest first; filled as far as the model looked. */
  readonly nearest: ArrayLike<number>;
}

/** Indices of the `count` nearest, nearest first, the first of equals first; NaN is never near. */
export function nearestOf(scores: Float64Array, count: number, isSimilarity: boolean): Int32Array {
  const k = Math.min(count, scores.length);
  const found = new Int32Array(k);
  let size = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (Number.isNaN(score)) continue;
    if (size === k && !isNearer(score, scores[found[k - 1] as number] as number, isSimilarity)) continue;
    let at = size < k ? size++ : k - 1;
    while (at > 0 && isNearer(score, scores[found[at - 1] as number] as number, isSimilarity)) {
      found[at] = found[at - 1] as number;
      at--;
    }
    found[at] = i;
  }
  return size === k ? found : found.slice(0, size);
}

function isNearer(a: number, b: number, isSimilarity: boolean): boolean {
  return isSimilarity ? a > b : a < b;
}

/** Readers of entity ids and affinities: by `value` (an id), by `rank`, or as a list (rank 0). */
export function rankedOutput(
  spec: OutputSpec,
  ids: readonly string[],
  rankAll: ((result: RankedResult) => ArrayLike<number>) | undefined,
): FeatureReader<RankedResult> | undefined {
  const read = entityReader(spec, ids);
  if (read === undefined) return undefined;
  const affinity = spec.feature !== 'entityId' && spec.feature !== 'clusterId';
  if (spec.value !== undefined && affinity) {
    const at = ids.indexOf(spec.value);
    if (at < 0) spec.element.refuse(`there is no entity ${JSON.stringify(spec.value)}`);
    return (result) => read(result, at);
  }
  const order = rankAll ?? ((result: RankedResult) => result.nearest);
  if (spec.rank <= 0 || spec.isMultiValued) {
    return (result) => Array.from(order(result), (at) => read(result, at));
  }
  const position = spec.rank - 1;
  return (result) => {
    const at = (position < result.nearest.length ? result.nearest : order(result))[position];
    return at === undefined ? undefined : read(result, at);
  };
}

function entityReader(
  { feature }: OutputSpec,
  ids: readonly string[],
): ((result: RankedResult, at: number) => Value) | undefined {
  switch (feature) {
    case 'entityId':
    case 'clusterId':
      return (_, at) => ids[at];
    case 'affinity':
    case 'entityAffinity':
    case 'clusterAffinity':
      return ({ affinities }, at) => {
        const value = affinities[at];
        return value === undefined || Number.isNaN(value) ? undefined : value;
      };
    default:
      return undefined;
  }
}
