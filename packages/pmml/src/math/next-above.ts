/** The smallest double above `x`: turns `<=` into `<`. */
export function nextAbove(x: number): number {
  if (!Number.isFinite(x)) return x === -Infinity ? -Number.MAX_VALUE : x;
  if (x === 0) return Number.MIN_VALUE;
  SCRATCH[0] = x;
  const bits = BITS[0] as bigint;
  BITS[0] = x > 0 ? bits + 1n : bits - 1n;
  return SCRATCH[0] as number;
}

const SCRATCH = new Float64Array(1);
const BITS = new BigInt64Array(SCRATCH.buffer);
