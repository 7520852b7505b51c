import type { XmlElement } from '../xml/element.js';
import { logGamma } from './gamma.js';

export const DISTRIBUTIONS: ReadonlySet<string> = new Set([
  'GaussianDistribution',
  'PoissonDistribution',
  'UniformDistribution',
  'AnyDistribution',
]);

/** Logarithm of the density of the continuous distribution below an element. */
export function logDensity(parent: XmlElement): (x: number) => number {
  const element = parent.oneOf(DISTRIBUTIONS) ?? parent.refuse('it has no distribution that is supported');
  switch (element.name) {
    case 'GaussianDistribution': {
      const mean = element.needNumber('mean');
      const variance = element.needNumber('variance');
      if (!(variance > 0)) element.refuse(`variance="${variance}" is not positive`);
      const constant = -0.5 * Math.log(2 * Math.PI * variance);
      return (x) => constant - (x - mean) ** 2 / (2 * variance);
    }
    case 'PoissonDistribution': {
      const mean = element.needNumber('mean');
      if (!(mean > 0)) element.refuse(`mean="${mean}" is not positive`);
      const log = Math.log(mean);
      return (x) => (x >= 0 && Number.isInteger(x) ? x * log - mean - logGamma(x + 1) : -Infinity);
    }
    case 'UniformDistribution': {
      const lower = element.needNumber('lower');
      const upper = element.needNumber('upper');
      if (!(upper > lower)) element.refuse('upper is not above lower');
      const inside = -Math.log(upper - lower);
      return (x) => (x >= lower && x <= upper ? inside : -Infinity);
    }
    default:
      return element.refuse('a distribution without a density');
  }
}

/** Mean and variance of the distribution below an element. */
export function moments(parent: XmlElement): { mean: number; variance: number } {
  const element = parent.oneOf(DISTRIBUTIONS) ?? parent.refuse('it has no distribution that is supported');
  switch (element.name) {
    case 'PoissonDistribution': {
      const mean = element.needNumber('mean');
      return { mean, variance: mean };
    }
    case 'UniformDistribution': {
      const [lower, upper] = [element.needNumber('lower'), element.needNumber('upper')];
      return { mean: (lower + upper) / 2, variance: (upper - lower) ** 2 / 12 };
    }
    default:
      return { mean: element.needNumber('mean'), variance: element.needNumber('variance') };
  }
}
