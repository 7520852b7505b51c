import type { Field } from '../../fields/field.js';
import { Scope } from '../../fields/scope.js';
import { compileDerivedField } from '../../fields/transformations.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import { indexOfMax, softmax, softmaxFloat } from '../regression/normalization.js';
import type { CategoryIndex, Likelihood } from './likelihoods.js';
import { continuousLikelihood, discreteLikelihood } from './likelihoods.js';
import { addedFloat, logFloat } from './logs-float.js';

interface Input {
  readonly field: Field;
  readonly likelihood: Likelihood;
}

/** NaiveBayesModel (PMML 4.4, "Naive Bayes Models"). Sums of logarithms stand for the products. */
export function compileNaiveBayesModel(context: ModelContext): CompiledModel {
  const { element, functionName, target, math } = context;
  if (functionName !== 'classification') element.refuse(`functionName="${functionName}"`);
  const threshold = element.needNumber('threshold');
  const key = (text: string): string =>
    target === undefined
      ? text
      : categoryKey(target.dataType, target.dataType === 'string' ? text : text.trim());
  const counts = element.needChild('BayesOutput').needChild('TargetValueCounts').all('TargetValueCount');
  const categories = counts.map((c) => key(c.need('value')));
  if (categories.length === 0) element.refuse('BayesOutput counts no target value');
  refuseTwice(categories, (i) => counts[i] as XmlElement);
  if (!(threshold >= 0)) element.refuse(`threshold="${threshold}" is negative`);
  const logOf = math === 'float' ? logFloat : Math.log;
  const priors = Float64Array.from(counts, (c) => logOf(c.needNumber('count')));
  const values = categories.map((c) => context.category(c));
  const index = categoryIndex(categories, key);
  const inputs = element
    .needChild('BayesInputs')
    .all('BayesInput')
    .map((input) => compileInput(input, context, index, threshold));
  const share = math === 'float' ? softmaxFloat : softmax;
  return {
    categories,
    evaluate: (frame) => {
      const p = priors.slice();
      for (const { field, likelihood } of inputs) likelihood(field.read(frame), p);
      share(p);
      return { value: values[indexOfMax(p)], probabilities: p };
    },
  };
}

/** Categories of inputs are sometimes padded with blanks that those of the output do not have. */
function categoryIndex(categories: readonly string[], key: (text: string) => string): CategoryIndex {
  const index = new Map(categories.map((c, i) => [c, i]));
  return { size: categories.length, find: (text) => index.get(key(text)) ?? index.get(text.trim()) };
}

function compileInput(
  input: XmlElement,
  { scope, expression, math }: ModelContext,
  categories: CategoryIndex,
  threshold: number,
): Input {
  const field = inputField(input, scope, expression);
  const stats = input.child('TargetValueStats');
  const added = (likelihood: Likelihood): Likelihood =>
    math === 'float' ? addedFloat(likelihood, categories.size) : likelihood;
  if (stats !== undefined)
    return { field, likelihood: added(continuousLikelihood(stats, field, categories, threshold, math)) };
  const pairs = input.all('PairCounts');
  if (pairs.length === 0) input.refuse('it has neither PairCounts nor TargetValueStats');
  const key = (text: string): string => categoryKey(field.dataType, text);
  const logOf = math === 'float' ? logFloat : Math.log;
  return { field, likelihood: added(discreteLikelihood(pairs, categories, threshold, key, logOf)) };
}

/** A BayesInput may discretise its field in a DerivedField of its own. */
function inputField(input: XmlElement, scope: Scope, expression: ModelContext['expression']): Field {
  const derived = input.child('DerivedField');
  if (derived === undefined) return scope.field(input.need('fieldName'), input);
  return compileDerivedField(derived, new Scope(scope.layout, scope), expression);
}
