/** Weights of a split are percent: whole numbers that sum to this. */
export const WHOLE = 100;

/**
 * Spreads `total` over `weights` in their proportion, in whole numbers: what rounding leaves goes to the largest
 * remainders, earlier ones first. When all weights are 0 the last one gets everything. `weights` is not empty.
 */
export function shareWeights(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((all, each) => all + each, 0);
  if (sum === 0) return weights.map((_, index) => (index === weights.length - 1 ? total : 0));
  const exact = weights.map((weight) => (weight * total) / sum);
  const shares = exact.map(Math.floor);
  let rest = total - shares.reduce((all, each) => all + each, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (rest === 0) break;
    shares[index] = (shares[index] as number) + 1;
    rest--;
  }
  return shares;
}
