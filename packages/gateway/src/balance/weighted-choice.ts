/** One thing to choose, with its running score. */
export interface Weighted {
  readonly weight: number;
  /** Written by `chooseWeighted` only. */
  score: number;
}

/**
 * Smooth weighted round robin: every choice adds each weight to its score, takes the highest and charges it
 * the total. Over one round everyone is chosen exactly `weight` times, and the choices of one are spread
 * out (5:1:1 gives a a b a c a a). Things with weight 0 are never chosen; undefined when nothing is left.
 */
export function chooseWeighted<T extends Weighted>(
  things: readonly T[],
  eligible: (thing: T) => boolean,
): T | undefined {
  let best: T | undefined;
  let total = 0;
  for (const thing of things) {
    if (thing.weight === 0 || !eligible(thing)) continue;
    total += thing.weight;
    thing.score += thing.weight;
    if (best === undefined || thing.score > best.score) best = thing;
  }
  if (best !== undefined) best.score -= total;
  return best;
}
