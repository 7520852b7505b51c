import type { Kernel } from './kernel.js';
import { products } from './products.js';

/** Vectors that are worked on side by side; the last group of them is filled up with zeros. */
export const LANES = 4;

/** How far the square of a distance may be off, as a share of the kernel's value, before it is computed directly. */
const TOLERANCE = 1e-12;

/** Kernel values of rows with every vector. */
export interface KernelValues {
  /** The vectors in groups of LANES, component after component; the last group is filled up with zeros. */
  readonly matrix: Float64Array;
  /** Components of a vector. */
  readonly size: number;
  readonly kernel: Kernel;
  /** Of kernels of a distance: what distances are found by. */
  readonly distances: Distances | undefined;
  /** Numbers that a row takes in the result: the vectors, and zeros up to a whole group. */
  readonly stride: number;
  /** `rows` holds `count` vectors one after another; `out[r * stride + v]` becomes row `r`'s value with vector `v`. */
  fill(rows: Float64Array, count: number, out: Float64Array): void;
}

export interface Distances {
  /** Squared norms of the vectors, zeros up to a whole group. */
  readonly norms: Float64Array;
  readonly largest: number;
  /** From here on a row's norm and the largest would drown the distance between them. */
  readonly bound: number;
}

export function kernelValues(vectors: readonly Float64Array[], size: number, kernel: Kernel): KernelValues {
  const stride = Math.ceil(vectors.length / LANES) * LANES;
  // Group after group, component by component: what is needed together lies together.
  const matrix = new Float64Array(stride * size);
  vectors.forEach((vector, v) => {
    const base = Math.floor(v / LANES) * LANES * size + (v % LANES);
    for (let i = 0; i < size; i++) matrix[base + i * LANES] = vector[i] as number;
  });
  const { apply } = kernel;
  if (kernel.of === 'product') {
    return {
      ...{ matrix, size, kernel, stride },
      distances: undefined,
      fill: (rows, count, out) => {
        products(matrix, size, rows, count, out, stride);
        for (let v = 0; v < count * stride; v++) out[v] = apply(out[v] as number);
      },
    };
  }
  const norms = Float64Array.from({ length: stride }, (_, v) =>
    squares(vectors[v] ?? new Float64Array(size), 0, size),
  );
  const largest = norms.reduce((a, b) => Math.max(a, b), 0);
  const bound = TOLERANCE / (kernel.slope * Number.EPSILON * 2 * (size + 2));
  return {
    ...{ matrix, size, kernel, stride },
    distances: { norms, largest, bound },
    // |x - v|² = |x|² + |v|² - 2 x·v, unless the norms would drown the difference.
    fill: (rows, count, out) => {
      products(matrix, size, rows, count, out, stride);
      for (let r = 0; r < count; r++) {
        const norm = squares(rows, r * size, size);
        const from = r * stride;
        if (norm + largest < bound) {
          for (let v = 0; v < stride; v++)
            out[from + v] = apply(norm + (norms[v] as number) - 2 * (out[from + v] as number));
        } else {
          distances(matrix, size, rows, r * size, out, from, stride);
          for (let v = from; v < from + stride; v++) out[v] = apply(out[v] as number);
        }
      }
    },
  };
}

function squares(x: Float64Array, from: number, size: number): number {
  let sum = 0;
  for (let i = from; i < from + size; i++) sum += (x[i] as number) * (x[i] as number);
  return sum;
}

function distances(
  matrix: Float64Array,
  size: number,
  rows: Float64Array,
  from: number,
  out: Float64Array,
  to: number,
  stride: number,
): void {
  for (let v = 0, at = 0; v < stride; v += LANES) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < size; i++, at += LANES) {
      const c = rows[from + i] as number;
      const d0 = c - (matrix[at] as number);
      const d1 = c - (matrix[at + 1] as number);
      const d2 = c - (matrix[at + 2] as number);
      const d3 = c - (matrix[at + 3] as number);
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    out[to + v] = s0;
    out[to + v + 1] = s1;
    out[to + v + 2] = s2;
    out[to + v + 3] = s3;
  }
}
