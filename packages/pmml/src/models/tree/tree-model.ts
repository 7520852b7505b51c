import type { OutputSpec } from '../../output/spec.js';
import type { Value } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { CompiledModel, ModelContext } from '../contract.js';
import type { SegmentedModel } from '../scored-contract.js';
import type { GraphStrategy } from './build-graph.js';
import { buildGraph } from './build-graph.js';
import type { DecisionGraph } from './decision-graph.js';
import type { EmbeddedLeaves } from './embedded-leaves.js';
import { embeddedLeaves } from './embedded-leaves.js';
import type { Feature } from './features.js';
import { FeatureTable } from './features.js';
import { compileGeneralTree } from './general-tree.js';
import type { Leaf } from './leaf.js';
import { isFault, leafOf, NO_LEAF, noDefaultChild } from './leaf.js';
import type { ParsedTree } from './parse-tree.js';
import { categoriesOf, parseTree } from './parse-tree.js';
import { treeBlock } from './tree-block.js';
import { walkRow } from './walk.js';

const STRATEGIES = [
  'none',
  'lastPrediction',
  'nullPrediction',
  'defaultChild',
  'weightedConfidence',
  'aggregateNodes',
] as const;

/** What an ensemble takes of a tree: its graph and what its leaves say. */
export interface FlatTree {
  readonly graph: DecisionGraph;
  readonly features: readonly Feature[];
  /** By leaf: nodes in document order, "no prediction", faults. */
  readonly leaves: readonly Leaf[];
  readonly categories: readonly string[] | undefined;
}

type TreeCompiled = CompiledModel<Leaf>;

/** TreeModel (PMML 4.4, "Trees"). */
export function compileTreeModel(context: ModelContext): TreeCompiled {
  const { element, functionName } = context;
  if (functionName !== 'classification' && functionName !== 'regression') {
    element.refuse(`functionName="${functionName}" is not for trees`);
  }
  const strategy = element.choice('missingValueStrategy', STRATEGIES, 'none');
  const returnLast =
    element.choice(
      'noTrueChildStrategy',
      ['returnNullPrediction', 'returnLastPrediction'] as const,
      'returnNullPrediction',
    ) === 'returnLastPrediction';
  const penalty = element.number('missingValuePenalty', 1);
  element.choice('splitCharacteristic', ['multiSplit', 'binarySplit'] as const);
  const tree = parseTree(element, context);
  const many = strategy === 'weightedConfidence' || strategy === 'aggregateNodes';
  const obstacle = many ? `missingValueStrategy="${strategy}"` : undefined;
  const embedded = embeddedLeaves(
    tree,
    context,
    obstacle ?? (penalty === 1 ? undefined : 'missingValuePenalty'),
  );
  const categories = functionName === 'classification' ? categoriesOf(tree, embedded?.categories) : undefined;
  const output = outputs(categories);
  if (many || penalty !== 1) {
    return { ...compileGeneralTree(tree, context, strategy, returnLast, penalty, categories), output };
  }
  const flat = flatten(tree, strategy satisfies GraphStrategy, returnLast, categories, element);
  if (embedded !== undefined) return withEmbedded(flat, embedded, output);
  return {
    ...(categories === undefined ? {} : { categories }),
    flat,
    output,
    block: (columns) => treeBlock(flat, (r) => (r.of === 'feature' ? output(r.spec) : undefined), columns),
    evaluate: evaluator(flat),
  };
}

function flatten(
  tree: ParsedTree,
  strategy: GraphStrategy,
  returnLast: boolean,
  categories: readonly string[] | undefined,
  element: XmlElement,
): FlatTree {
  const features = new FeatureTable();
  const { graph, faults } = buildGraph(tree, strategy, returnLast, features, element);
  const ends = endsOf(graph);
  const leaves: Leaf[] = tree.nodes.map((node) =>
    ends.has(node.index) ? leafOf(node, categories) : NO_LEAF,
  );
  leaves.push(NO_LEAF, ...faults.map(noDefaultChild));
  return { graph, features: features.list, leaves, categories };
}

/** Apart, so that the closure keeps the flat tree and nothing of its making. */
function evaluator({ graph, features, leaves }: FlatTree): TreeCompiled['evaluate'] {
  return (frame) => answerOf(leaves[walkRow(graph, features, frame)] as Leaf);
}

function answerOf(leaf: Leaf): Leaf {
  if (isFault(leaf)) throw leaf.fault;
  return leaf;
}

/** A tree some of whose leaves are models: every row goes its own way. */
function withEmbedded(
  flat: FlatTree,
  { answering, surfacing, outputScope }: EmbeddedLeaves,
  output: TreeCompiled['output'],
): TreeCompiled & SegmentedModel {
  const { graph, features, leaves, categories } = flat;
  const models = answering(categories);
  return {
    ...(categories === undefined ? {} : { categories }),
    ...(output === undefined ? {} : { output }),
    surfacing,
    outputScope,
    segment: () => undefined,
    evaluate: (frame) => {
      const at = walkRow(graph, features, frame);
      return models[at]?.(frame) ?? answerOf(leaves[at] as Leaf);
    },
  };
}

/** The leaves a graph leads to: the other nodes need no result of their own. */
function endsOf({ entry, yes, no, missing }: DecisionGraph): Set<number> {
  const ends = new Set<number>([~entry]);
  for (const targets of [yes, no, missing]) for (const t of targets) if (t < 0) ends.add(~t);
  return ends;
}

/** A tree asked about the records of its node. */
function outputs(
  categories: readonly string[] | undefined,
): (spec: OutputSpec) => ((leaf: Leaf) => Value) | undefined {
  return (spec) => {
    if (spec.feature !== 'confidence' || spec.value !== undefined || categories === undefined)
      return undefined;
    return (leaf): Value => {
      const at = leaf.value === undefined ? -1 : categories.indexOf(String(leaf.value));
      return (leaf.confidences ?? leaf.probabilities)?.[at];
    };
  };
}
