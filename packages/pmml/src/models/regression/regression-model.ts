import type { Frame } from '../../fields/frame.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import type { LinearForm, LinearTerms } from './linear-form.js';
import { compileLinearForm } from './linear-form.js';
import { INVERSE_LINKS, indexOfMax, softmax, softmaxFloat } from './normalization.js';
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
  return classification(forms, parts, values, method, context);
}

function regression(
  form: LinearForm,
  parts: LinearTerms | undefined,
  method: Method,
  { math, element }: ModelContext,
): CompiledModel {
  if (method === 'simplemax') return element.refuse('normalizationMethod="simplemax" is for classification');
  const inverse = INVERSE_LINKS[method];
  const link = math === 'float' && method !== 'none' ? floatLink(method) : inverse;
  return {
    block: (columns) => regressionBlock(parts, link, columns),
    evaluate: (frame) => {
      const y = form(frame);
      return { value: Number.isNaN(y) ? undefined : link(y) };
    },
  };
}

function floatLink(method: Exclude<Method, 'simplemax'>): (y: number) => number {
  const round = Math.fround;
  if (method === 'logit' || method === 'softmax') return (y) => round(1 / round(1 + round(Math.exp(-y))));
  return (y) => round(INVERSE_LINKS[method](y));
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
  const normalize = normalizer(method, target?.opType === 'ordinal', math, element.refuse.bind(element));
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
function normalizer(
  method: Method,
  ordinal: boolean,
  math: 'double' | 'float',
  refuse: (reason: string) => never,
): (y: number[]) => void {
  const float = math === 'float';
  if (method === 'softmax' && !ordinal) return float ? softmaxFloat : softmax;
  if (method === 'simplemax') {
    return (y) => {
      let sum = 0;
      for (const v of y) sum += v;
      for (let i = 0; i < y.length; i++) y[i] = (y[i] as number) / sum;
    };
  }
  if (method === 'exp' && ordinal) return refuse('normalizationMethod="exp" is not for ordinal targets');
  const link = float && method !== 'none' ? floatLink(method) : INVERSE_LINKS[method];
  if (ordinal) return (y) => cumulative(y, link);
  return (y) => {
    const last = y.length - 1;
    // Two categories complement each other; so does the last one where nothing is normalised.
    const complement = last === 1 || method === 'none';
    let rest = 1;
    for (let i = 0; i <= last; i++) {
      if (complement && i === last && last > 0) break;
      y[i] = link(y[i] as number);
      if (method === 'none' && last === 1) y[i] = Math.min(1, Math.max(0, y[i] as number));
      rest -= y[i] as number;
    }
    if (complement && last > 0) y[last] = float ? Math.fround(rest) : rest;
  };
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
