import type { Frame } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import type { LinearForm, LinearTerms } from './linear-form.js';
import { compileLinearForm } from './linear-form.js';
import { INVERSE_LINKS, INVERSE_LINKS_FLOAT, indexOfMax, softmax, softmaxFloat } from './normalization.js';
import { classificationBlock, regressionBlock } from './regression-block.js';

const METHODS = [
  'none',
  'simplemax',
  'softmax',
  'logit',
  'probit',
  'cloglog',
  'exp',
  'loglog',
  'cauchit',
] as const;
const MODEL_TYPES = ['linearRegression', 'stepwisePolynomialRegression', 'logisticRegression'] as const;
type Method = (typeof METHODS)[number];

/** Links that tell one category from the other; ordered ones have them for the steps between. */
const OF_TWO: ReadonlySet<Method> = new Set(['probit', 'cloglog', 'loglog', 'cauchit']);

/** RegressionModel: linear, polynomial and logistic regression (PMML 4.4, "Regression"). */
export function compileRegressionModel(context: ModelContext): CompiledModel {
  const { element } = context;
  const tables = element.all('RegressionTable');
  if (tables.length === 0) element.refuse('it has no RegressionTable');
  for (const table of tables) {
    const own = table.attr('x-targetField');
    if (own !== undefined && own !== context.target?.name)
      table.refuse(`x-targetField=${JSON.stringify(own)}: several targets are not supported`);
  }
  element.choice('modelType', MODEL_TYPES);
  const method = element.choice('normalizationMethod', METHODS, 'none');
  const two = tables.length === 2 && context.target?.opType !== 'ordinal';
  const binary = two && method === 'softmax' && isNothing(tables[1] as XmlElement);
  const compiled = tables.map((table) => compileLinearForm(table, context));
  const forms = compiled.map((f) => f.score);
  const parts = compiled.map((f) => f.parts);
  if (context.functionName === 'regression') {
    tables[1]?.refuse('a regression has one table: several targets are not supported');
    return regression(forms[0] as LinearForm, parts[0], method, context);
  }
  if (context.functionName !== 'classification') element.refuse(`functionName="${context.functionName}"`);
  const values = tables.map((table) => {
    const category = table.attr('targetCategory');
    return category === undefined ? undefined : context.category(category);
  });
  // Softmax against a score that is always 0 is the logit, down to the last digit.
  return classification(forms, parts, values, binary ? 'logit' : method, context);
}

/** Whether a table scores 0 for every row. */
function isNothing(table: XmlElement): boolean {
  return table.number('intercept') === 0 && !table.children.some((c) => c.name.includes('Predictor'));
}

function regression(
  form: LinearForm,
  parts: LinearTerms | undefined,
  method: Method,
  { math, element }: ModelContext,
): CompiledModel {
  if (method === 'simplemax') return element.refuse('normalizationMethod="simplemax" is for classification');
  const link = (math === 'float' ? INVERSE_LINKS_FLOAT : INVERSE_LINKS)[method];
  return {
    block: (columns) => regressionBlock(parts, link, columns),
    evaluate: (frame) => {
      const y = form(frame);
      return { value: Number.isNaN(y) ? undefined : link(y) };
    },
  };
}

function classification(
  forms: readonly LinearForm[],
  parts: readonly (LinearTerms | undefined)[],
  given: readonly Value[],
  method: Method,
  context: ModelContext,
): CompiledModel {
  const { target, element, math } = context;
  const values = given.map((v) => v ?? element.refuse('a RegressionTable has no targetCategory'));
  const scores = (frame: Frame): number[] | undefined => {
    const y: number[] = [];
    for (let i = 0; i < forms.length; i++) {
      const score = (forms[i] as LinearForm)(frame);
      if (Number.isNaN(score)) return undefined;
      y.push(score);
    }
    return y;
  };
  const ordinal = target?.opType === 'ordinal';
  const refuse = (): never =>
    element.refuse(
      `normalizationMethod="${method}" is not for ${forms.length} ${ordinal ? 'ordinal ' : ''}categories`,
    );
  if (method === 'exp' || (ordinal && (method === 'softmax' || method === 'simplemax'))) refuse();
  if (!ordinal && forms.length > 2 && OF_TWO.has(method)) refuse();
  const normalize = normalizer(method, ordinal, math);
  const categories = values.map(keyOf);
  if (categories.length < 2) element.refuse('a classification needs a table for each of its categories');
  refuseTwice(categories, (i) => element.all('RegressionTable')[i] as XmlElement);
  return {
    categories,
    block: (columns) => classificationBlock(parts, values, normalize, columns),
    evaluate: (frame) => {
      const p = scores(frame);
      if (p === undefined) return { value: undefined };
      normalize(p);
      return { value: values[indexOfMax(p)], probabilities: p };
    },
  };
}

/** Turns the scores of all categories into probabilities, in place. */
function normalizer(method: Method, ordinal: boolean, math: 'double' | 'float'): (y: number[]) => void {
  const float = math === 'float';
  if (method === 'softmax') return float ? softmaxFloat : softmax;
  if (method === 'simplemax') return simplemax;
  const link = (float ? INVERSE_LINKS_FLOAT : INVERSE_LINKS)[method];
  if (ordinal) return (y) => cumulative(y, method === 'none' ? bounded : link);
  return (y) => {
    const last = y.length - 1;
    // Two categories complement each other; so does the last one where nothing is normalised.
    const complement = last === 1 || method === 'none';
    let rest = 1;
    for (let i = 0; i <= last; i++) {
      if (complement && i === last && last > 0) break;
      y[i] = link(y[i] as number);
      if (method === 'none' && last === 1) y[i] = bounded(y[i] as number);
      rest -= y[i] as number;
    }
    if (complement && last > 0) y[last] = float ? Math.fround(rest) : rest;
    // Links of more categories say nothing of each other.
    else if (last > 1) simplemax(y);
  };
}

function simplemax(y: number[]): void {
  let sum = 0;
  for (const v of y) sum += v;
  for (let i = 0; i < y.length; i++) y[i] = (y[i] as number) / sum;
}

/** A score that is to be a probability as it is. */
function bounded(y: number): number {
  return Math.min(1, Math.max(0, y));
}

/** Ordinal targets: the links give P(target <= category). */
function cumulative(y: number[], link: (v: number) => number): void {
  let before = 0;
  const last = y.length - 1;
  for (let i = 0; i < last; i++) {
    const upTo = link(y[i] as number);
    y[i] = upTo - before;
    before = upTo;
  }
  y[last] = 1 - before;
}
