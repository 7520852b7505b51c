import type { Field } from '../fields/field.js';
import type { Reader } from '../fields/frame.js';
import type { Value } from '../types/value.js';
import { compareValues, keyOf, sameValue } from '../types/value.js';
import type { Predicate, Truth } from './contract.js';
import { FALSE, TRUE, UNKNOWN } from './contract.js';
import type { Comparison, PredicateTree } from './parse.js';

/** Three-valued code for a predicate. */
export function compilePredicate(tree: PredicateTree): Predicate {
  switch (tree.kind) {
    case 'constant': {
      const truth = tree.truth ? TRUE : FALSE;
      return () => truth;
    }
    case 'missing': {
      const { read } = tree.field;
      const { whenMissing } = tree;
      return (frame) => ((read(frame) === undefined) === whenMissing ? TRUE : FALSE);
    }
    case 'compare':
      return compare(tree.field, tree.op, tree.value);
    case 'set': {
      const { read } = tree.field;
      const keys = new Set(tree.values.map(keyOf));
      const { isIn } = tree;
      return (frame) => {
        const value = read(frame);
        return value === undefined ? UNKNOWN : keys.has(keyOf(value)) === isIn ? TRUE : FALSE;
      };
    }
    case 'compound':
      return touching(tree, compound(tree.op, tree.parts.map(compilePredicate)));
  }
}

function compare({ read, categories, opType }: Field, op: Comparison, literal: Value): Predicate {
  const test = (value: Value): boolean => holds(op, value, literal);
  if (opType === 'ordinal' && categories.length > 0 && op !== 'equal' && op !== 'notEqual') {
    // Ordinal fields are ordered as the dictionary lists their values.
    const order = new Map(categories.map((c, i) => [keyOf(c), i]));
    const at = order.get(keyOf(literal));
    return (frame) => {
      const value = read(frame);
      if (value === undefined) return UNKNOWN;
      const index = order.get(keyOf(value));
      return index !== undefined && at !== undefined && holds(op, index, at) ? TRUE : FALSE;
    };
  }
  const slow: Predicate = (frame) => {
    const value = read(frame);
    return value === undefined ? UNKNOWN : test(value) ? TRUE : FALSE;
  };
  return typeof literal === 'number' ? (compareNumbers(read, op, literal) ?? slow) : slow;
}

/** Comparisons of numbers, without the detours that other types need. */
function compareNumbers(read: Reader, op: Comparison, literal: number): Predicate | undefined {
  const truth = (value: Value, holds: boolean): Truth =>
    typeof value === 'number' ? (holds ? TRUE : FALSE) : value === undefined ? UNKNOWN : FALSE;
  switch (op) {
    case 'lessThan':
      return (frame) => {
        const value = read(frame);
        return truth(value, (value as number) < literal);
      };
    case 'lessOrEqual':
      return (frame) => {
        const value = read(frame);
        return truth(value, (value as number) <= literal);
      };
    case 'greaterThan':
      return (frame) => {
        const value = read(frame);
        return truth(value, (value as number) > literal);
      };
    case 'greaterOrEqual':
      return (frame) => {
        const value = read(frame);
        return truth(value, (value as number) >= literal);
      };
    default:
      return undefined;
  }
}

/** Whether a comparison of two present values of one type holds. */
export function holds(op: Comparison, value: Value, literal: Value): boolean {
  switch (op) {
    case 'equal':
      return sameValue(value, literal);
    case 'notEqual':
      return !sameValue(value, literal);
    case 'lessThan':
      return compareValues(value, literal) < 0;
    case 'lessOrEqual':
      return compareValues(value, literal) <= 0;
    case 'greaterThan':
      return compareValues(value, literal) > 0;
    case 'greaterOrEqual':
      return compareValues(value, literal) >= 0;
  }
}

/**
 * Inputs that all parts of a compound predicate look at, whatever the first ones say: an invalid value among
 * them refuses the row.
 */
export function inputsOf(tree: PredicateTree): Field[] {
  const found = new Map<Field['read'], Field>();
  const visit = (part: PredicateTree): void => {
    if (part.kind === 'constant') return;
    if (part.kind !== 'compound') {
      if (part.field.mayFail === true) found.set(part.field.read, part.field);
    } else if (part.op === 'surrogate') visit(part.parts[0] as PredicateTree);
    else for (const inner of part.parts) visit(inner);
  };
  visit(tree);
  return [...found.values()];
}

function touching(tree: PredicateTree, predicate: Predicate): Predicate {
  const inputs = inputsOf(tree);
  if (inputs.length < 2) return predicate;
  const reads = inputs.map((i) => i.read);
  return (frame) => {
    for (const read of reads) read(frame);
    return predicate(frame);
  };
}

function compound(op: 'and' | 'or' | 'xor' | 'surrogate', parts: readonly Predicate[]): Predicate {
  switch (op) {
    case 'and':
      return (frame) => {
        let truth: Truth = TRUE;
        for (const part of parts) {
          const t = part(frame);
          if (t === FALSE) return FALSE;
          if (t === UNKNOWN) truth = UNKNOWN;
        }
        return truth;
      };
    case 'or':
      return (frame) => {
        let truth: Truth = FALSE;
        for (const part of parts) {
          const t = part(frame);
          if (t === TRUE) return TRUE;
          if (t === UNKNOWN) truth = UNKNOWN;
        }
        return truth;
      };
    case 'xor':
      return (frame) => {
        let truth = false;
        for (const part of parts) {
          const t = part(frame);
          if (t === UNKNOWN) return UNKNOWN;
          if (t === TRUE) truth = !truth;
        }
        return truth ? TRUE : FALSE;
      };
    case 'surrogate':
      return (frame) => {
        for (const part of parts) {
          const t = part(frame);
          if (t !== UNKNOWN) return t;
        }
        return UNKNOWN;
      };
  }
}
