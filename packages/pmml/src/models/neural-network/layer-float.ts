import { expFloat } from '../../math/exp.js';
import type { Bumps, Layer, Shape } from './layer-shape.js';
import { rowByRow } from './layer-shape.js';

/* Layers of networks in single precision: each step is rounded, and it matters what is added when. */

const round = Math.fround;

/** What stands before the first layer: inputs are rounded as they come in. */
export function roundedInputs(count: number): Layer {
  return rowByRow((activations, base) => {
    for (let i = base; i < base + count; i++) activations[i] = round(activations[i] as number);
  });
}

/** Weighted sums: connections in their order, then the bias. */
export function weightedFloat(activate: (z: number) => number, shape: Shape): Layer {
  const { start, first, from } = shape;
  const weights = shape.weights.map(round);
  const bias = shape.bias.map(round);
  return rowByRow((activations, base) => {
    for (let i = 0; i < bias.length; i++) {
      const end = first[i + 1] as number;
      let z = 0;
      for (let c = first[i] as number; c < end; c++) {
        z = round(z + round((weights[c] as number) * (activations[base + (from[c] as number)] as number)));
      }
      activations[base + start + i] = activate(round(z + (bias[i] as number)));
    }
  });
}

/** Radial neurons: the squares of all distances, then what width and altitude make of them. */
export function radialFloat({ widths, altitudes }: Bumps, { start, first, from, weights }: Shape): Layer {
  const centres = weights.map(round);
  const spreads = Float64Array.from(widths, (w) => round(2 * round(round(w) * round(w))));
  const heights = Float64Array.from(altitudes, (altitude, i) => {
    const connections = (first[i + 1] as number) - (first[i] as number);
    return round(connections * round(Math.log(round(altitude))));
  });
  return rowByRow((activations, base) => {
    for (let i = 0; i < spreads.length; i++) {
      const end = first[i + 1] as number;
      let distance = 0;
      for (let c = first[i] as number; c < end; c++) {
        const d = round((activations[base + (from[c] as number)] as number) - (centres[c] as number));
        distance = round(distance + round(d * d));
      }
      const z = round((heights[i] as number) - round(distance / (spreads[i] as number)));
      activations[base + start + i] = expFloat(z);
    }
  });
}
