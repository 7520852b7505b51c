import type { Field } from '../fields/field.js';
import { roundingOf } from '../math/rounding.js';
import type { DataType } from '../types/data-type.js';
import { INVALID, opTypeOf, parserOf } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import { keyOf } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';

/** A `Target`: what is done to the raw prediction of one target field. */
export interface TargetRule {
  readonly field: string | undefined;
  /** Rescales, bounds and rounds; a missing prediction gets the default value or the likeliest prior. */
  apply(value: Value): Value;
  /** Priors by category key, for predictions that are missing. */
  readonly priors: ReadonlyMap<string, number>;
  readonly displayValues: ReadonlyMap<string, string>;
}

export function compileTargets(
  model: XmlElement,
  targets: readonly Field[],
  math: 'double' | 'float',
): TargetRule[] {
  const seen = new Set<string | undefined>();
  return (model.child('Targets')?.all('Target') ?? []).map((element) => {
    const name = element.attr('field');
    const field = name === undefined ? targets[0] : targets.find((t) => t.name === name);
    if (field === undefined && targets.length > 0)
      element.refuse(`field ${JSON.stringify(name)} is no target of this model`);
    // Without a target of its own the model has one prediction, which this is about.
    const key = field?.name;
    if (seen.has(key)) element.refuse('its field has a Target already');
    seen.add(key);
    return compileTarget(element, key, field?.dataType, math);
  });
}

function compileTarget(
  element: XmlElement,
  field: string | undefined,
  dataType: DataType | undefined,
  math: 'double' | 'float',
): TargetRule {
  const values = element.all('TargetValue');
  opTypeOf(element);
  const typed = (text: string): Value => {
    const value = dataType === undefined ? INVALID : parserOf(dataType)(text);
    return value === INVALID ? text : value;
  };
  const priors = new Map<string, number>();
  const displayValues = new Map<string, string>();
  const known = new Set<string>();
  let likeliest: Value;
  let highest = -1;
  let fallback: number | undefined;
  for (const child of values) {
    const text = child.attr('value');
    const prior = child.number('priorProbability');
    if (text === undefined) {
      if (prior !== undefined) child.need('value');
      const value = child.number('defaultValue');
      if (value !== undefined && fallback !== undefined) child.refuse('it is the second defaultValue');
      fallback ??= value;
      continue;
    }
    if (child.attr('defaultValue') !== undefined)
      child.refuse('a defaultValue is for numbers: beside a value it has no meaning');
    const value = typed(text);
    if (known.has(keyOf(value))) child.refuse(`value ${JSON.stringify(text)} is there twice`);
    known.add(keyOf(value));
    const display = child.attr('displayValue');
    if (display !== undefined) displayValues.set(keyOf(value), display);
    if (prior === undefined) continue;
    priors.set(keyOf(value), prior);
    if (prior > highest) [likeliest, highest] = [value, prior];
  }
  const whenMissing: Value = fallback ?? likeliest;
  const scale = continuous(element, math);
  return {
    field,
    priors,
    displayValues,
    // A default value is a prediction like any other: it is bounded, rescaled and rounded too.
    apply: (value) => {
      const prediction = value === undefined ? whenMissing : value;
      return typeof prediction === 'number' ? scale(prediction) : prediction;
    },
  };
}

function continuous(element: XmlElement, math: 'double' | 'float'): (value: number) => number {
  const round = roundingOf(math);
  const min = element.number('min', -Infinity);
  const max = element.number('max', Infinity);
  if (min > max) element.refuse('min is above max');
  const constant = round(element.number('rescaleConstant', 0));
  const factor = round(element.number('rescaleFactor', 1));
  const cast = element.choice('castInteger', ['round', 'ceiling', 'floor'] as const);
  if (min === -Infinity && max === Infinity && constant === 0 && factor === 1 && cast === undefined)
    return (v) => v;
  return (value) => {
    const bounded = Math.min(max, Math.max(min, value));
    const scaled = round(round(bounded * factor) + constant);
    switch (cast) {
      case 'round':
        return Math.round(scaled);
      case 'ceiling':
        return Math.ceil(scaled);
      case 'floor':
        return Math.floor(scaled);
      default:
        return scaled;
    }
  };
}
