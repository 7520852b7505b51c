import type { XmlElement } from '../../xml/element.js';
import { softmax } from '../regression/normalization.js';

export const ACTIVATIONS = [
  'threshold',
  'logistic',
  'tanh',
  'identity',
  'exponential',
  'reciprocal',
  'square',
  'Gauss',
  'sine',
  'cosine',
  'Elliott',
  'arctan',
  'rectifier',
  'radialBasis',
] as const;
export type Activation = (typeof ACTIVATIONS)[number];
export type Normalization = 'none' | 'simplemax' | 'softmax';

/** Activation functions of the specification, over the weighted sum; radialBasis is not one of those. */
export function activationOf(
  name: Exclude<Activation, 'radialBasis'>,
  threshold: number,
  leakage = 0,
): (z: number) => number {
  switch (name) {
    case 'threshold':
      return (z) => (z > threshold ? 1 : 0);
    case 'logistic':
      return (z) => 1 / (1 + Math.exp(-z));
    case 'tanh':
      return Math.tanh;
    case 'identity':
      return (z) => z;
    case 'exponential':
      return Math.exp;
    case 'reciprocal':
      return (z) => 1 / z;
    case 'square':
      return (z) => z * z;
    case 'Gauss':
      return (z) => Math.exp(-z * z);
    case 'sine':
      return Math.sin;
    case 'cosine':
      return Math.cos;
    case 'Elliott':
      return (z) => z / (1 + Math.abs(z));
    case 'arctan':
      return (z) => (2 * Math.atan(z)) / Math.PI;
    case 'rectifier':
      return leakage === 0 ? (z) => Math.max(0, z) : (z) => (z > 0 ? z : leakage * z);
  }
}

export function normalizationOf(element: XmlElement, inherited: Normalization): Normalization {
  return element.choice('normalizationMethod', ['none', 'simplemax', 'softmax'] as const, inherited);
}

/** Normalises the outputs of a layer in place. */
export function normalizeLayer(method: Normalization, values: Float64Array): void {
  if (method === 'softmax') softmax(values);
  if (method !== 'simplemax') return;
  let sum = 0;
  for (const v of values) sum += v;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / sum;
}
