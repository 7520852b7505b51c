import { roundingOf } from '../../math/rounding.js';
import type { PredicateTree } from '../../predicates/parse.js';
import { parsePredicate, predicateChild } from '../../predicates/parse.js';
import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { XmlElement } from '../../xml/element.js';
import type { ModelContext } from '../contract.js';
import { EMBEDDED_ELEMENTS } from '../model-elements.js';

/** One `ScoreDistribution`. */
export interface Share {
  readonly category: string;
  readonly recordCount: number;
  readonly probability: number | undefined;
  readonly confidence: number | undefined;
}

/** One `Node`, its fields resolved. Indices are positions in document order. */
export interface TreeNode {
  readonly index: number;
  readonly id: string;
  readonly score: Value;
  readonly recordCount: number | undefined;
  readonly shares: readonly Share[];
  readonly predicate: PredicateTree;
  readonly children: readonly TreeNode[];
  readonly defaultChild: TreeNode | undefined;
  /** The model that answers for the node. */
  readonly embedded?: XmlElement | undefined;
}

export interface ParsedTree {
  readonly root: TreeNode;
  readonly nodes: readonly TreeNode[];
}

export function parseTree(model: XmlElement, context: ModelContext): ParsedTree {
  const nodes: TreeNode[] = [];
  const regression = context.functionName === 'regression';
  const round = roundingOf(context.math);
  const scoreOf = (element: XmlElement): Value => {
    const text = element.attr('score');
    if (text === undefined) return undefined;
    return regression ? round(element.needNumber('score')) : context.category(text);
  };
  const read = (element: XmlElement): TreeNode => {
    const index = nodes.length;
    nodes.push(undefined as unknown as TreeNode);
    const shares = readShares(element, context);
    const predicate = parsePredicate(predicateChild(element), context.scope);
    const elements = element.all('Node');
    const children = elements.map(read);
    const wanted = element.attr('defaultChild');
    const at = wanted === undefined ? -1 : elements.findIndex((child) => child.attr('id') === wanted);
    if (wanted !== undefined && at < 0)
      element.refuse(`defaultChild ${JSON.stringify(wanted)} is none of its children`);
    const node: TreeNode = {
      index,
      id: element.attr('id') ?? String(index + 1),
      score: scoreOf(element) ?? likeliest(shares, context),
      recordCount: element.number('recordCount'),
      shares,
      predicate,
      children,
      defaultChild: children[at],
      embedded: embeddedModel(element),
    };
    nodes[index] = node;
    return node;
  };
  return { root: read(model.needChild('Node')), nodes };
}

/** The schema has a model in place of child nodes and distributions: beside them nothing says which one answers. */
function embeddedModel(node: XmlElement): XmlElement | undefined {
  const model = node.oneOf(EMBEDDED_ELEMENTS);
  if (model === undefined) return undefined;
  for (const { name } of node.children) {
    if (name === 'Node' || name === 'ScoreDistribution') model.refuse(`it is embedded beside <${name}>`);
  }
  return model;
}

/** The distribution of a node: of each category once, and either all have probabilities or none has. */
function readShares(node: XmlElement, context: ModelContext): Share[] {
  const elements = node.all('ScoreDistribution');
  const shares = elements.map((element) => readShare(element, context));
  for (let i = 0; i < shares.length; i++) {
    const { category, probability } = shares[i] as Share;
    for (let j = 0; j < i; j++) {
      if (shares[j]?.category === category) elements[i]?.refuse(`category ${category} is there twice`);
    }
    if ((probability === undefined) !== (shares[0]?.probability === undefined))
      elements[i]?.refuse('some of its siblings have probabilities, others have none');
    if (probability === undefined) elements[i]?.need('recordCount');
  }
  return shares;
}

function readShare(element: XmlElement, context: ModelContext): Share {
  return {
    category: keyOf(context.category(element.need('value'))),
    recordCount: element.number('recordCount', 0),
    probability: element.number('probability'),
    confidence: element.number('confidence'),
  };
}

/** A node without a score scores the category most of its records have. */
function likeliest(shares: readonly Share[], context: ModelContext): Value {
  let best: Share | undefined;
  for (const share of shares) {
    if (best === undefined || share.recordCount > best.recordCount) best = share;
  }
  return best === undefined || context.functionName === 'regression'
    ? undefined
    : context.category(best.category);
}

/** Every category a tree speaks of, in order of appearance; `embedded` are those of models in it. */
export function categoriesOf({ nodes }: ParsedTree, embedded: readonly string[] = []): string[] {
  const seen = new Set<string>();
  for (const node of nodes) for (const share of node.shares) seen.add(share.category);
  for (const node of nodes) if (node.score !== undefined) seen.add(keyOf(node.score));
  for (const category of embedded) seen.add(category);
  return [...seen];
}
