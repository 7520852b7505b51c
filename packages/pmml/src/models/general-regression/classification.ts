import { expFloat } from '../../math/exp.js';
import { roundingOf } from '../../math/rounding.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { inverseCumulativeLink, inverseLink } from './links.js';
import type { Predictors } from './predictors.js';
import { amount, compilePredictors, variable } from './predictors.js';

/** Probabilities of categories from linear predictors, in place; gives back the index of the winner. */
type Normalizer = (y: Float64Array) => number;

/** The target's categories in order, and where each one's linear predictor is (-1 = the reference category). */
function targetCategories(
  { element, target }: ModelContext,
  given: readonly string[],
): { keys: string[]; source: Int32Array } {
  const attribute = element.attr('targetReferenceCategory');
  const reference =
    attribute === undefined || target === undefined ? attribute : categoryKey(target.dataType, attribute);
  let keys = target?.categories.map(keyOf) ?? [];
  if (keys.length === 0) {
    keys = [...given];
    if (reference !== undefined && !keys.includes(reference)) keys.push(reference);
  }
  if (reference !== undefined && !keys.includes(reference))
    element.refuse(`targetReferenceCategory ${JSON.stringify(reference)} is not declared`);
  for (const key of given)
    if (!keys.includes(key)) element.refuse(`target category ${JSON.stringify(key)} is not declared`);
  return { keys, source: Int32Array.from(keys, (key) => given.indexOf(key)) };
}

function classification(
  context: ModelContext,
  predictors: Predictors,
  keys: readonly string[],
  source: Int32Array,
  normalize: Normalizer,
): CompiledModel {
  const values: Value[] = keys.map((key) => context.category(key));
  const offset = variable(context, 'offset');
  const add =
    context.math === 'float'
      ? (y: number, shift: number) => Math.fround(y + Math.fround(shift))
      : (y: number, shift: number) => y + shift;
  return {
    categories: keys,
    evaluate: (frame) => {
      const y = predictors.evaluate(frame);
      const shift = amount(offset, frame, 0);
      if (y === undefined || shift === undefined) return { value: undefined };
      const p = new Float64Array(keys.length);
      for (let i = 0; i < p.length; i++) {
        const at = source[i] as number;
        p[i] = at < 0 ? 0 : add(y[at] as number, shift);
      }
      return { value: values[normalize(p)], probabilities: p };
    },
    // A probability that overflowed is NaN, which the standard reading would call missing.
    output: (spec) => {
      if (spec.feature !== 'probability') return undefined;
      const index = spec.value === undefined ? -1 : keys.indexOf(keyOf(context.category(spec.value)));
      if (index < 0) return undefined;
      return (result: ModelResult) => result.probabilities?.[index];
    },
  };
}

/** Index of the largest, the first of equals. What overflowed (NaN) is larger than any number. */
function winner(p: Float64Array): number {
  let best = 0;
  for (let i = 0; i < p.length; i++) {
    const v = p[i] as number;
    if (Number.isNaN(v)) return i;
    if (v > (p[best] as number)) best = i;
  }
  return best;
}

function refuseOdd(element: XmlElement, source: Int32Array): void {
  const without = source.filter((s) => s < 0).length;
  if (without > 1) element.refuse('more than one target category has no parameters');
}

/** multinomialLogistic: e^η, shared out; the reference category has η = 0. */
export function multinomial(context: ModelContext): CompiledModel {
  const predictors = compilePredictors(context);
  const { keys, source } = targetCategories(context, predictors.categories);
  refuseOdd(context.element, source);
  if (context.math === 'float')
    return classification(context, predictors, keys, source, sharesFloat(source.indexOf(-1)));
  return classification(context, predictors, keys, source, (y) => {
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      y[i] = Math.exp(y[i] as number);
      sum += y[i] as number;
    }
    for (let i = 0; i < y.length; i++) y[i] = (y[i] as number) / sum;
    return winner(y);
  });
}

/** The same in single precision, every step rounded; the reference category is the last one to be added. */
function sharesFloat(reference: number): Normalizer {
  const round = Math.fround;
  return (y) => {
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      if (i === reference) continue;
      y[i] = expFloat(y[i] as number);
      sum = round(sum + (y[i] as number));
    }
    if (reference >= 0) {
      y[reference] = 1;
      sum = round(sum + 1);
    }
    for (let i = 0; i < y.length; i++) y[i] = round((y[i] as number) / sum);
    return winner(y);
  };
}

/** generalizedLinear: the link gives the probability of one category, the reference category has the rest. */
export function binomial(context: ModelContext): CompiledModel {
  const { element } = context;
  const inverse = inverseLink(context);
  const round = roundingOf(context.math);
  const predictors = compilePredictors(context);
  const { keys, source } = targetCategories(context, predictors.categories);
  if (keys.length !== 2) element.refuse(`linkFunction is for 2 target categories, here are ${keys.length}`);
  if (predictors.categories.length === 0) {
    // Parameters without targetCategory are for the category that is not the reference, or the last one.
    const reference = element.attr('targetReferenceCategory');
    const at = reference !== undefined && keys[1] === keyOf(context.category(reference)) ? 0 : 1;
    source[at] = 0;
  }
  refuseOdd(element, source);
  const given = source[0] === -1 ? 1 : 0;
  return classification(context, predictors, keys, source, (y) => {
    y[given] = inverse(y[given] as number);
    y[1 - given] = round(1 - (y[given] as number));
    return winner(y);
  });
}

/** ordinalMultinomial: the link gives the probability of a category or one below it. */
export function ordinal(context: ModelContext): CompiledModel {
  const { element } = context;
  const inverse = inverseCumulativeLink(context);
  const round = roundingOf(context.math);
  const predictors = compilePredictors(context);
  const { keys, source } = targetCategories(context, predictors.categories);
  const last = keys.length - 1;
  for (let i = 0; i < last; i++) {
    if ((source[i] as number) < 0)
      element.refuse(`target category ${JSON.stringify(keys[i])} has no parameters`);
  }
  return classification(context, predictors, keys, source, (y) => {
    let below = 0;
    for (let i = 0; i < last; i++) {
      const upTo = inverse(y[i] as number);
      y[i] = round(upTo - below);
      below = upTo;
    }
    y[last] = round(1 - below);
    return winner(y);
  });
}
