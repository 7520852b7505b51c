import type { Frame } from '../../fields/frame.js';
import { compilePredicate } from '../../predicates/compile.js';
import type { Predicate } from '../../predicates/contract.js';
import { FALSE, TRUE, UNKNOWN } from '../../predicates/contract.js';
import type { PredicateTree } from '../../predicates/parse.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import { indexOfMax } from '../regression/normalization.js';
import type { Leaf } from './leaf.js';
import { isFault, leafOf, NO_LEAF } from './leaf.js';
import type { ParsedTree, Share, TreeNode } from './parse-tree.js';

type Strategy =
  | 'none'
  | 'lastPrediction'
  | 'nullPrediction'
  | 'defaultChild'
  | 'weightedConfidence'
  | 'aggregateNodes';

/**
 * Trees whose answer depends on more than the node they stop at: confidences summed over siblings, leaves
 * aggregated, or a penalty for each missing value met on the way.
 */
export function compileGeneralTree(
  tree: ParsedTree,
  context: ModelContext,
  strategy: Strategy,
  returnLast: boolean,
  penalty: number,
  categories: readonly string[] | undefined,
): CompiledModel<Leaf> {
  if (strategy === 'weightedConfidence' || strategy === 'aggregateNodes') {
    const uncounted = tree.nodes.find(
      (n) => n !== tree.root && n.recordCount === undefined && n.shares.length === 0,
    );
    if (uncounted !== undefined)
      context.element.refuse(
        `missingValueStrategy="${strategy}" needs the recordCount of node ${uncounted.id}`,
      );
  }
  const predicates = tree.nodes.map((n) => compilePredicate(n.predicate));
  const detours = tree.nodes.map((n) => surrogateParts(n.predicate));
  const leaves = tree.nodes.map((n) => leafOf(n, categories));
  const truth = (node: TreeNode, frame: Frame) => (predicates[node.index] as Predicate)(frame);
  /** Whether a predicate was decided, either way, by a surrogate: that costs a penalty, however many were tried. */
  const detour = (node: TreeNode, frame: Frame): boolean => {
    const parts = detours[node.index];
    return parts !== undefined && penalty !== 1 && (parts[0] as Predicate)(frame) === UNKNOWN;
  };
  const many = { tree, leaves, truth, categories, context, returnLast };
  const walk = (start: TreeNode, frame: Frame): Leaf => {
    let node = start;
    let steps = 0;
    const stop = (at: TreeNode): Leaf => {
      const leaf = leaves[at.index] as Leaf;
      if (isFault(leaf)) throw leaf.fault;
      return penalized(leaf, penalty ** steps);
    };
    for (;;) {
      if (node.children.length === 0) return stop(node);
      let next: TreeNode | undefined;
      for (const child of node.children) {
        const t = truth(child, frame);
        if (t !== UNKNOWN && detour(child, frame)) steps++;
        if (t === TRUE) {
          next = child;
          break;
        }
        if (t === FALSE || strategy === 'none') continue;
        if (strategy === 'lastPrediction') return stop(node);
        if (strategy === 'nullPrediction') return NO_LEAF;
        if (strategy === 'defaultChild') {
          next = node.defaultChild;
          steps++;
          if (next === undefined) return NO_LEAF;
          break;
        }
        return strategy === 'aggregateNodes'
          ? aggregate(reachable(node, frame, many), many)
          : weighted(node, frame, many, walk);
      }
      if (next === undefined) return returnLast && node.score !== undefined ? stop(node) : NO_LEAF;
      node = next;
    }
  };
  return {
    ...(categories === undefined ? {} : { categories }),
    evaluate: (frame) => (truth(tree.root, frame) === TRUE ? walk(tree.root, frame) : NO_LEAF),
  };
}

interface Many {
  readonly leaves: readonly Leaf[];
  readonly truth: (node: TreeNode, frame: Frame) => number;
  readonly categories: readonly string[] | undefined;
  readonly context: ModelContext;
  readonly returnLast: boolean;
}

