const STEPS = 2048;
const SHIFT = 11;
const PER_UNIT = STEPS / Math.LN2;
/** ln 2 / 2048 in two parts: the first has room to be multiplied exactly. */
const HIGH = 0.0003384507708688034;
const LOW = 8.889824211446026e-13;
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, i) => 2 ** (i / STEPS));
const LOWEST = -700;
const POWERS = Float64Array.from({ length: 1021 }, (_, i) => 2 ** -i);

/**
 * e^x for x <= 0, within an ulp or two of `Math.exp`, where that is the time of a whole model: 2^(k/2048) from a
 * table times a short series for the rest (the reduction of Tang, 1989).
 */
export function expNegative(x: number): number {
  if (!(x <= 0 && x >= LOWEST)) return Math.exp(x);
  const k = (x * PER_UNIT - 0.5) | 0;
  const r = x - k * HIGH - k * LOW;
  const series = r * (1 + r * (0.5 + r * (1 / 6)));
  const fraction = FRACTIONS[k & (STEPS - 1)] as number;
  return (fraction + fraction * series) * (POWERS[-(k >> SHIFT)] as number);
}
