/**
 * Complementary error function, to about 1e-15: the series of erf near 0, the continued fraction of erfc
 * beyond (Abramowitz & Stegun 7.1.6 and 7.1.14, evaluated by Lentz's method).
 */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const z = Math.abs(x);
  if (z < 2.5) return x >= 0 ? 1 - erfSeries(z) : 1 + erfSeries(z);
  const tail = z > 27 ? 0 : erfcFraction(z);
  return x >= 0 ? tail : 2 - tail;
}

export function erf(x: number): number {
  const z = Math.abs(x);
  const value = z < 2.5 ? erfSeries(z) : 1 - erfcFraction(Math.min(z, 27));
  return x < 0 ? -value : value;
}

function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  const square = z * z;
  for (let n = 1; n < 200; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
}

function erfcFraction(z: number): number {
  // erfc(z) = exp(-z²)/√π · 1/(z + (1/2)/(z + (2/2)/(z + (3/2)/(z + …))))
  let fraction = z;
  for (let n = 120; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}

/** Standard normal distribution function. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** Inverse of the standard normal distribution function: bisection, then Newton steps to full precision. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  let low = -40;
  let high = 40;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  let x = (low + high) / 2;
  for (let i = 0; i < 3; i++) {
    const slope = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    if (slope < 1e-300) break;
    x -= (normalCdf(x) - p) / slope;
  }
  return x;
}
