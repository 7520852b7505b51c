/**
 * Computes a layer's neurons from those before it, for rows that lie one after another: the activations of row `r`
 * begin at `r * stride`.
 */
export type Layer = (activations: Float64Array, stride: number, rows: number) => void;

/** A layer for each row by itself: `layer` does the row that begins at `base`. */
export function rowByRow(layer: (activations: Float64Array, base: number) => void): Layer {
  return (activations, stride, rows) => {
    for (let r = 0; r < rows; r++) layer(activations, r * stride);
  };
}

/** What the neurons of a layer are connected to. */
export interface Shape {
  readonly start: number;
  /** Connections of neuron `i`: `first[i]` to `first[i + 1]`. */
  readonly first: Int32Array;
  readonly from: Int32Array;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Widths and heights of the neurons of a radial layer. */
export interface Bumps {
  readonly widths: readonly number[];
  readonly altitudes: readonly number[];
}
