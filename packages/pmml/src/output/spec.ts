import type { Expression } from '../expressions/contract.js';
import type { DataType, OpType } from '../types/data-type.js';
import type { XmlElement } from '../xml/element.js';

/** An `OutputField` as models answer it; defaults of the specification filled in. */
export interface OutputSpec {
  readonly element: XmlElement;
  readonly name: string;
  /** 'predictedValue', 'probability', 'entityId', 'affinity', 'reasonCode', 'rule', … */
  readonly feature: string;
  /** Category or entity the feature is asked for; undefined = the winner. */
  readonly value: string | undefined;
  readonly targetField: string | undefined;
  readonly dataType: DataType | undefined;
  readonly opType: OpType | undefined;
  /** From 1; 0 asks for all as a list. */
  readonly rank: number;
  readonly rankBasis: 'confidence' | 'support' | 'lift' | 'leverage' | 'affinity';
  readonly rankOrder: 'descending' | 'ascending';
  readonly isMultiValued: boolean;
  readonly algorithm: 'recommendation' | 'exclusiveRecommendation' | 'ruleAssociation';
  readonly ruleFeature: string;
  readonly segmentId: string | undefined;
  readonly isFinal: boolean;
  readonly expression: Expression | undefined;
}
