import type { Frame, Reader } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { compileCox } from './cox.js';
import { compileDesign } from './design.js';
import type { InverseLink } from './links.js';
import { inverseCumulativeLink, inverseLink } from './links.js';

const TYPES = [
  'regression',
  'generalLinear',
  'multinomialLogistic',
  'ordinalMultinomial',
  'generalizedLinear',
  'CoxRegression',
] as const;

/** GeneralRegressionModel (PMML 4.4, "General Regression"). */
export function compileGeneralRegressionModel(context: ModelContext): CompiledModel {
  const { element, functionName } = context;
  element.need('modelType');
  const type = element.choice('modelType', TYPES) as (typeof TYPES)[number];
  if (functionName === 'regression') {
    if (type === 'CoxRegression') return compileCox(context, compilePredictors(context));
    if (type === 'generalizedLinear') return regression(context, inverseLink(element));
    if (type === 'regression' || type === 'generalLinear') return regression(context, undefined);
  } else if (functionName === 'classification') {
    if (type === 'generalizedLinear') return binomial(context);
    if (type === 'multinomialLogistic') return multinomial(context);
    if (type === 'ordinalMultinomial') return ordinal(context);
  }
  return element.refuse(`modelType="${type}" with functionName="${functionName}"`);
}

/** Linear predictors of one row by target category ('' = common to all), or undefined where a predictor is missing. */
export interface Predictors {
  /** Target categories of the PCells, in order of appearance. */
  readonly categories: readonly string[];
  /** One linear predictor per entry of `categories` (one, where there are none), offset not added. */
  evaluate(frame: Frame): Float64Array | undefined;
  /** The linear predictors at given regressors, by parameter. */
  at(x: (parameter: string) => number): Float64Array;
}

function compilePredictors(context: ModelContext): Predictors {
  const { element, target } = context;
  const cells = element.needChild('ParamMatrix').all('PCell');
  const parameters = [...new Set(cells.map((c) => c.need('parameterName')))];
  const key = (text: string): string => (target === undefined ? text : categoryKey(target.dataType, text));
  const categories = [...new Set(cells.flatMap((c) => c.attr('targetCategory') ?? []).map(key))];
  const width = parameters.length;
  const rows = Math.max(categories.length, 1);
  const weights = new Float64Array(rows * width);
  for (const cell of cells) {
    const beta = cell.needNumber('beta');
    const column = parameters.indexOf(cell.need('parameterName'));
    const category = cell.attr('targetCategory');
    for (let row = 0; row < rows; row++) {
      if (category === undefined || categories[row] === key(category)) {
        weights[row * width + column] = (weights[row * width + column] as number) + beta;
      }
    }
  }
  const design = compileDesign(context, parameters);
  const combine = (x: Float64Array): Float64Array => {
    const y = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0, at = row * width; i < width; i++, at++)
        sum += (weights[at] as number) * (x[i] as number);
      y[row] = sum;
    }
    return y;
  };
  return {
    categories,
    evaluate(frame) {
      const x = new Float64Array(width);
      return design.fill(frame, x) ? combine(x) : undefined;
    },
    at: (x) => combine(Float64Array.from(parameters, x)),
  };
}

/** A number given by a field or by an attribute: `offset…`, `trials…`. */
function variable({ element, scope }: ModelContext, name: 'offset' | 'trials'): Reader | undefined {
  const field = element.attr(`${name}Variable`);
  if (field !== undefined) return scope.field(field, element).read;
  const constant = element.number(`${name}Value`);
  return constant === undefined ? undefined : () => constant;
}

/** Reads a `variable` for a row; undefined = missing. */
function amount(read: Reader | undefined, frame: Frame, absent: number): number | undefined {
  return read === undefined ? absent : numberOf(read(frame));
}

function regression(context: ModelContext, inverse: InverseLink | undefined): CompiledModel {
  const predictors = compilePredictors(context);
  if (predictors.categories.length > 1)
    context.element.refuse('it has parameters for several target categories');
  const offset = variable(context, 'offset');
  const trials = variable(context, 'trials');
  return {
    evaluate: (frame) => {
      const y = predictors.evaluate(frame)?.[0];
      const shift = amount(offset, frame, 0);
      const factor = amount(trials, frame, 1);
      if (y === undefined || shift === undefined || factor === undefined) return { value: undefined };
      return { value: (inverse === undefined ? y + shift : inverse(y + shift)) * factor };
    },
  };
}

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
  return {
    categories: keys,
    evaluate: (frame) => {
      const y = predictors.evaluate(frame);
      const shift = amount(offset, frame, 0);
      if (y === undefined || shift === undefined) return { value: undefined };
      const p = new Float64Array(keys.length);
      for (let i = 0; i < p.length; i++) {
        const at = source[i] as number;
        p[i] = at < 0 ? 0 : (y[at] as number) + shift;
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

function multinomial(context: ModelContext): CompiledModel {
  const predictors = compilePredictors(context);
  const { keys, source } = targetCategories(context, predictors.categories);
  refuseOdd(context.element, source);
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

/** generalizedLinear: the link gives the probability of one category, the reference category has the rest. */
function binomial(context: ModelContext): CompiledModel {
  const { element } = context;
  const inverse = inverseLink(element);
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
    y[1 - given] = 1 - (y[given] as number);
    return winner(y);
  });
}

/** ordinalMultinomial: the link gives the probability of a category or one below it. */
function ordinal(context: ModelContext): CompiledModel {
  const { element } = context;
  const inverse = inverseCumulativeLink(element);
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
      y[i] = upTo - below;
      below = upTo;
    }
    y[last] = 1 - below;
    return winner(y);
  });
}
