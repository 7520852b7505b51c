import type { KernelParameters } from './kernel.js';
import { compileKernelFloat, productFloat } from './kernel-float.js';
import type { Machine } from './machine.js';

const round = Math.fround;

/**
 * The decision values of all machines in single precision, from a row's vector. Kernel values come first, the
 * constant of the machine last. Without `vectors` the machines' coefficients are for the row's vector itself.
 */
export function decisionsFloat(
  machines: readonly Machine[],
  vectors: readonly Float64Array[] | undefined,
  kernel: KernelParameters,
): (vector: Float64Array) => Float64Array {
  const apply = compileKernelFloat(kernel);
  const rounded = vectors?.map((v) => v.map(round));
  const coefficients = machines.map((m) => m.coefficients.map(round));
  const values = new Float64Array(vectors?.length ?? 0);
  const decisions = new Float64Array(machines.length);
  return (vector) => {
    for (let i = 0; i < vector.length; i++) vector[i] = round(vector[i] as number);
    rounded?.forEach((v, i) => {
      values[i] = apply(vector, v);
    });
    machines.forEach(({ support, bias }, m) => {
      const weights = coefficients[m] as Float64Array;
      const sum = rounded === undefined ? productFloat(weights, vector) : weighted(weights, support, values);
      decisions[m] = round(sum + round(bias));
    });
    return decisions;
  };
}

function weighted(weights: Float64Array, support: Int32Array, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < support.length; i++) {
    sum = round(sum + round((weights[i] as number) * (values[support[i] as number] as number)));
  }
  return sum;
}
