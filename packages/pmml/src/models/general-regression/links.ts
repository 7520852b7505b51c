import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';
import { INVERSE_LINKS, INVERSE_LINKS_FLOAT } from '../regression/normalization.js';
import { inverseLinkFloat } from './links-float.js';

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
export type Link = (typeof LINKS)[number];
const CUMULATIVE = ['logit', 'probit', 'cloglog', 'loglog', 'cauchit'] as const;

/** Inverse of attribute `linkFunction` (generalizedLinear), with its `linkParameter` or `distParameter`. */
export function inverseLink({ element, math }: ModelContext): InverseLink {
  element.need('linkFunction');
  const name = element.choice('linkFunction', LINKS) as Link;
  return math === 'float' ? inverseLinkFloat(name, element) : inDouble(name, element);
}

function inDouble(name: Link, model: XmlElement): InverseLink {
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
export function inverseCumulativeLink({ element, math }: ModelContext): InverseLink {
  element.need('cumulativeLink');
  const links = math === 'float' ? INVERSE_LINKS_FLOAT : INVERSE_LINKS;
  return links[element.choice('cumulativeLink', CUMULATIVE) as (typeof CUMULATIVE)[number]];
}
