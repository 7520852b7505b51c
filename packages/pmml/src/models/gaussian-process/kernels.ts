import { readNumbers } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';

/** A covariance function of two points, and the variance of the noise on what is observed. */
export interface Kernel {
  readonly noiseVariance: number;
  /** Covariance of two points with themselves at distance 0. */
  readonly atZero: number;
  covariance(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number;
}

const KERNELS: ReadonlySet<string> = new Set([
  'RadialBasisKernel',
  'ARDSquaredExponentialKernel',
  'AbsoluteExponentialKernel',
  'GeneralizedExponentialKernel',
]);

export function compileKernel(model: XmlElement, dimensions: number): Kernel {
  const element = model.oneOf(KERNELS) ?? model.refuse('it has no kernel that is supported');
  const gamma = element.number('gamma', 1);
  const scales = lengthScales(element, dimensions);
  const { power, factor } = shapeOf(element);
  return {
    noiseVariance: element.number('noiseVariance', 1),
    atZero: gamma,
    covariance(a, aAt, b, bAt) {
      let sum = 0;
      for (let i = 0; i < dimensions; i++) {
        const d = Math.abs((a[aAt + i] as number) - (b[bAt + i] as number)) / (scales[i] as number);
        sum += power === 2 ? d * d : power === 1 ? d : d ** power;
      }
      return gamma * Math.exp(-factor * sum);
    },
  };
}

/** γ·exp(−factor·Σ (|a − b| / λ)^power) */
function shapeOf(element: XmlElement): { power: number; factor: number } {
  switch (element.name) {
    case 'AbsoluteExponentialKernel':
      return { power: 1, factor: 1 };
    case 'GeneralizedExponentialKernel':
      return { power: element.number('degree', 1), factor: 1 };
    default:
      return { power: 2, factor: 0.5 };
  }
}

function lengthScales(element: XmlElement, dimensions: number): Float64Array {
  const lambda = element.child('Lambda');
  const given = lambda === undefined ? undefined : readNumbers(lambda.needChild('Array'));
  const scales =
    given === undefined || given.length === 1
      ? new Float64Array(dimensions).fill(given?.[0] ?? element.number('lambda', 1))
      : given;
  if (scales.length !== dimensions)
    element.refuse(`it has ${scales.length} length scales for ${dimensions} inputs`);
  if (scales.some((s) => !(s > 0))) element.refuse('a length scale is not positive');
  return scales;
}
