import type { Expression } from '../../expressions/contract.js';
import type { Frame } from '../../fields/frame.js';
import type { Scope } from '../../fields/scope.js';
import { EXPRESSIONS } from '../../fields/transformations.js';
import { numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';

/** The distribution of a continuous node; its parameters may be expressions of other fields. */
export interface Density {
  /** Density at `x`; NaN where a parameter is missing. */
  at(x: number, frame: Frame): number;
  mean(frame: Frame): number;
}

/** The one `ContinuousDistribution` below an element. */
export function compileDensity(parent: XmlElement, context: ModelContext, scope: Scope): Density {
  const all = parent.all('ContinuousDistribution');
  const element = all[0] ?? parent.refuse('it has no ContinuousDistribution');
  if (all.length > 1) (all[1] as XmlElement).refuse('mixtures of distributions are not supported');
  const body = element.children[0] ?? element.refuse('it is empty');
  const parameter = (name: string): ((frame: Frame) => number) => {
    const holder = body.needChild(name);
    const expression = holder.oneOf(EXPRESSIONS) ?? holder.refuse('it has no expression');
    const { read, constant }: Expression = context.expression(expression, scope);
    if (constant !== undefined && Number.isNaN(numberOf(constant)))
      expression.refuse(`${JSON.stringify(constant)} is not a number`);
    return (frame) => numberOf(read(frame)) ?? Number.NaN;
  };
  switch (body.name) {
    case 'NormalDistributionForBN':
      return normal(parameter('Mean'), parameter('Variance'));
    case 'LognormalDistributionForBN':
      return logNormal(parameter('Mean'), parameter('Variance'));
    case 'UniformDistributionForBN':
      return uniform(parameter('Lower'), parameter('Upper'));
    case 'TriangularDistributionForBN':
      return triangular(parameter('Mean'), parameter('Lower'), parameter('Upper'));
    default:
      return body.refuse('this distribution is not supported');
  }
}

type Parameter = (frame: Frame) => number;

function gauss(x: number, mean: number, variance: number): number {
  return Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
}

function normal(mean: Parameter, variance: Parameter): Density {
  return { at: (x, frame) => gauss(x, mean(frame), variance(frame)), mean };
}

/** Mean and variance are those of the logarithm. */
function logNormal(mean: Parameter, variance: Parameter): Density {
  return {
    at: (x, frame) => (x > 0 ? gauss(Math.log(x), mean(frame), variance(frame)) / x : 0),
    mean: (frame) => Math.exp(mean(frame) + variance(frame) / 2),
  };
}

function uniform(lower: Parameter, upper: Parameter): Density {
  return {
    at: (x, frame) => {
      const [a, b] = [lower(frame), upper(frame)];
      return x >= a && x <= b ? 1 / (b - a) : 0;
    },
    mean: (frame) => (lower(frame) + upper(frame)) / 2,
  };
}

/** The mode follows from the mean: mean = (lower + mode + upper) / 3. */
function triangular(mean: Parameter, lower: Parameter, upper: Parameter): Density {
  return {
    at: (x, frame) => {
      const [a, b] = [lower(frame), upper(frame)];
      const mode = 3 * mean(frame) - a - b;
      if (x < a || x > b) return 0;
      if (x < mode) return (2 * (x - a)) / ((b - a) * (mode - a));
      return x === mode ? 2 / (b - a) : (2 * (b - x)) / ((b - a) * (b - mode));
    },
    mean,
  };
}
