const SHIFT = 11;
const STEPS = 2 ** SHIFT;

/** Constants of the reduction, for those who do the same steps in other ways. */
export const EXP = {
  /** The table holds 2^(i / steps). */
  steps: STEPS,
  /** log2 of `steps`. */
  shift: SHIFT,
  perUnit: STEPS / Math.LN2,
  /** 1.5 · 2^52: adding it rounds to a whole number, which the low bits then hold. */
  rounder: 6755399441055744,
  /** ln 2 / 2048 in two parts: the first has room to be multiplied exactly. */
  high: 0.0003384507708688034,
  low: 8.889824211446026e-13,
  /** What is below counts as 0: it is less than 1e-304. */
  lowest: -700,
  fractions: Float64Array.from({ length: STEPS }, (_, i) => 2 ** (i / STEPS)),
} as const;

const { perUnit, rounder, high, low, lowest, fractions } = EXP;
const POWERS = Float64Array.from({ length: 1021 }, (_, i) => 2 ** -i);

/**
 * e^x for x <= 0, within an ulp or two of `Math.exp`, where that is the time of a whole model: 2^(k/2048) from a
 * table times a short series for the rest (the reduction of Tang, 1989). 0 below -700.
 */
export function expNegative(x: number): number {
  if (!(x <= 0 && x >= lowest)) return x < lowest ? 0 : Math.exp(x);
  const turns = x * perUnit + rounder - rounder;
  const r = x - turns * high - turns * low;
  const k = turns | 0;
  const series = r * (1 + r * (0.5 + r * (1 / 6)));
  const fraction = fractions[k & (STEPS - 1)] as number;
  return (fraction + fraction * series) * (POWERS[-(k >> SHIFT)] as number);
}

/** The e of `x-mathContext="float"`: seven decimals. */
const FLOAT_E = 2.7182817;

/**
 * e^x in single precision. The extension that asks for it is the reference evaluator's, whose e this is: the
 * last digits depend on it.
 */
export function expFloat(x: number): number {
  return Math.fround(FLOAT_E ** x);
}
