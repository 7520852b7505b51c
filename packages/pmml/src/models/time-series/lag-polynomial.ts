/** Coefficients of a polynomial in the lag operator B: `p[i]` belongs to B^i. */
export type LagPolynomial = readonly number[];

export function multiply(a: LagPolynomial, b: LagPolynomial): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) out[i + j] = (out[i + j] as number) + x * y;
  }
  return out;
}

/** 1 + sign·(c₁ B^step + c₂ B^2step + …) */
export function lagPolynomial(coefficients: ArrayLike<number>, sign: 1 | -1, step = 1): number[] {
  const out = new Array<number>(coefficients.length * step + 1).fill(0);
  out[0] = 1;
  for (let i = 0; i < coefficients.length; i++) out[(i + 1) * step] = sign * (coefficients[i] as number);
  return out;
}

/** (1 − B)^d (1 − B^period)^D */
export function differencing(d: number, seasonal: number, period: number): number[] {
  let out = [1];
  for (let i = 0; i < d; i++) out = multiply(out, [1, -1]);
  for (let i = 0; i < seasonal; i++) out = multiply(out, lagPolynomial([1], -1, period));
  return out;
}

/** Σ p[i]·x[t − i]; terms before the beginning count as `before`. */
export function applyAt(p: LagPolynomial, x: ArrayLike<number>, t: number, before = 0): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (p[i] as number) * (t >= i ? (x[t - i] as number) : before);
  return sum;
}

/** The first `count` coefficients of numerator / denominator (both begin with 1). */
export function divide(numerator: LagPolynomial, denominator: LagPolynomial, count: number): number[] {
  const out: number[] = [];
  for (let j = 0; j < count; j++) {
    let value = numerator[j] ?? 0;
    for (let i = 1; i < denominator.length && i <= j; i++)
      value -= (denominator[i] as number) * (out[j - i] as number);
    out.push(value);
  }
  return out;
}
