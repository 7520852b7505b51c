import { RecordError } from '../../errors.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { binomial, multinomial, ordinal } from './classification.js';
import { compileCox } from './cox.js';
import type { InverseLink } from './links.js';
import { inverseLink } from './links.js';
import { amount, compilePredictors, variable } from './predictors.js';

const TYPES = [
  'regression',
  'generalLinear',
  'multinomialLogistic',
  'ordinalMultinomial',
  'generalizedLinear',
  'CoxRegression',
] as const;

const DISTRIBUTIONS = ['binomial', 'gamma', 'igauss', 'negbin', 'normal', 'poisson', 'tweedie'] as const;

/** GeneralRegressionModel (PMML 4.4, "General Regression"). */
export function compileGeneralRegressionModel(context: ModelContext): CompiledModel {
  const { element, functionName } = context;
  element.need('modelType');
  const type = element.choice('modelType', TYPES) as (typeof TYPES)[number];
  element.choice('distribution', DISTRIBUTIONS);
  element.number('distParameter');
  if (functionName === 'regression') {
    if (type === 'CoxRegression') return compileCox(context, compilePredictors(context));
    if (type === 'generalizedLinear') return regression(context, inverseLink(context));
    if (type === 'regression' || type === 'generalLinear') return regression(context, undefined);
  } else if (functionName === 'classification') {
    if (type === 'generalizedLinear') return binomial(context);
    if (type === 'multinomialLogistic') return multinomial(context);
    if (type === 'ordinalMultinomial') return ordinal(context);
  }
  return element.refuse(`modelType="${type}" with functionName="${functionName}"`);
}

function regression(context: ModelContext, inverse: InverseLink | undefined): CompiledModel {
  const predictors = compilePredictors(context);
  if (predictors.categories.length > 1)
    context.element.refuse('it has parameters for several target categories');
  // Offsets and trials belong to generalized models: those without a link have neither.
  if (inverse === undefined) return { evaluate: (frame) => ({ value: predictors.evaluate(frame)?.[0] }) };
  const offset = variable(context, 'offset');
  const trials = variable(context, 'trials');
  const round = Math.fround;
  const mean =
    context.math === 'float'
      ? (y: number, shift: number, factor: number) => round(inverse(round(y + round(shift))) * round(factor))
      : (y: number, shift: number, factor: number) => inverse(y + shift) * factor;
  return {
    evaluate: (frame) => {
      const y = predictors.evaluate(frame)?.[0];
      const shift = amount(offset, frame, 0);
      if (y === undefined || shift === undefined) return { value: undefined };
      const factor = amount(trials, frame, 1);
      if (factor === undefined)
        throw new RecordError(context.element.need('trialsVariable'), undefined, 'a number', 'missing');
      return { value: mean(y, shift, factor) };
    },
  };
}
