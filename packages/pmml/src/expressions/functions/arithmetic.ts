import { RecordError } from '../../errors.js';
import { numberOf } from '../../types/value.js';
import { columnsOf, pairs } from '../columns.js';
import type { FunctionCompiler } from './contract.js';
import { argumentAt, arity, numeric, strict, unary, widest } from './contract.js';

type Binary = (a: number, b: number) => number;

/** Two numbers; integers stay integers, floats stay floats. A column has NaN where `whole` fails. */
function binary(run: Binary, whole: Binary = run, column: Binary = whole): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 2);
    const [left, right] = [argumentAt(args, 0, element), argumentAt(args, 1, element)];
    const [a, b] = [numeric(left, element), numeric(right, element)];
    const dataType = widest(left.dataType, right.dataType);
    const compute = dataType === 'integer' ? whole : run;
    const float = dataType === 'float';
    return {
      dataType,
      read: (frame) => {
        const x = a(frame);
        const y = b(frame);
        if (x === undefined || y === undefined) return undefined;
        const value = compute(x, y);
        return float ? Math.fround(value) : value;
      },
      column: (columns) => {
        const places = columnsOf(args, columns);
        const inner = dataType === 'integer' ? column : run;
        const rounded: Binary = float ? (x, y) => Math.fround(run(x, y)) : inner;
        return places && columns.compute(places, pairs(rounded));
      },
    };
  };
}

/** A function of geometry: of two numbers of any type, a double. */
function ofTwo(run: Binary): FunctionCompiler {
  return strict(2, 2, 'double', (values, element) => {
    const [x, y] = values.map((v) => numberOf(v)) as [number, number];
    if (Number.isNaN(x + y)) throw new RecordError(element.need('function'), NaN, 'numbers', 'computation');
    return run(x, y);
  });
}

function wholeDivision(a: number, b: number): number {
  if (b === 0) throw new RecordError('/', b, 'a divisor other than 0', 'computation');
  return Math.trunc(a / b);
}

function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

/** To the nearest integer, halves to the even one. */
function rint(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const power: FunctionCompiler = binary((a, b) => a ** b);

export const ARITHMETIC: Readonly<Record<string, FunctionCompiler>> = {
  '+': binary((a, b) => a + b),
  '-': binary((a, b) => a - b),
  '*': binary((a, b) => a * b),
  '/': binary(
    (a, b) => a / b,
    wholeDivision,
    (a, b) => (b === 0 ? Number.NaN : Math.trunc(a / b)),
  ),
  modulo: binary(modulo),
  pow: power,
  threshold: binary((a, b) => (a > b ? 1 : 0)),
  hypot: ofTwo(Math.hypot),
  atan2: ofTwo(Math.atan2),
  log10: unary(Math.log10),
  ln: unary(Math.log),
  ln1p: unary(Math.log1p),
  exp: unary(Math.exp),
  expm1: unary(Math.expm1),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs, 'same'),
  // Whole numbers are integers, whatever they were made of: what is divided by them truncates.
  floor: unary(Math.floor, 'integer'),
  ceil: unary(Math.ceil, 'integer'),
  round: unary(Math.round, 'integer'),
  rint: unary(rint, 'same'),
  sin: unary(Math.sin),
  asin: unary(Math.asin),
  sinh: unary(Math.sinh),
  cos: unary(Math.cos),
  acos: unary(Math.acos),
  cosh: unary(Math.cosh),
  tan: unary(Math.tan),
  atan: unary(Math.atan),
  tanh: unary(Math.tanh),
};
