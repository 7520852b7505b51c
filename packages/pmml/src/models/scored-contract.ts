import type { Frame } from '../fields/frame.js';
import type { Scope } from '../fields/scope.js';
import type { CompiledModel, ModelResult, OutputSlot, ScoredModel } from './contract.js';

/** What MiningModel adds to the contract: segments that Output may point at, and outputs of theirs that surface. */
export interface SegmentedModel extends CompiledModel {
  segment(
    id: string,
  ): { scored: ScoredModel; result(result: ModelResult, frame: Frame): ModelResult | undefined } | undefined;
  readonly surfacing: readonly OutputSlot[];
  /** The scope after the last segment of a chain: Output sees what it declares. */
  readonly outputScope: Scope;
}

export function isSegmented(model: CompiledModel): model is SegmentedModel {
  return 'surfacing' in model;
}
