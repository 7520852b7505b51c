import { numberOf } from '../../types/value.js';
import { readNumbers } from '../../xml/arrays.js';
import type { RankedResult } from '../comparison/ranking.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { MODEL_ELEMENTS } from '../model-elements.js';

const ALGORITHMS = ['iforest', 'ocsvm', 'clustermeandist', 'other'] as const;
const EULER = 0.5772156649015329;

/** AnomalyDetectionModel (PMML 4.4): a model inside, whose prediction becomes an anomaly score. */
export function compileAnomalyDetectionModel(context: ModelContext): CompiledModel {
  const { element, scope } = context;
  const inner = element.oneOf(MODEL_ELEMENTS) ?? element.refuse('it has no model inside');
  const nested = context.nested(inner, scope);
  const score = scorer(context, inner.name, nested.model.categories?.length);
  return {
    evaluate: (frame) => {
      const result = nested.score(frame);
      return { value: score(result), entityId: result.entityId };
    },
  };
}

function scorer(
  { element }: ModelContext,
  inner: string,
  clusters: number | undefined,
): (result: ModelResult) => number | undefined {
  const word = element.need('algorithmType');
  // Producers differ in the case of this word.
  const algorithm = ALGORITHMS.find((a) => a === word.toLowerCase());
  switch (algorithm) {
    case 'iforest': {
      const length = averagePathLength(element.needNumber('sampleDataSize'));
      if (!(length > 0)) element.refuse('sampleDataSize is below 2');
      return ({ value }) => {
        const path = numberOf(value);
        return path === undefined ? undefined : 2 ** (-path / length);
      };
    }
    case 'clustermeandist': {
      if (inner !== 'ClusteringModel')
        element.refuse('algorithmType="clusterMeanDist" needs a ClusteringModel inside');
      const array = element.needChild('MeanClusterDistances').needChild('Array');
      const means = readNumbers(array);
      if (means.length !== clusters)
        array.refuse(`it has ${means.length} distances for ${clusters} clusters`);
      return (result) => {
        const { nearest, affinities } = result as RankedResult;
        const at = nearest[0];
        if (at === undefined) return undefined;
        const mean = means[at];
        return mean === undefined ? undefined : (affinities[at] as number) / mean;
      };
    }
    case 'ocsvm':
    case 'other':
      return ({ value }) => numberOf(value);
    default:
      return element.refuse(
        `algorithmType=${JSON.stringify(word)} is not supported (iforest, ocsvm, clusterMeanDist, other)`,
      );
  }
}

/** Mean path of an unsuccessful search in a binary search tree of `n` samples, which normalises iforest scores. */
function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}
