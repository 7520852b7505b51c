import type { BlockCompiler, ResultRequest } from '../blocks/contract.js';
import type { Expression } from '../expressions/contract.js';
import type { Field } from '../fields/field.js';
import type { Frame } from '../fields/frame.js';
import type { Scope } from '../fields/scope.js';
import type { OutputSpec } from '../output/spec.js';
import type { Predicate } from '../predicates/contract.js';
import type { Value } from '../types/value.js';
import type { XmlElement } from '../xml/element.js';

export const MINING_FUNCTIONS = [
  'classification',
  'regression',
  'clustering',
  'associationRules',
  'sequences',
  'timeSeries',
  'mixed',
] as const;
export type MiningFunction = (typeof MINING_FUNCTIONS)[number];

/**
 * What a model makes of one row, before Targets. A model may extend it with whatever its own `output`
 * readers need.
 */
export interface ModelResult {
  /** The prediction: a number, a category (typed as the target), a cluster id, a list; undefined = missing. */
  readonly value: Value;
  /** By index in `CompiledModel.categories`; NaN = this category has none. */
  readonly probabilities?: ArrayLike<number> | undefined;
  /** By index in `CompiledModel.categories`, where they differ from the probabilities. */
  readonly confidences?: ArrayLike<number> | undefined;
  /** Id of the winning entity (node, cluster, rule, neighbour, neuron). */
  readonly entityId?: string | undefined;
  /** Predictions of further targets, by target field (multi-target models). */
  readonly targets?: ReadonlyMap<string, Value> | undefined;
}

/** Reads one Output feature off a result. */
export type FeatureReader<R extends ModelResult = ModelResult> = {
  // A method, so that readers of a model's own results fit where results in general are meant.
  read(result: R, frame: Frame): Value;
}['read'];

/** Something that works better on a block of rows than on one. */
export interface RunsAhead {
  /** Called with the frames of a block before any of them is scored. */
  prepare(frames: readonly Frame[], count: number): void;
  /** Called when the block has been scored. */
  release(): void;
}

/** A model compiled for scoring; `evaluate` keeps no state between rows. */
export interface CompiledModel<R extends ModelResult = ModelResult> {
  /** Category keys (see `keyOf`) that `probabilities` and `confidences` are indexed by. */
  readonly categories?: readonly string[];
  /** @throws RecordError where this row cannot be scored */
  evaluate(frame: Frame): R;
  /**
   * Readers of Output features beyond predictedValue, probability, confidence and entityId of the winner, or
   * in place of those (ranked entities, affinities, rules, reason codes). Undefined = the standard reading.
   * Called while loading: refuse here what cannot be answered.
   */
  output?(spec: OutputSpec): FeatureReader<R> | undefined;
  /** What whole-ensemble evaluation needs to know of a tree; see models/tree. */
  readonly flat?: unknown;
  /** Makes the kernel that scores blocks of plain rows, for models that have one. */
  readonly block?: BlockCompiler;
  /** Ensembles in it that a batch may run ahead, block by block. */
  readonly forests?: readonly RunsAhead[];
}

/** A model with its Targets and Output: how MiningModel and the document run it. */
export interface ScoredModel {
  readonly element: string;
  readonly functionName: MiningFunction;
  readonly model: CompiledModel;
  /** The first target field, as named in the MiningSchema. */
  readonly target: Field | undefined;
  readonly targets: readonly Field[];
  /** Outputs in order, nested ones that surface included. */
  readonly outputs: readonly OutputSlot[];
  /** Whether Targets, Output or local transformations stand between `model` and its result. */
  readonly bare: boolean;
  /** The model's, where nothing stands between it and the result. */
  readonly block?: BlockCompiler | undefined;
  /** Evaluates, applies Targets, writes the outputs to their slots. */
  score(frame: Frame): ModelResult;
}

export interface OutputSlot {
  readonly field: Field;
  readonly slot: number;
  readonly isFinal: boolean;
  /** Whether it stands for itself: an expression, or what a step before has answered for. */
  readonly computed: boolean;
  /** What it asks of a block's kernel; absent where it needs the row's frame. */
  readonly request?: ResultRequest | undefined;
}

/** Everything a model compiler is given. */
export interface ModelContext {
  readonly element: XmlElement;
  readonly functionName: MiningFunction;
  /** Fields visible to the model: mining fields, transformations. `scope.field(name, element)` or it is refused. */
  readonly scope: Scope;
  /** The target as declared (MiningSchema × DataDictionary), if any; its `read` gives the actual value. */
  readonly target: Field | undefined;
  readonly targets: readonly Field[];
  /** Names of the active mining fields, in order. */
  readonly activeFields: readonly string[];
  /** 'float': every operation is rounded to single precision (JPMML's `x-mathContext`). */
  readonly math: 'double' | 'float';
  /** A category literal in the target's type (text where there is no target). */
  category(text: string): Value;
  /** Compiles an expression element against `scope` (or another). */
  expression(element: XmlElement, scope?: Scope): Expression;
  /** Compiles a predicate element; UNKNOWN is told apart. */
  predicate(element: XmlElement, scope?: Scope): Predicate;
  /** Declares the DerivedFields below `LocalTransformations`; done for the model's own before it is compiled. */
  transformations(element: XmlElement, scope: Scope): void;
  /** Compiles the model element of a Segment. */
  nested(element: XmlElement, scope: Scope): ScoredModel;
  /** Compiles a `Regression` or `DecisionTree` inside this model; it predicts `target`. */
  embedded(element: XmlElement, scope: Scope, target: Field | undefined): ScoredModel;
}

export type ModelCompiler = (context: ModelContext) => CompiledModel;
