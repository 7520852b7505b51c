import { expFloat } from '../../math/exp.js';
import type { KernelParameters } from './kernel.js';

const round = Math.fround;

/** A kernel of two vectors in single precision, every step rounded. */
export type KernelFloat = (x: Float64Array, y: Float64Array) => number;

export function compileKernelFloat({ name, ...parameters }: KernelParameters): KernelFloat {
  const gamma = round(parameters.gamma);
  const coef0 = round(parameters.coef0);
  const degree = round(parameters.degree);
  switch (name) {
    case 'LinearKernelType':
      return productFloat;
    case 'PolynomialKernelType':
      return (x, y) => round(round(round(gamma * productFloat(x, y)) + coef0) ** degree);
    case 'RadialBasisKernelType':
      return (x, y) => expFloat(round(-gamma * distanceFloat(x, y)));
    default:
      return (x, y) => round(Math.tanh(round(round(gamma * productFloat(x, y)) + coef0)));
  }
}

/** The inner product. */
export function productFloat(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum = round(sum + round((x[i] as number) * (y[i] as number)));
  return sum;
}

/** The square of the distance: here it has to be summed up, component by component. */
function distanceFloat(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const d = round((x[i] as number) - (y[i] as number));
    sum = round(sum + round(d * d));
  }
  return sum;
}
