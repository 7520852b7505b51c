/** A table over discrete variables; the last variable runs fastest. */
export interface Factor {
  readonly variables: readonly number[];
  readonly values: Float64Array;
}

/** Largest table that is made while summing out; beyond it the network is too entangled for exact inference. */
export const MAX_CELLS = 1 << 22;

/**
 * The product of factors with one variable summed out (or none, where `out` is -1).
 * @param sizes number of values by variable
 * @returns undefined where the table would be larger than `MAX_CELLS`
 */
export function combine(
  factors: readonly Factor[],
  out: number,
  sizes: readonly number[],
): Factor | undefined {
  const kept = [...new Set(factors.flatMap((f) => f.variables))].filter((v) => v !== out);
  const order = out < 0 ? kept : [...kept, out];
  const size = (v: number): number => sizes[v] as number;
  const cells = order.reduce((n, v) => n * size(v), 1);
  if (cells > MAX_CELLS) return undefined;
  const inner = out < 0 ? 1 : size(out);
  const values = new Float64Array(cells / inner);
  const strides = factors.map((f) => order.map((v) => strideOf(f, v, sizes)));
  const digits = new Int32Array(order.length);
  const offsets = new Int32Array(factors.length);
  for (let cell = 0; cell < cells; cell++) {
    let product = 1;
    for (let f = 0; f < factors.length; f++)
      product *= (factors[f] as Factor).values[offsets[f] as number] as number;
    const at = (cell / inner) | 0;
    values[at] = (values[at] as number) + product;
    advance(digits, order, sizes, offsets, strides);
  }
  return { variables: kept, values };
}

function strideOf({ variables }: Factor, variable: number, sizes: readonly number[]): number {
  const at = variables.indexOf(variable);
  if (at < 0) return 0;
  return variables.slice(at + 1).reduce((n, v) => n * (sizes[v] as number), 1);
}

/** Counts one cell on, moving each factor's offset along. */
function advance(
  digits: Int32Array,
  order: readonly number[],
  sizes: readonly number[],
  offsets: Int32Array,
  strides: readonly (readonly number[])[],
): void {
  for (let i = order.length - 1; i >= 0; i--) {
    const limit = sizes[order[i] as number] as number;
    const digit = (digits[i] as number) + 1;
    const wraps = digit === limit;
    digits[i] = wraps ? 0 : digit;
    const step = wraps ? 1 - limit : 1;
    for (let f = 0; f < offsets.length; f++) {
      offsets[f] = (offsets[f] as number) + step * ((strides[f] as readonly number[])[i] as number);
    }
    if (!wraps) return;
  }
}

/** Fixes variables to the values that are known (-1 = not known). */
export function restrict({ variables, values }: Factor, known: Int32Array, sizes: readonly number[]): Factor {
  if (!variables.some((v) => (known[v] as number) >= 0)) return { variables, values };
  const kept = variables.filter((v) => (known[v] as number) < 0);
  const whole: Factor = { variables, values };
  let base = 0;
  for (const v of variables) {
    if ((known[v] as number) >= 0) base += (known[v] as number) * strideOf(whole, v, sizes);
  }
  const strides = [kept.map((v) => strideOf(whole, v, sizes))];
  const cells = kept.reduce((n, v) => n * (sizes[v] as number), 1);
  const out = new Float64Array(cells);
  const digits = new Int32Array(kept.length);
  const offsets = Int32Array.of(base);
  for (let cell = 0; cell < cells; cell++) {
    out[cell] = values[offsets[0] as number] as number;
    advance(digits, kept, sizes, offsets, strides);
  }
  return { variables: kept, values: out };
}

/** Sums out every variable but `query`, the cheapest first. */
export function eliminate(
  factors: readonly Factor[],
  query: number,
  sizes: readonly number[],
): Factor | undefined {
  let open = [...factors];
  const hidden = new Set(open.flatMap((f) => f.variables).filter((v) => v !== query));
  const cost = (v: number): number => {
    const scope = new Set(open.filter((f) => f.variables.includes(v)).flatMap((f) => f.variables));
    return [...scope].reduce((n, s) => n * (sizes[s] as number), 1);
  };
  while (hidden.size > 0) {
    const next = [...hidden].reduce((a, b) => (cost(b) < cost(a) ? b : a));
    hidden.delete(next);
    const merged = combine(
      open.filter((f) => f.variables.includes(next)),
      next,
      sizes,
    );
    if (merged === undefined) return undefined;
    open = [...open.filter((f) => !f.variables.includes(next)), merged];
  }
  return combine(open, -1, sizes);
}
