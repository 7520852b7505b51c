import type { Frame, Reader } from '../../fields/frame.js';
import { numberOf } from '../../types/value.js';
import { categoryKey } from '../category-key.js';
import type { ModelContext } from '../contract.js';
import { compileDesign, parameterNames } from './design.js';
import { combineFloat, floatTerms } from './predictors-float.js';

/** Linear predictors of one row by target category ('' = common to all), or undefined where a predictor is missing. */
export interface Predictors {
  /** Target categories of the PCells, in order of appearance. */
  readonly categories: readonly string[];
  /** One linear predictor per entry of `categories` (one, where there are none), offset not added. */
  evaluate(frame: Frame): Float64Array | undefined;
  /** The linear predictors at given regressors, by parameter. */
  at(x: (parameter: string) => number): Float64Array;
}

/** Compiles ParamMatrix over the regressors of its parameters. */
export function compilePredictors(context: ModelContext): Predictors {
  const { element, target } = context;
  const cells = element.needChild('ParamMatrix').all('PCell');
  if (cells.length === 0) element.needChild('ParamMatrix').refuse('it has no PCell');
  const known = parameterNames(element);
  const parameters = [...new Set(cells.map((c) => c.need('parameterName')))];
  const key = (text: string): string => (target === undefined ? text : categoryKey(target.dataType, text));
  const categories = [...new Set(cells.flatMap((c) => c.attr('targetCategory') ?? []).map(key))];
  const width = parameters.length;
  const rows = Math.max(categories.length, 1);
  const weights = new Float64Array(rows * width);
  const float = context.math === 'float' ? floatTerms(cells, parameters, categories, key) : undefined;
  const set = new Set<string>();
  for (const cell of cells) {
    const beta = cell.needNumber('beta');
    const column = parameters.indexOf(cell.need('parameterName'));
    const category = cell.attr('targetCategory');
    if (!known.has(cell.need('parameterName')))
      cell.refuse(`there is no Parameter ${JSON.stringify(cell.need('parameterName'))}`);
    const place = JSON.stringify([column, category === undefined ? null : key(category)]);
    if (set.has(place)) cell.refuse('its parameter has a beta already');
    set.add(place);
    for (let row = 0; row < rows; row++) {
      if (category === undefined || categories[row] === key(category)) {
        weights[row * width + column] = (weights[row * width + column] as number) + beta;
      }
    }
  }
  const design = compileDesign(context, parameters);
  const inDouble = (x: Float64Array): Float64Array => {
    const y = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0, at = row * width; i < width; i++, at++)
        sum += (weights[at] as number) * (x[i] as number);
      y[row] = sum;
    }
    return y;
  };
  const combine = float === undefined ? inDouble : (x: Float64Array) => combineFloat(float, x);
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
export function variable({ element, scope }: ModelContext, name: 'offset' | 'trials'): Reader | undefined {
  const field = element.attr(`${name}Variable`);
  if (field !== undefined) return scope.field(field, element).read;
  const constant = element.number(`${name}Value`);
  return constant === undefined ? undefined : () => constant;
}

/** Reads a `variable` for a row; undefined = missing. */
export function amount(read: Reader | undefined, frame: Frame, absent: number): number | undefined {
  return read === undefined ? absent : numberOf(read(frame));
}
