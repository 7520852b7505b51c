import { RecordError } from '../../errors.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { Expression } from '../contract.js';
import { regularExpression } from '../regular-expression.js';
import type { FunctionCompiler } from './contract.js';
import { argumentAt, arity, strict, textOf } from './contract.js';
import { replaceAll } from './replacement.js';

function ofText(run: (text: string) => Value, dataType: 'string' | 'integer' = 'string'): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 1);
    const argument = argumentAt(args, 0, element);
    const { read } = argument;
    const text = textOf(argument);
    return {
      dataType,
      read: (frame) => {
        const value = read(frame);
        return value === undefined ? undefined : run(text(value));
      },
    };
  };
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

const substring: FunctionCompiler = (args, element) => {
  arity(args, element, 3);
  const text = textOf(argumentAt(args, 0, element));
  const part = strict(3, 3, 'string', ([value, start, length]) => {
    const from = numberOf(start) as number;
    const count = numberOf(length) as number;
    if (!(from >= 1)) throw new RecordError('substring', start, 'a position from 1', 'computation');
    if (!(count >= 0)) throw new RecordError('substring', length, 'a length from 0', 'computation');
    return text(value).slice(from - 1, from - 1 + count);
  });
  return part(args, element);
};

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
  const text = textOf(input);
  if (expression.constant !== undefined) compile(undefined);
  return {
    dataType: 'boolean',
    read: (frame) => {
      const value = input.read(frame);
      const source = expression.read(frame);
      return value === undefined || source === undefined ? undefined : compile(source).test(text(value));
    },
  };
};

const replace: FunctionCompiler = (args, element) => {
  arity(args, element, 3);
  const [input, expression, by] = args as [Expression, Expression, Expression];
  const compile = pattern(expression, 'g', 'replace', (r) => element.refuse(r));
  const text = textOf(input);
  if (expression.constant !== undefined) compile(undefined);
  return {
    dataType: 'string',
    read: (frame) => {
      const value = input.read(frame);
      const source = expression.read(frame);
      const replacement = by.read(frame);
      if (value === undefined || source === undefined || replacement === undefined) return undefined;
      return replaceAll(text(value), compile(source), String(replacement));
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
