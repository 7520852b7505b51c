import type { Layer } from './layer-shape.js';

/** A layer whose neurons are all connected to the same consecutive neurons. */
export interface DenseShape {
  /** First neuron of the layer, and of those it reads. */
  readonly start: number;
  readonly origin: number;
  /** Weights of neuron after neuron. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/**
 * Weighted sums in tiles of two rows and four neurons: each weight and activation that is loaded is used several
 * times, and the additions of eight sums overlap. Every sum adds in the order of its connections, as one row alone
 * does.
 */
export function denseLayer(activate: (z: number) => number, shape: DenseShape): Layer {
  const { start, origin, weights, bias } = shape;
  const neurons = bias.length;
  const size = weights.length / neurons;
  return (activations, stride, rows) => {
    let r = 0;
    for (; r + 2 <= rows; r += 2) {
      const base = r * stride;
      let n = 0;
      for (; n + 4 <= neurons; n += 4) {
        tile(activations, base + origin, stride, weights, n * size, size, bias, n, SUMS);
        const to = base + start + n;
        activations[to] = activate(SUMS[0] as number);
        activations[to + 1] = activate(SUMS[1] as number);
        activations[to + 2] = activate(SUMS[2] as number);
        activations[to + 3] = activate(SUMS[3] as number);
        activations[to + stride] = activate(SUMS[4] as number);
        activations[to + stride + 1] = activate(SUMS[5] as number);
        activations[to + stride + 2] = activate(SUMS[6] as number);
        activations[to + stride + 3] = activate(SUMS[7] as number);
      }
      for (; n < neurons; n++) {
        for (let row = 0; row < 2; row++) {
          const at = base + row * stride;
          activations[at + start + n] = activate(
            sum(activations, at + origin, weights, n * size, size, bias[n] as number),
          );
        }
      }
    }
    for (; r < rows; r++) {
      const base = r * stride;
      for (let n = 0; n < neurons; n++) {
        activations[base + start + n] = activate(
          sum(activations, base + origin, weights, n * size, size, bias[n] as number),
        );
      }
    }
  };
}

const SUMS = new Float64Array(8);

function sum(
  activations: Float64Array,
  x: number,
  weights: Float64Array,
  w: number,
  size: number,
  bias: number,
): number {
  let z = bias;
  for (let c = 0; c < size; c++) z += (weights[w + c] as number) * (activations[x + c] as number);
  return z;
}

function tile(
  activations: Float64Array,
  x: number,
  stride: number,
  weights: Float64Array,
  w: number,
  size: number,
  bias: Float64Array,
  n: number,
  out: Float64Array,
): void {
  let a0 = bias[n] as number;
  let a1 = bias[n + 1] as number;
  let a2 = bias[n + 2] as number;
  let a3 = bias[n + 3] as number;
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  const y = x + stride;
  const w1 = w + size;
  const w2 = w1 + size;
  const w3 = w2 + size;
  for (let c = 0; c < size; c++) {
    const u = activations[x + c] as number;
    const v = activations[y + c] as number;
    const k0 = weights[w + c] as number;
    const k1 = weights[w1 + c] as number;
    const k2 = weights[w2 + c] as number;
    const k3 = weights[w3 + c] as number;
    a0 += k0 * u;
    a1 += k1 * u;
    a2 += k2 * u;
    a3 += k3 * u;
    b0 += k0 * v;
    b1 += k1 * v;
    b2 += k2 * v;
    b3 += k3 * v;
  }
  out[0] = a0;
  out[1] = a1;
  out[2] = a2;
  out[3] = a3;
  out[4] = b0;
  out[5] = b1;
  out[6] = b2;
  out[7] = b3;
}
