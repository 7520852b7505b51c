import type { Interval } from './fields/field.js';
import type { Usage } from './fields/mining-schema.js';
import type { MiningFunction } from './models/contract.js';
import type { DataType, OpType } from './types/data-type.js';

/** One input a caller may give, in the order of the MiningSchema. */
export interface InputInfo {
  readonly name: string;
  readonly displayName?: string;
  readonly usage: Usage;
  readonly dataType: DataType;
  readonly opType: OpType;
  /** Valid categories, where they are listed. */
  readonly values?: readonly (number | string | boolean)[];
  readonly intervals?: readonly Interval[];
  /** Whether a missing value is replaced by the model itself. */
  readonly hasReplacement: boolean;
}

export interface OutputInfo {
  readonly name: string;
  readonly dataType: DataType;
  readonly opType: OpType;
}

/** What a loaded model says about itself. */
export interface ModelInfo {
  readonly name: string | undefined;
  readonly function: MiningFunction;
  /** Model element, such as `TreeModel`. */
  readonly element: string;
  /** PMML version as the document writes it. */
  readonly version: string;
  readonly algorithm: string | undefined;
  readonly inputs: readonly InputInfo[];
  readonly outputs: readonly OutputInfo[];
  readonly targets: readonly OutputInfo[];
}
