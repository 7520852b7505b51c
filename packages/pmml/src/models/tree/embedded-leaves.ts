import type { Frame } from '../../fields/frame.js';
import { Scope } from '../../fields/scope.js';
import type { ModelContext, ModelResult, OutputSlot, ScoredModel } from '../contract.js';
import { surfacingOutputs } from '../surfacing-outputs.js';
import type { Leaf } from './leaf.js';
import type { ParsedTree } from './parse-tree.js';

/** Models that answer for leaves of a tree: a row that ends there is scored by them. */
export interface EmbeddedLeaves {
  /** Every category they speak of. */
  readonly categories: readonly string[];
  /** By leaf; undefined where the leaf answers itself. Their categories are brought into the order of `united`. */
  answering(united: readonly string[] | undefined): ((frame: Frame) => Leaf)[];
  /** Their results, of equal names the one of the leaf that was reached. */
  readonly surfacing: readonly OutputSlot[];
  /** The tree's fields and those results. */
  readonly outputScope: Scope;
}

/** Compiles the models embedded in a tree's leaves; undefined where there are none. */
export function embeddedLeaves(
  { nodes }: ParsedTree,
  context: ModelContext,
  /** Why this tree cannot have any. */
  obstacle: string | undefined,
): EmbeddedLeaves | undefined {
  const models: { scored: ScoredModel; leaf: number; id: string }[] = [];
  for (const { embedded: element, index, id } of nodes) {
    if (element === undefined) continue;
    if (obstacle !== undefined) element.refuse(`models embedded in nodes have no meaning with ${obstacle}`);
    const scored = context.embedded(element, context.scope, context.target);
    if (scored.functionName !== context.functionName) {
      element.refuse(`functionName="${scored.functionName}" is not that of its tree`);
    }
    models.push({ scored, leaf: index, id });
  }
  if (models.length === 0) return undefined;
  const surfacing = surfacingOutputs(models, 'some');
  const outputScope = new Scope(context.scope.layout, context.scope);
  for (const { field } of surfacing) outputScope.declare(field.name, field);
  return {
    categories: [...new Set(models.flatMap((m) => m.scored.model.categories ?? []))],
    answering: (united) => {
      const out: ((frame: Frame) => Leaf)[] = [];
      for (const { scored, leaf, id } of models) out[leaf] = answer(scored, id, united);
      return out;
    },
    surfacing,
    outputScope,
  };
}

/** The model's result as a leaf of the tree; the entity is the node unless the model has one of its own. */
function answer(
  { score, model }: ScoredModel,
  id: string,
  united: readonly string[] | undefined,
): (frame: Frame) => Leaf {
  const places = (model.categories ?? []).map((c) => united?.indexOf(c) ?? -1);
  const same = places.length === (united?.length ?? 0) && places.every((place, i) => place === i);
  const spread = (table: ModelResult['probabilities']): ModelResult['probabilities'] => {
    if (table === undefined || same) return table;
    const out = new Float64Array(united?.length ?? 0);
    for (let i = 0; i < places.length; i++) out[places[i] as number] = table[i] as number;
    return out;
  };
  return (frame) => {
    const result = score(frame);
    return {
      value: result.value,
      entityId: result.entityId ?? id,
      probabilities: spread(result.probabilities),
      confidences: spread(result.confidences),
    };
  };
}
