import type { ColumnSet } from '../../blocks/column-set.js';
import { ModelError } from '../../errors.js';
import type { PredicateTree } from '../../predicates/parse.js';
import type { XmlElement } from '../../xml/element.js';
import { buildGraph } from './build-graph.js';
import type { DecisionGraph } from './decision-graph.js';
import { FeatureTable } from './features.js';
import type { ParsedTree, TreeNode } from './parse-tree.js';
import type { LeafFinder } from './piece-table.js';
import { leafFinder } from './piece-table.js';

/**
 * Finds for each row of a block the first of some predicates that holds: 1 for the first of them, one more than there are
 * where none does. Undefined where they make no graph of reasonable size, or ask for more than columns.
 */
export function firstHolding(
  predicates: readonly PredicateTree[],
  element: XmlElement,
  columns: ColumnSet,
): LeafFinder | undefined {
  const features = new FeatureTable();
  const graph = graphOf(predicates, features, element);
  return graph && leafFinder(graph, features.list, columns);
}

function graphOf(
  predicates: readonly PredicateTree[],
  features: FeatureTable,
  element: XmlElement,
): DecisionGraph | undefined {
  try {
    return buildGraph(treeOf(predicates), 'none', false, features, element).graph;
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** A node whose children have the predicates: the first that holds is where a row ends. */
function treeOf(predicates: readonly PredicateTree[]): ParsedTree {
  const plain = { score: undefined, recordCount: undefined, shares: [], defaultChild: undefined };
  const children = predicates.map(
    (predicate, i): TreeNode => ({ ...plain, index: i + 1, id: '', predicate, children: [] }),
  );
  const root: TreeNode = {
    ...plain,
    index: 0,
    id: '',
    predicate: { kind: 'constant', truth: true },
    children,
  };
  return { root, nodes: [root, ...children] };
}
