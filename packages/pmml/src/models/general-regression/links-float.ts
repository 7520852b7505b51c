import { expFloat } from '../../math/exp.js';
import type { XmlElement } from '../../xml/element.js';
import { INVERSE_LINKS_FLOAT } from '../regression/normalization.js';
import type { InverseLink, Link } from './links.js';

const round = Math.fround;

/** Inverse links in single precision, every step rounded. */
export function inverseLinkFloat(name: Link, model: XmlElement): InverseLink {
  switch (name) {
    case 'log':
      return expFloat;
    case 'logc':
      return (y) => round(1 - expFloat(y));
    case 'negbin': {
      const c = round(model.needNumber('distParameter'));
      return (y) => round(1 / round(c * round(expFloat(-y) - 1)));
    }
    case 'oddspower': {
      const d = round(model.needNumber('linkParameter'));
      if (d === 0) return INVERSE_LINKS_FLOAT.logit;
      const exponent = round(-1 / d);
      return (y) => round(1 / round(1 + round(round(1 + round(d * y)) ** exponent)));
    }
    case 'power': {
      const d = round(model.needNumber('linkParameter'));
      const exponent = round(1 / d);
      return d === 0 ? expFloat : (y) => round(y ** exponent);
    }
    default:
      return INVERSE_LINKS_FLOAT[name];
  }
}
