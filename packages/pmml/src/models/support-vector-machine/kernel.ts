import { expNegative } from '../../math/exp.js';
import type { XmlElement } from '../../xml/element.js';

/** A kernel: of the inner product of two vectors, or of the square of their distance. */
export interface Kernel {
  readonly of: 'product' | 'distance';
  /** Of a radial kernel. */
  readonly gamma?: number;
  /** How much of its value a change of its argument by one may change. */
  readonly slope: number;
  readonly apply: (value: number) => number;
}

const KERNELS: ReadonlySet<string> = new Set([
  'LinearKernelType',
  'PolynomialKernelType',
  'RadialBasisKernelType',
  'SigmoidKernelType',
]);

/** The parameters of a model's kernel. */
export interface KernelParameters {
  readonly name: string;
  readonly gamma: number;
  readonly coef0: number;
  readonly degree: number;
}

export function readKernel(model: XmlElement): KernelParameters {
  const element = model.oneOf(KERNELS) ?? model.refuse('it has no kernel that is supported');
  const gamma = element.number('gamma', 1);
  const coef0 = element.number('coef0', 1);
  const degree = element.number('degree', 1);
  return { name: element.name, gamma, coef0, degree };
}

export function compileKernel({ name, gamma, coef0, degree }: KernelParameters): Kernel {
  switch (name) {
    case 'LinearKernelType':
      return { of: 'product', slope: 1, apply: (p) => p };
    case 'PolynomialKernelType':
      return { of: 'product', slope: 1, apply: (p) => (gamma * p + coef0) ** degree };
    case 'RadialBasisKernelType':
      // Rounding may make a small distance negative; none is.
      return {
        of: 'distance',
        gamma,
        slope: Math.abs(gamma),
        apply: (d) => expNegative(-gamma * Math.max(d, 0)),
      };
    default:
      return { of: 'product', slope: 1, apply: (p) => Math.tanh(gamma * p + coef0) };
  }
}
