import { codeOf } from '../../blocks/codes.js';
import { nextAbove } from '../../math/next-above.js';
import { compilePredicate, inputsOf } from '../../predicates/compile.js';
import type { PredicateTree } from '../../predicates/parse.js';
import { isNumeric } from '../../types/data-type.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { DecisionGraph } from './decision-graph.js';
import { GraphBuilder } from './decision-graph.js';
import type { FeatureTable } from './features.js';
import type { ParsedTree, TreeNode } from './parse-tree.js';

/** What a tree does where a predicate is UNKNOWN, as far as a graph can express it. */
export type GraphStrategy = 'none' | 'lastPrediction' | 'nullPrediction' | 'defaultChild';

/** Compound predicates nested deeper than this are tested as one opaque feature: each level may double. */
const MAX_COMPOUND = 3;

/** What is known of one feature on the way from one sibling to the next. */
interface Known {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Turns a tree into a graph: every sibling's predicate becomes tests whose outcomes lead on. Leaf `i` is node `i`
 * in document order, the leaf after the last one is "no prediction", those after it are the faults: nodes that
 * would need a default child.
 */
export function buildGraph(
  tree: ParsedTree,
  strategy: GraphStrategy,
  returnLast: boolean,
  features: FeatureTable,
  model: XmlElement,
): { graph: DecisionGraph; faults: readonly TreeNode[] } {
  const builder = new GraphBuilder();
  const limit = 64 * tree.nodes.length + 4096;
  const leaves = tree.nodes.length;
  const none = ~leaves;
  const faults: TreeNode[] = [];
  const entries = new Map<TreeNode, number>();
  const enter = (node: TreeNode): number => {
    const known = entries.get(node);
    if (known !== undefined) return known;
    if (builder.size > limit) model.refuse('its predicates are too entangled');
    const target = node.children.length === 0 ? ~node.index : siblings(node, 0, undefined);
    entries.set(node, target);
    return target;
  };
  const siblings = (node: TreeNode, i: number, known: Known | undefined): number => {
    const child = node.children[i];
    if (child === undefined) return returnLast && node.score !== undefined ? ~node.index : none;
    const { predicate } = child;
    if (predicate.kind === 'constant') return predicate.truth ? enter(child) : siblings(node, i + 1, known);
    const decided = known === undefined ? undefined : decide(predicate, known);
    if (decided !== undefined) return decided ? enter(child) : siblings(node, i + 1, known);
    const onTrue = enter(child);
    const onFalse = siblings(node, i + 1, learn(predicate, known));
    return touch(predicate, test(predicate, onTrue, onFalse, unknown(node, onFalse), 0));
  };
  const unknown = (node: TreeNode, onFalse: number): number => {
    switch (strategy) {
      case 'none':
        return onFalse;
      case 'lastPrediction':
        return ~node.index;
      case 'nullPrediction':
        return none;
      case 'defaultChild':
        if (node.defaultChild !== undefined) return enter(node.defaultChild);
        faults.push(node);
        return ~(leaves + faults.length);
    }
  };
  /** The bound `x < …` a comparison comes down to, or undefined where it is none. */
  const bound = (p: PredicateTree): { feature: number; below: number; negated: boolean } | undefined => {
    if (p.kind !== 'compare' || p.op === 'equal' || p.op === 'notEqual') return undefined;
    if (typeof p.value !== 'number' || !isNumeric(p.field.dataType)) return undefined;
    if (p.field.opType === 'ordinal' && p.field.categories.length > 0) return undefined;
    const feature = features.number(p.field);
    const strict = p.op === 'lessThan' || p.op === 'greaterOrEqual';
    const negated = p.op === 'greaterThan' || p.op === 'greaterOrEqual';
    return { feature, below: strict ? p.value : nextAbove(p.value), negated };
  };
  const learn = (p: PredicateTree, known: Known | undefined): Known | undefined => {
    // With strategy "none" a missing value comes here too, so nothing may be concluded from having come.
    const b = strategy === 'none' ? undefined : bound(p);
    if (b === undefined) return known;
    const { low, high } = known?.feature === b.feature ? known : { low: -Infinity, high: Infinity };
    return b.negated
      ? { feature: b.feature, low, high: Math.min(high, b.below) }
      : { feature: b.feature, low: Math.max(low, b.below), high };
  };
  const decide = (p: PredicateTree, known: Known): boolean | undefined => {
    const b = bound(p);
    if (b === undefined || b.feature !== known.feature) return undefined;
    if (known.low >= b.below) return b.negated;
    return known.high <= b.below ? !b.negated : undefined;
  };
  const test = (p: PredicateTree, yes: number, no: number, missing: number, depth: number): number => {
    switch (p.kind) {
      case 'constant':
        return p.truth ? yes : no;
      case 'missing': {
        const [present, absent] = p.whenMissing ? [no, yes] : [yes, no];
        const feature =
          p.field.categories.length > 0 || !isNumeric(p.field.dataType)
            ? features.category(p.field)
            : features.number(p.field);
        return builder.below(feature, 0, present, present, absent);
      }
      case 'set':
        return among(p.field, p.values.map(keyOf), p.isIn, yes, no, missing);
      case 'compare': {
        if (p.op === 'equal' || p.op === 'notEqual') {
          return among(p.field, [keyOf(p.value)], p.op === 'equal', yes, no, missing);
        }
        const b = bound(p);
        if (b === undefined) return opaque(p, yes, no, missing);
        return b.negated
          ? builder.below(b.feature, b.below, no, yes, missing)
          : builder.below(b.feature, b.below, yes, no, missing);
      }
      case 'compound':
        return depth >= MAX_COMPOUND ? opaque(p, yes, no, missing) : compound(p, yes, no, missing, depth + 1);
    }
  };
  /** Reads every restricted input of a compound predicate before it is tested. */
  const touch = (p: PredicateTree, next: number): number => {
    const inputs = p.kind === 'compound' ? inputsOf(p) : [];
    if (inputs.length < 2) return next;
    return inputs.reduceRight((target, field) => {
      const coded = field.categories.length > 0 || !isNumeric(field.dataType);
      return builder.touch(coded ? features.category(field) : features.number(field), target);
    }, next);
  };
  const among = (
    field: Parameters<FeatureTable['category']>[0],
    keys: readonly string[],
    isIn: boolean,
    yes: number,
    no: number,
    missing: number,
  ): number => {
    const feature = features.category(field);
    const codes = keys.map((key) => codeOf(field.read, key));
    return isIn
      ? builder.among(feature, codes, yes, no, missing)
      : builder.among(feature, codes, no, yes, missing);
  };
  const opaque = (p: PredicateTree, yes: number, no: number, missing: number): number =>
    builder.below(features.truth(compilePredicate(p)), 0.5, no, yes, missing);
  const compound = (
    { op, parts }: Extract<PredicateTree, { kind: 'compound' }>,
    yes: number,
    no: number,
    missing: number,
    depth: number,
  ): number => {
    if (op === 'surrogate')
      return parts.reduceRight((next, part) => test(part, yes, no, next, depth), missing);
    if (op === 'xor') {
      let [even, odd] = [no, yes];
      for (const part of [...parts].reverse()) {
        const [e, o]: [number, number] = [even, odd];
        even = test(part, o, e, missing, depth);
        odd = test(part, e, o, missing, depth);
      }
      return even;
    }
    // Two chains: nothing unknown so far, something unknown so far.
    const [decisive, other] = op === 'and' ? [no, yes] : [yes, no];
    let [clear, doubtful] = [other, missing];
    for (const part of [...parts].reverse()) {
      const link = (next: number): number =>
        op === 'and'
          ? test(part, next, decisive, doubtful, depth)
          : test(part, decisive, next, doubtful, depth);
      const nextClear = link(clear);
      if (missing === other) doubtful = nextClear;
      else if (missing !== decisive) doubtful = link(doubtful);
      clear = nextClear;
    }
    return clear;
  };
  return { graph: builder.finish(test(tree.root.predicate, enter(tree.root), none, none, 0)), faults };
}
