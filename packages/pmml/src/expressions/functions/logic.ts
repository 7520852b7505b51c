import type { Value } from '../../types/value.js';
import { compareValues, sameValue } from '../../types/value.js';
import type { Expression } from '../contract.js';
import { alike, comparableWith, truth } from './alike.js';
import type { FunctionCompiler } from './contract.js';
import { argumentAt, arity, strict } from './contract.js';

function equal(a: Value, b: Value): boolean {
  const [x, y] = alike(a, b);
  return sameValue(x, y);
}

/** A question about a value and others, which are compared in its type; missing as soon as one of them is. */
function compared(
  most: number,
  answer: (first: Value, others: readonly Value[]) => boolean,
): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 2, most);
    const first = argumentAt(args, 0, element);
    const others = args.slice(1).map((a) => ({ read: a.read, convert: comparableWith(first, a) }));
    return {
      dataType: 'boolean',
      read: (frame) => {
        const value = first.read(frame);
        if (value === undefined) return undefined;
        const values: Value[] = [];
        for (const { read, convert } of others) {
          const other = read(frame);
          if (other === undefined) return undefined;
          values.push(convert(other));
        }
        return answer(value, values);
      },
    };
  };
}

function comparison(holds: (order: number) => boolean): FunctionCompiler {
  return compared(2, (a, [b]) => {
    const [x, y] = alike(a, b);
    return holds(compareValues(x, y));
  });
}

function connective(decisive: boolean): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 1, Infinity);
    const reads = args.map((a) => a.read);
    return {
      dataType: 'boolean',
      read: (frame) => {
        let known = true;
        for (const read of reads) {
          const value = truth(read(frame));
          if (value === decisive) return decisive;
          if (value === undefined) known = false;
        }
        return known ? !decisive : undefined;
      },
    };
  };
}

/** Whether a value is there and is as `valid` says; a missing one is neither valid nor invalid. */
const validity =
  (valid: boolean) =>
  ({ read, field }: Expression): Expression['read'] => {
    const accepts = field?.accepts ?? (() => true);
    return (frame) => {
      const value = read(frame);
      return value !== undefined && accepts(value) === valid;
    };
  };

function presence(wanted: boolean, test: (e: Expression) => Expression['read']): FunctionCompiler {
  return (args, element) => {
    arity(args, element, 1);
    const read = test(argumentAt(args, 0, element));
    return { dataType: 'boolean', read: (frame) => read(frame) === wanted };
  };
}

const missing =
  ({ read }: Expression): Expression['read'] =>
  (frame) =>
    read(frame) === undefined;

const choose: FunctionCompiler = (args, element) => {
  arity(args, element, 2, 3);
  const [condition, then, otherwise] = args as [Expression, Expression, Expression | undefined];
  const same = otherwise === undefined || otherwise.dataType === then.dataType;
  const numbers = new Set<string | undefined>(['integer', 'float', 'double']);
  const mixed = numbers.has(then.dataType) && numbers.has(otherwise?.dataType) ? 'double' : undefined;
  return {
    dataType: same ? then.dataType : mixed,
    read: (frame) => {
      const value = truth(condition.read(frame));
      if (value === undefined) return undefined;
      return value ? then.read(frame) : otherwise?.read(frame);
    },
  };
};

export const LOGIC: Readonly<Record<string, FunctionCompiler>> = {
  isMissing: presence(true, missing),
  isNotMissing: presence(false, missing),
  isValid: presence(true, validity(true)),
  isNotValid: presence(true, validity(false)),
  equal: compared(2, (a, [b]) => equal(a, b)),
  notEqual: compared(2, (a, [b]) => !equal(a, b)),
  lessThan: comparison((o) => o < 0),
  lessOrEqual: comparison((o) => o <= 0),
  greaterThan: comparison((o) => o > 0),
  greaterOrEqual: comparison((o) => o >= 0),
  and: connective(false),
  or: connective(true),
  not: strict(1, 1, 'boolean', ([a]) => !truth(a)),
  isIn: compared(Infinity, (a, rest) => rest.some((b) => equal(a, b))),
  isNotIn: compared(Infinity, (a, rest) => !rest.some((b) => equal(a, b))),
  if: choose,
};