function surrogateParts(tree: PredicateTree): Predicate[] | undefined {
  return tree.kind === 'compound' && tree.op === 'surrogate' ? tree.parts.map(compilePredicate) : undefined;
}

function penalized(leaf: Leaf, factor: number): Leaf {
  const confidences = leaf.confidences ?? leaf.probabilities;
  if (factor === 1 || confidences === undefined) return leaf;
  return { ...leaf, confidences: Float64Array.from(confidences, (c: number) => c * factor) };
}

function recordsOf(node: TreeNode): number {
  return node.recordCount ?? node.shares.reduce((sum, s) => sum + s.recordCount, 0);
}

/** Siblings that are not FALSE are scored; their confidences are weighted by their records and summed. */
function weighted(
  parent: TreeNode,
  frame: Frame,
  { truth, categories, context }: Many,
  walk: (node: TreeNode, frame: Frame) => Leaf,
): Leaf {
  const candidates = parent.children.filter((child) => truth(child, frame) !== FALSE);
  const total = candidates.reduce((sum, child) => sum + recordsOf(child), 0);
  if (categories === undefined) {
    let value = 0;
    for (const child of candidates) {
      const { value: own } = walk(child, frame);
      if (typeof own !== 'number') return NO_LEAF;
      value += (own * recordsOf(child)) / total;
    }
    return { value };
  }
  const confidences = new Float64Array(categories.length);
  const probabilities = new Float64Array(categories.length);
  for (const child of candidates) {
    const leaf = walk(child, frame);
    const weight = recordsOf(child) / total;
    for (let i = 0; i < confidences.length; i++) {
      confidences[i] =
        (confidences[i] as number) + weight * (leaf.confidences?.[i] ?? leaf.probabilities?.[i] ?? 0);
      probabilities[i] = (probabilities[i] as number) + weight * (leaf.probabilities?.[i] ?? 0);
    }
  }
  const best = indexOfMax(confidences);
  const value: Value = best < 0 ? undefined : context.category(categories[best] as string);
  return { value, probabilities, confidences };
}

/** Leaves below `node` that no predicate rules out. */
function reachable(node: TreeNode, frame: Frame, many: Many): TreeNode[] {
  if (node.children.length === 0) return [node];
  const out: TreeNode[] = [];
  let unsure = false;
  for (const child of node.children) {
    const t = many.truth(child, frame);
    if (t === FALSE) continue;
    out.push(...reachable(child, frame, many));
    if (t === TRUE && !unsure) break;
    if (t === UNKNOWN) unsure = true;
  }
  return out.length === 0 && many.returnLast ? [node] : out;
}

function aggregate(nodes: readonly TreeNode[], { categories, context }: Many): Leaf {
  if (nodes.length === 0) return NO_LEAF;
  if (categories === undefined) {
    if (nodes.some((n) => n.score === undefined)) return NO_LEAF;
    const total = nodes.reduce((sum, n) => sum + recordsOf(n), 0);
    const value = nodes.reduce((sum, n) => sum + ((n.score as number) * recordsOf(n)) / total, 0);
    return { value };
  }
  const counts = new Float64Array(categories.length);
  let total = 0;
  for (const node of nodes) {
    for (const { category, recordCount } of sharesOf(node)) {
      const at = categories.indexOf(category);
      counts[at] = (counts[at] as number) + recordCount;
      total += recordCount;
    }
  }
  if (!(total > 0)) return NO_LEAF;
  const best = indexOfMax(counts);
  const probabilities = counts.map((c) => c / total);
  const value = best < 0 ? undefined : context.category(categories[best] as string);
  return { value, probabilities };
}

/** The records of a node by category; without a distribution they are all of its score. */
function sharesOf(node: TreeNode): readonly Pick<Share, 'category' | 'recordCount'>[] {
  if (node.shares.length > 0 || node.score === undefined) return node.shares;
  return [{ category: keyOf(node.score), recordCount: recordsOf(node) }];
}
