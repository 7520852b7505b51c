import { compileInterval } from '../fields/data-dictionary.js';
import { inInterval } from '../fields/field.js';
import type { Scope } from '../fields/scope.js';
import { dataTypeOf } from '../types/data-type.js';
import { numberOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';
import type { Expression } from './contract.js';
import { literal } from './literal.js';
import { optional } from './map-values.js';
import { ofField } from './of-field.js';

/** `Discretize`: the first bin whose interval holds the number. */
export function compileDiscretize(element: XmlElement, scope: Scope): Expression {
  const field = scope.field(element.need('field'), element);
  const dataType = dataTypeOf(element, 'string');
  const bins = element.all('DiscretizeBin').map((bin) => ({
    interval: compileInterval(bin.needChild('Interval')),
    value: literal(dataType, bin.need('binValue')),
  }));
  const missing = optional(element, 'mapMissingTo', dataType);
  const fallback = optional(element, 'defaultValue', dataType);
  const derived = ofField(field, dataType, (given) => {
    const x = numberOf(given);
    if (x === undefined) return missing;
    for (const { interval, value } of bins) if (inInterval(x, interval)) return value;
    return fallback;
  });
  return { ...derived, outcomes: [...bins.map((b) => b.value), missing, fallback] };
}
