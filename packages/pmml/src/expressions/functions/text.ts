import { RecordError } from '../../errors.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import { decimalText } from '../cast.js';
import type { Expression } from '../contract.js';
import { regularExpression } from '../regular-expression.js';
import type { FunctionCompiler } from './contract.js';
import { argumentAt, arity, strict } from './contract.js';

/** How an argument is written: doubles keep their decimal point. */
export function textOf({ dataType }: Expression): (value: Value) => string {
  if (dataType === 'double' || dataType === 'float') {
    return (value) => (typeof value === 'number' ? decimalText(value) : String(value));
  }
  return (value) => (typeof value === 'string' ? value : String(value));
}

function ofText(run: (text: string) => Value, dataType: 'string' | 'integer' = 'string'): FunctionCompiler {
  return strict(1, 1, dataType, ([value]) => run(typeof value === 'string' ? value : String(value)));
}

const concat: FunctionCompiler = (args, element) => {
  arity(args, element, 1, Infinity);
  const parts = args.map((arg) => ({ read: arg.read, text: textOf(arg) }));
  return {
    dataType: 'string',
    read: (frame) => {
      let out = '';
      for (const { read, text } of parts) {
        const value = read(frame);
        if (value === undefined) return undefined;
        out += text(value);
      }
      return out;
    },
  };
};

const substring: FunctionCompiler = strict(3, 3, 'string', ([text, start, length]) => {
  const from = numberOf(start) as number;
  const count = numberOf(length) as number;
  if (!(from >= 1)) throw new RecordError('substring', start, 'a position from 1', 'computation');
  if (!(count >= 0)) throw new RecordError('substring', length, 'a length from 0', 'computation');
  return String(text).slice(from - 1, from - 1 + count);
});

/** A pattern that is constant is compiled once; others are compiled as they come, the last one kept. */
function pattern(expression: Expression, flags: string, name: string, refuse: (r: string) => never) {
  const fixed = expression.constant;
  if (fixed !== undefined) {
    const compiled = regularExpression(String(fixed), flags);
    return () => compiled ?? refuse(`${JSON.stringify(String(fixed))} is not a supported regular expression`);
  }
  let last: { text: string; compiled: RegExp } | undefined;
  return (value: Value): RegExp => {
    const text = String(value);
    if (last?.text === text) return last.compiled;
    const compiled = regularExpression(text, flags);
    if (compiled === undefined) throw new RecordError(name, text, 'a regular expression', 'computation');
    last = { text, compiled };
    return compiled;
  };
}

const matches: FunctionCompiler = (args, element) => {
  arity(args, element, 2);
  const [input, expression] = [argumentAt(args, 0, element), argumentAt(args, 1, element)];
  const compile = pattern(expression, '', 'matches', (r) => element.refuse(r));
  if (expression.constant !== undefined) compile(undefined);
  return {
    dataType: 'boolean',
    read: (frame) => {
      const text = input.read(frame);
      const source = expression.read(frame);
      return text === undefined || source === undefined ? undefined : compile(source).test(String(text));
    },
  };
};

const replace: FunctionCompiler = (args, element) => {
  arity(args, element, 3);
  const [input, expression, by] = args as [Expression, Expression, Expression];
  const compile = pattern(expression, 'g', 'replace', (r) => element.refuse(r));
  if (expression.constant !== undefined) compile(undefined);
  return {
    dataType: 'string',
    read: (frame) => {
      const text = input.read(frame);
      const source = expression.read(frame);
      const replacement = by.read(frame);
      if (text === undefined || source === undefined || replacement === undefined) return undefined;
      return String(text).replace(compile(source), String(replacement));
    },
  };
};

export const TEXT: Readonly<Record<string, FunctionCompiler>> = {
  uppercase: ofText((t) => t.toUpperCase()),
  lowercase: ofText((t) => t.toLowerCase()),
  stringLength: ofText((t) => t.length, 'integer'),
  trimBlanks: ofText((t) => t.trim()),
  substring,
  concat,
  matches,
  replace,
};
