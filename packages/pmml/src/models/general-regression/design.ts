import { RecordError } from '../../errors.js';
import type { Field } from '../../fields/field.js';
import type { Frame } from '../../fields/frame.js';
import { numberField } from '../../fields/number-field.js';
import type { Value } from '../../types/value.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import { parseNumber } from '../../xml/element.js';
import { readMatrix } from '../../xml/matrix.js';
import { categoryKey } from '../category-key.js';
import type { ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';

/** One parameter's regressor: the product of its PPCells; 1 where it has none (intercept). */
type Cell = (values: Float64Array) => number;

interface Predictor {
  readonly field: Field;
  /** Position in the row's predictor values. */
  readonly at: number;
  /** Factors: category key → index; a contrast matrix knows all categories, other factors grow with PPCells. */
  readonly index: Map<string, number> | undefined;
  readonly contrasts: readonly (readonly number[])[] | undefined;
}

/** Turns a row into the regressors of the parameters in use. */
export interface Design {
  /** Writes the regressors; false where a predictor is missing. */
  fill(frame: Frame, x: Float64Array): boolean;
}

/** Compiles FactorList, CovariateList and PPMatrix for `parameters`, in that order. */
export function compileDesign(context: ModelContext, parameters: readonly string[]): Design {
  const { element } = context;
  const float = context.math === 'float';
  const declared = declaredPredictors(element);
  for (const [name, { element: predictor }] of declared) context.scope.field(name, predictor);
  const position = new Map(parameters.map((name, i) => [name, i]));
  const predictors = new Map<string, Predictor>();
  const cells: Cell[][] = parameters.map(() => []);
  const factors = new Int32Array(parameters.length);
  const known = parameterNames(element);
  const used = new Set<string>();
  for (const cell of element.needChild('PPMatrix').all('PPCell')) {
    const parameter = cell.need('parameterName');
    const place = JSON.stringify([parameter, cell.need('predictorName')]);
    if (used.has(place)) cell.refuse('its predictor is part of the parameter already');
    used.add(place);
    if (!known.has(parameter)) cell.refuse(`there is no Parameter ${JSON.stringify(parameter)}`);
    const name = cell.need('predictorName');
    if (cell.attr('targetCategory') !== undefined)
      cell.refuse('targetCategory: parameters that mean another thing for each category are not supported');
    const at = position.get(parameter);
    if (at === undefined) continue;
    let predictor = predictors.get(name);
    if (predictor === undefined) {
      predictor = compilePredictor(context, cell, name, declared, predictors.size);
      predictors.set(name, predictor);
    }
    const compiled = (float ? compileCellFloat : compileCell)(cell, predictor);
    const isFactor = predictor.index !== undefined;
    // Rounded products depend on their order: in single precision factors come before covariates.
    if (float && isFactor) (cells[at] as Cell[]).splice(factors[at] as number, 0, compiled);
    else (cells[at] as Cell[]).push(compiled);
    if (isFactor) factors[at] = (factors[at] as number) + 1;
  }
  const list = [...predictors.values()];
  const products = cells.map(float ? productFloat : productOf);
  const code = float ? encodeFloat : encode;
  return {
    fill(frame, x) {
      const values = new Float64Array(list.length);
      for (const predictor of list) {
        const value = predictor.field.read(frame);
        if (value === undefined) return false;
        values[predictor.at] = code(predictor, value);
      }
      for (let i = 0; i < products.length; i++) x[i] = (products[i] as Cell)(values);
      return true;
    },
  };
}

function productOf(cells: readonly Cell[]): Cell {
  const [first, second] = cells;
  if (first === undefined) return () => 1;
  if (second === undefined) return first;
  return (values) => {
    let product = 1;
    for (const cell of cells) product *= cell(values);
    return product;
  };
}

/** The same in single precision, every step rounded. */
function productFloat(cells: readonly Cell[]): Cell {
  const [first, second] = cells;
  if (second === undefined) return first ?? (() => 1);
  return (values) => {
    let product = 1;
    for (const cell of cells) product = Math.fround(product * cell(values));
    return product;
  };
}

function encodeFloat(predictor: Predictor, value: Value): number {
  return Math.fround(encode(predictor, value));
}

function encode({ index, contrasts, field }: Predictor, value: Value): number {
  if (index === undefined) return numberOf(value) as number;
  const at = index.get(keyOf(value));
  if (at !== undefined) return at;
  if (contrasts === undefined) return -1;
  throw new RecordError(
    field.name,
    value,
    `one of ${[...index.keys()].join(', ')} (contrast matrix)`,
    'invalid',
  );
}

function declaredPredictors(model: XmlElement): Map<string, { element: XmlElement; isFactor: boolean }> {
  const found = new Map<string, { element: XmlElement; isFactor: boolean }>();
  for (const [list, isFactor] of [
    ['FactorList', true],
    ['CovariateList', false],
  ] as const) {
    for (const element of model.child(list)?.all('Predictor') ?? []) {
      const name = element.need('name');
      if (found.has(name)) element.refuse(`predictor ${JSON.stringify(name)} is listed twice`);
      found.set(name, { element, isFactor });
    }
  }
  return found;
}

/** Names of the ParameterList. */
export function parameterNames(model: XmlElement): Set<string> {
  const parameters = model.needChild('ParameterList').all('Parameter');
  const names = parameters.map((p) => p.need('name'));
  refuseTwice(names, (i) => parameters[i] as XmlElement);
  for (const parameter of parameters) parameter.number('referencePoint');
  return new Set(names);
}

function compilePredictor(
  { scope }: ModelContext,
  user: XmlElement,
  name: string,
  declared: ReadonlyMap<string, { element: XmlElement; isFactor: boolean }>,
  at: number,
): Predictor {
  const entry = declared.get(name);
  const field = scope.field(name, entry?.element ?? user);
  if (entry === undefined)
    return user.refuse(`predictor ${JSON.stringify(name)} is neither in FactorList nor in CovariateList`);
  if (!entry.isFactor) numberField(field, entry.element);
  if (!entry.isFactor) return { field, at, index: undefined, contrasts: undefined };
  const matrix = entry.element.child('Matrix');
  const index = new Map<string, number>();
  if (matrix === undefined) return { field, at, index, contrasts: undefined };
  const listed = entry.element
    .child('Categories')
    ?.all('Category')
    .map((c) => c.need('value'));
  const categories = listed?.map((text) => categoryKey(field.dataType, text)) ?? field.categories.map(keyOf);
  const contrasts = readMatrix(matrix);
  if (contrasts.length !== categories.length) matrix.refuse('it has not one row per category');
  for (const [i, key] of categories.entries()) index.set(key, i);
  return { field, at, index, contrasts };
}

function compileCell(cell: XmlElement, { at, index, contrasts, field }: Predictor): Cell {
  const text = cell.need('value');
  if (index === undefined) {
    const exponent = parseNumber(text) ?? cell.refuse(`value=${JSON.stringify(text)} is no exponent`);
    if (exponent === 1) return (values) => values[at] as number;
    return (values) => (values[at] as number) ** exponent;
  }
  const key = categoryKey(field.dataType, text);
  const known = index.get(key);
  if (contrasts !== undefined) {
    const column =
      known ?? cell.refuse(`value=${JSON.stringify(text)} is no category of the contrast matrix`);
    const weights = Float64Array.from(
      contrasts,
      (row) => row[column] ?? cell.refuse('the contrast matrix has no such column'),
    );
    return (values) => weights[values[at] as number] as number;
  }
  const category = known ?? index.size;
  index.set(key, category);
  return (values) => (values[at] === category ? 1 : 0);
}

/** Powers take single precision for base, exponent and result; what else a cell is, is rounded. */
function compileCellFloat(cell: XmlElement, predictor: Predictor): Cell {
  const round = Math.fround;
  const inDouble = compileCell(cell, predictor);
  const { at, index } = predictor;
  const exponent = index === undefined ? round(Number(cell.need('value'))) : 1;
  if (exponent === 1) return (values) => round(inDouble(values));
  return (values) => round((values[at] as number) ** exponent);
}
