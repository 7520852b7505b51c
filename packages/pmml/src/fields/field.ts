import type { DataType, OpType } from '../types/data-type.js';
import type { Value } from '../types/value.js';
import type { Reader } from './frame.js';

/** A margin of an interval; absent = unbounded. */
export interface Interval {
  readonly left?: number;
  readonly right?: number;
  readonly leftClosed: boolean;
  readonly rightClosed: boolean;
}

/** Numbers from `low` to `high`, both included. */
export interface Range {
  readonly low: number;
  readonly high: number;
}
export const EVERY_NUMBER: Range = { low: -Infinity, high: Infinity };

/** A field as expressions, predicates and models see it: resolved once, read by slot. */
export interface Field {
  readonly name: string;
  readonly dataType: DataType;
  readonly opType: OpType;
  readonly read: Reader;
  /** Valid categories in the order of the document; empty where none are listed. */
  readonly categories: readonly Value[];
  readonly intervals: readonly Interval[];
  /** Display texts of categories, by key. */
  readonly displayValues: ReadonlyMap<string, string>;
  /**
   * Where numbers of the record are taken as they are (rounded for floats), and NaN is missing for good: how to
   * read them without `read`, to which this applies and to no other reader.
   */
  readonly direct?: { readonly read: Reader; readonly name: string; readonly float: boolean };
  /** Whether reading it may refuse the row: an input whose values are restricted. */
  readonly mayFail?: boolean;
  /**
   * What the document says of a value that is there, of inputs that let invalid ones in (`asIs`) and of derived fields
   * with intervals; every value of any other field is valid, be it a replacement that the dictionary does not list.
   */
  readonly accepts?: (value: Value) => boolean;
  /** Whether the interval wraps (`cyclic`). */
  readonly cyclic?: boolean;
  /** Name of the hierarchy its values belong to. */
  readonly taxonomy?: string | undefined;
}

export function plainField(name: string, dataType: DataType, opType: OpType, read: Reader): Field {
  return { name, dataType, opType, read, categories: [], intervals: [], displayValues: new Map() };
}

export function inInterval(value: number, { left, right, leftClosed, rightClosed }: Interval): boolean {
  if (left !== undefined && !(leftClosed ? value >= left : value > left)) return false;
  return !(right !== undefined && !(rightClosed ? value <= right : value < right));
}
