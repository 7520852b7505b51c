import type { Frame } from '../fields/frame.js';

/** Three-valued truth: UNKNOWN is what a missing value makes of a comparison. */
export type Truth = 0 | 1 | 2;
export const FALSE: Truth = 0;
export const TRUE: Truth = 1;
export const UNKNOWN: Truth = 2;

/** A compiled predicate for one row. */
export type Predicate = (frame: Frame) => Truth;

export const PREDICATES: ReadonlySet<string> = new Set([
  'SimplePredicate',
  'CompoundPredicate',
  'SimpleSetPredicate',
  'True',
  'False',
]);
