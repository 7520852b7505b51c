export const METHODS = [
  'majorityVote',
  'weightedMajorityVote',
  'average',
  'weightedAverage',
  'median',
  'weightedMedian',
  'max',
  'sum',
  'weightedSum',
  'selectFirst',
  'selectAll',
  'modelChain',
  'x-multiModelChain',
] as const;
export type Method = (typeof METHODS)[number];

/** What becomes of a segment that has no prediction for a row. */
export const MISSING_TREATMENTS = ['continue', 'skipSegment', 'returnMissing'] as const;
export type MissingTreatment = (typeof MISSING_TREATMENTS)[number];

/** Methods that the weights of segments matter to. */
export const WEIGHTED: ReadonlySet<Method> = new Set<Method>([
  'weightedMajorityVote',
  'weightedAverage',
  'weightedMedian',
  'weightedSum',
]);

/** Middle of the values, the mean of two middles. */
export function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

/** The value at which half of the weight is reached. */
export function weightedMedianOf(values: readonly number[], weights: readonly number[]): number {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const half = weights.reduce((a, b) => a + b, 0) / 2;
  let sum = 0;
  for (const i of order) {
    sum += weights[i] as number;
    if (sum >= half) return values[i] as number;
  }
  return values[order.at(-1) as number] as number;
}
