import type { Kernel } from './kernel.js';

/** Vectors that are worked on side by side: each sum waits for its own last addition only. */
const LANES = 4;

/**
 * Kernel values of a row with every vector. Vectors lie in groups of four, component by component; the last group
 * is filled up with zeros.
 */
export function kernelValues(
  vectors: readonly Float64Array[],
  size: number,
  kernel: Kernel,
): (x: Float64Array) => Float64Array {
  const groups = Math.ceil(vectors.length / LANES);
  const matrix = new Float64Array(groups * LANES * size);
  vectors.forEach((vector, v) => {
    const base = Math.floor(v / LANES) * LANES * size + (v % LANES);
    for (let i = 0; i < size; i++) matrix[base + i * LANES] = vector[i] as number;
  });
  const out = new Float64Array(groups * LANES);
  const fill = kernel.of === 'distance' ? distances : products;
  const { apply } = kernel;
  return (x) => {
    fill(matrix, size, x, out);
    for (let v = 0; v < vectors.length; v++) out[v] = apply(out[v] as number);
    return out;
  };
}

function distances(matrix: Float64Array, size: number, x: Float64Array, out: Float64Array): void {
  for (let v = 0, at = 0; v < out.length; v += LANES) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < size; i++, at += LANES) {
      const c = x[i] as number;
      const d0 = c - (matrix[at] as number);
      const d1 = c - (matrix[at + 1] as number);
      const d2 = c - (matrix[at + 2] as number);
      const d3 = c - (matrix[at + 3] as number);
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    out[v] = s0;
    out[v + 1] = s1;
    out[v + 2] = s2;
    out[v + 3] = s3;
  }
}

function products(matrix: Float64Array, size: number, x: Float64Array, out: Float64Array): void {
  for (let v = 0, at = 0; v < out.length; v += LANES) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < size; i++, at += LANES) {
      const c = x[i] as number;
      s0 += c * (matrix[at] as number);
      s1 += c * (matrix[at + 1] as number);
      s2 += c * (matrix[at + 2] as number);
      s3 += c * (matrix[at + 3] as number);
    }
    out[v] = s0;
    out[v + 1] = s1;
    out[v + 2] = s2;
    out[v + 3] = s3;
  }
}
