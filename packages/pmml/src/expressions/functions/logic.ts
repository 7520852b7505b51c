import type { Value } from '../../types/value.js';
import { compareValues, keyOf, numberOf, sameValue } from '../../types/value.js';
import type { Expression } from '../contract.js';
import type { FunctionCompiler } from './contract.js';
import { argumentAt, arity, strict } from './contract.js';

function truth(value: Value): boolean | undefined {
  if (typeof value === 'boolean' || value === undefined) return value;
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return numberOf(value) === 1;
}

/** Values of different types (a category and a constant) are compared in the type of the first. */
function alike(a: Value, b: Value): [Value, Value] {
  if (typeof a === typeof b) return [a, b];
  if (typeof a === 'boolean') return [a, truth(b)];
  if (typeof b === 'boolean') return [truth(a), b];
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return [x, y];
  }
  return [keyOf(a), keyOf(b)];
}

function equal(a: Value, b: Value): boolean {
  const [x, y] = alike(a, b);
  return sameValue(x, y);
}

function comparison(holds: (order: number) => boolean): FunctionCompiler {
  return strict(2, 2, 'boolean', ([a, b]) => {
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
  equal: strict(2, 2, 'boolean', ([a, b]) => equal(a, b)),
  notEqual: strict(2, 2, 'boolean', ([a, b]) => !equal(a, b)),
  lessThan: comparison((o) => o < 0),
  lessOrEqual: comparison((o) => o <= 0),
  greaterThan: comparison((o) => o > 0),
  greaterOrEqual: comparison((o) => o >= 0),
  and: connective(false),
  or: connective(true),
  not: strict(1, 1, 'boolean', ([a]) => !truth(a)),
  isIn: strict(2, Infinity, 'boolean', ([a, ...rest]) => rest.some((b) => equal(a, b))),
  isNotIn: strict(2, Infinity, 'boolean', ([a, ...rest]) => !rest.some((b) => equal(a, b))),
  if: choose,
};
