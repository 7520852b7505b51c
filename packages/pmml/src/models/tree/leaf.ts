import { RecordError } from '../../errors.js';
import type { PredicateTree } from '../../predicates/parse.js';
import { keyOf } from '../../types/value.js';
import type { ModelResult } from '../contract.js';
import type { TreeNode } from './parse-tree.js';

/** What a tree answers where it stops at a node. */
export type Leaf = ModelResult;

/** Stands where a row ends at a fault of the model: the row is refused. */
export interface Fault extends Leaf {
  readonly fault: RecordError;
}

/** The field a predicate asks for first. */
export function fieldOf(tree: PredicateTree): string {
  if (tree.kind === 'constant') return '';
  return tree.kind === 'compound' ? fieldOf(tree.parts[0] as PredicateTree) : tree.field.name;
}

/** A value is missing and the node has no default child to go to. */
export function noDefaultChild(node: TreeNode): Fault {
  const field = fieldOf((node.children[0] as TreeNode).predicate);
  const fault = new RecordError(
    field,
    undefined,
    `a value (node ${node.id} has no default child)`,
    'missing',
  );
  return { value: undefined, fault };
}

/** A node that scores nothing, by itself or by its records, is no end of a row. */
function noScore(node: TreeNode): Fault {
  const fault = new RecordError(
    '',
    undefined,
    `a node with a score (node ${node.id} has none)`,
    'computation',
  );
  return { value: undefined, fault };
}

export function isFault(leaf: Leaf): leaf is Fault {
  return 'fault' in leaf;
}

export const NO_LEAF: Leaf = { value: undefined };

/** The result of a node; the same object for every row that ends there. */
export function leafOf(node: TreeNode, categories: readonly string[] | undefined): Leaf {
  const { score, id, shares } = node;
  if (score === undefined) return noScore(node);
  if (categories === undefined) return { value: score, entityId: id };
  if (shares.length === 0) {
    const winner = keyOf(score);
    const sure = categories.map((c) => (c === winner ? 1 : 0));
    return { value: score, entityId: id, probabilities: sure };
  }
  const total = shares.reduce((sum, s) => sum + s.recordCount, 0);
  const given = shares.some((s) => s.probability !== undefined);
  // A plain array: a typed one would take three times the memory, and large forests have millions of leaves.
  const probabilities = categories.map(() => 0);
  // Most trees give no confidences of their own: the probabilities stand for them.
  const confidences = shares.some((s) => s.confidence !== undefined) ? probabilities.slice() : undefined;
  for (const share of shares) {
    const at = categories.indexOf(share.category);
    probabilities[at] = given ? (share.probability ?? 0) : share.recordCount / total;
    if (confidences !== undefined) confidences[at] = share.confidence ?? (probabilities[at] as number);
  }
  return { value: score, entityId: id, probabilities, confidences };
}
