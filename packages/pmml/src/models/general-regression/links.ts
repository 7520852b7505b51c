import type { XmlElement } from '../../xml/element.js';
import { INVERSE_LINKS } from '../regression/normalization.js';

export type InverseLink = (y: number) => number;

const LINKS = [
  'identity',
  'log',
  'logit',
  'probit',
  'cloglog',
  'loglog',
  'cauchit',
  'logc',
  'negbin',
  'oddspower',
  'power',
] as const;
const CUMULATIVE = ['logit', 'probit', 'cloglog', 'loglog', 'cauchit'] as const;

/** Inverse of attribute `linkFunction` (generalizedLinear), with its `linkParameter` or `distParameter`. */
export function inverseLink(model: XmlElement): InverseLink {
  model.need('linkFunction');
  const name = model.choice('linkFunction', LINKS) as (typeof LINKS)[number];
  switch (name) {
    case 'log':
      return Math.exp;
    case 'logc':
      return (y) => 1 - Math.exp(y);
    case 'negbin': {
      const c = model.needNumber('distParameter');
      return (y) => 1 / (c * (Math.exp(-y) - 1));
    }
    case 'oddspower': {
      const d = model.needNumber('linkParameter');
      if (d === 0) return INVERSE_LINKS.logit;
      return (y) => 1 / (1 + (1 + d * y) ** (-1 / d));
    }
    case 'power': {
      const d = model.needNumber('linkParameter');
      return d === 0 ? Math.exp : (y) => y ** (1 / d);
    }
    default:
      return INVERSE_LINKS[name];
  }
}

/** Inverse of attribute `cumulativeLink` (ordinalMultinomial). */
export function inverseCumulativeLink(model: XmlElement): InverseLink {
  model.need('cumulativeLink');
  return INVERSE_LINKS[model.choice('cumulativeLink', CUMULATIVE) as (typeof CUMULATIVE)[number]];
}
