import { expFloat } from '../../math/exp.js';
import { softmaxFloat } from '../regression/normalization.js';
import type { Activation, Normalization } from './activation.js';

const round = Math.fround;

/** Activation functions in single precision, every step rounded. */
export function activationFloat(
  name: Exclude<Activation, 'radialBasis'>,
  threshold: number,
  leakage = 0,
): (z: number) => number {
  const limit = round(threshold);
  const leak = round(leakage);
  const pi = round(Math.PI);
  switch (name) {
    case 'threshold':
      return (z) => (z > limit ? 1 : 0);
    case 'logistic':
      return (z) => round(1 / round(1 + expFloat(-z)));
    case 'tanh':
      return (z) => round(Math.tanh(z));
    case 'identity':
      return (z) => z;
    case 'exponential':
      return expFloat;
    case 'reciprocal':
      return (z) => round(1 / z);
    case 'square':
      return (z) => round(z * z);
    case 'Gauss':
      return (z) => expFloat(-round(z * z));
    case 'sine':
      return (z) => round(Math.sin(z));
    case 'cosine':
      return (z) => round(Math.cos(z));
    case 'Elliott':
      return (z) => round(z / round(1 + Math.abs(z)));
    case 'arctan':
      return (z) => round((2 * round(Math.atan(z))) / pi);
    case 'rectifier':
      return leak === 0 ? (z) => Math.max(0, z) : (z) => (z > 0 ? z : round(leak * z));
  }
}

/** Normalises the outputs of a layer in place, every step rounded. */
export function normalizeLayerFloat(method: Normalization, values: Float64Array): void {
  if (method === 'softmax') softmaxFloat(values);
  if (method !== 'simplemax') return;
  let sum = 0;
  for (const v of values) sum = round(sum + v);
  for (let i = 0; i < values.length; i++) values[i] = round((values[i] as number) / sum);
}
