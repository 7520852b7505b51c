import type { Reader } from '../fields/frame.js';
import type { OutputSpec } from '../output/spec.js';
import type { Value } from '../types/value.js';
import type { ColumnSet } from './column-set.js';

/** Rows that are scored together: enough to keep loops going, few enough to stay in the first cache. */
export const BLOCK = 64;

/** Bits that say of a row why it is not plain. */
export const ROW = {
  /** It is left to `evaluate`. */
  odd: 1,
  /** One of its columns is missing. */
  hole: 2,
} as const;

/** One result over a block: numbers, or places in a table. Filled by `BlockKernel.run`, read by row. */
export type ResultColumn =
  | { readonly numbers: Float64Array }
  | { readonly index: Int32Array; readonly table: readonly Value[] };

/** What an answer asks of a kernel. `rounded` = in single precision. */
export type ResultRequest =
  | { readonly of: 'value'; readonly rounded?: boolean }
  /** Of a category of the model; -1 = one that it does not mention, whose probability is 0 where others have any. */
  | { readonly of: 'probability'; readonly index: number; readonly rounded?: boolean }
  /** An output of one of its segments, by what reads it. */
  | { readonly of: 'output'; readonly read: Reader }
  | { readonly of: 'feature'; readonly spec: OutputSpec };

/** The probability of a category that is not among those of the rows that are not odd. */
export const NEVER: ResultColumn = { index: new Int32Array(BLOCK), table: [0] };

/**
 * A model that scores a block of rows column by column. It answers exactly as `CompiledModel.evaluate` does, or
 * marks the row as odd (`ROW`): whatever is missing, refused or not a number in the end is left to `evaluate`.
 */
export interface BlockKernel {
  /** The column that answers a request; undefined where the kernel cannot. Asked while loading. */
  result(request: ResultRequest): ResultColumn | undefined;
  /** Scores the first `count` rows; `marks` are bits of `ROW`, rows that are odd already need no answer. */
  run(inputs: readonly Float64Array[], count: number, marks: Uint8Array): void;
}

/** Makes the kernel of a model, claiming the columns it reads; undefined where it needs more than columns. */
export type BlockCompiler = (columns: ColumnSet) => BlockKernel | undefined;
