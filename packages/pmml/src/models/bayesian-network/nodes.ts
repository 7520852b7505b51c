import type { Field } from '../../fields/field.js';
import { Scope } from '../../fields/scope.js';
import type { XmlElement } from '../../xml/element.js';
import { categoryKey } from '../category-key.js';
import type { ModelContext } from '../contract.js';
import { refuseTwice } from '../refuse-twice.js';
import type { Density } from './densities.js';
import { compileDensity } from './densities.js';
import { MAX_CELLS } from './factor.js';

/** A discrete node: its probabilities given its parents, the node's own value running fastest. */
export interface DiscreteNode {
  readonly kind: 'discrete';
  readonly name: string;
  readonly field: Field;
  readonly values: readonly string[];
  readonly parents: readonly number[];
  readonly table: Float64Array;
}

/** A continuous node: a density by combination of its discrete parents. */
export interface ContinuousNode {
  readonly kind: 'continuous';
  readonly name: string;
  readonly field: Field;
  readonly parents: readonly number[];
  readonly densities: readonly Density[];
}

export type NetworkNode = DiscreteNode | ContinuousNode;

/** Reads the nodes in document order; parents are discrete nodes, by index. */
export function compileNodes(context: ModelContext): NetworkNode[] {
  const parent = context.element.needChild('BayesianNetworkNodes');
  const elements = parent.children.filter((c) => c.name === 'DiscreteNode' || c.name === 'ContinuousNode');
  if (elements.length === 0) parent.refuse('it has no nodes');
  refuseTwice(
    elements.map((e) => e.need('name')),
    (i) => elements[i] as XmlElement,
  );
  const index = new Map(elements.map((e, i) => [e.need('name'), i]));
  const scope = new Scope(context.scope.layout, context.scope);
  for (const element of elements) context.transformations(element, scope);
  const fields = elements.map((e) => scope.field(e.need('name'), e));
  const values = elements.map((e, i) => (e.name === 'DiscreteNode' ? nodeValues(e, fields[i] as Field) : []));
  const links = elements.map((e) => parentsOf(e, index, elements));
  refuseCycles(elements, links);
  return elements.map((element, i): NetworkNode => {
    const parents = links[i] as readonly number[];
    const field = fields[i] as Field;
    const shared = { name: field.name, field, parents };
    const rows = parents.reduce((n, p) => n * (values[p] as readonly string[]).length, 1);
    const own = values[i] as readonly string[];
    if (rows * Math.max(1, own.length) > MAX_CELLS) element.refuse('its table is too large');
    const rowOf = (entry: XmlElement): number => rowIndex(entry, parents, elements, values, fields);
    if (element.name === 'DiscreteNode') {
      return {
        ...shared,
        kind: 'discrete',
        values: own,
        table: discreteTable(element, field, own, rows, rowOf),
      };
    }
    return {
      ...shared,
      kind: 'continuous',
      densities: continuousTable(element, rows, rowOf, context, scope),
    };
  });
}

function nodeValues(node: XmlElement, field: Field): string[] {
  const groups = [node, ...node.all('DiscreteConditionalProbability')];
  const texts = groups.flatMap((g) => g.all('ValueProbability').map((v) => v.need('value')));
  if (texts.length === 0) node.refuse('it has no ValueProbability');
  return [...new Set(texts.map((t) => categoryKey(field.dataType, t)))];
}

const CONDITIONAL: ReadonlySet<string> = new Set([
  'DiscreteConditionalProbability',
  'ContinuousConditionalProbability',
]);

function conditionals(node: XmlElement): XmlElement[] {
  return node.children.filter((c) => CONDITIONAL.has(c.name));
}

function parentsOf(
  node: XmlElement,
  index: ReadonlyMap<string, number>,
  nodes: readonly XmlElement[],
): number[] {
  const first = conditionals(node)[0];
  return (first?.all('ParentValue') ?? []).map((p) => {
    const at =
      index.get(p.need('parent')) ?? p.refuse(`there is no node ${JSON.stringify(p.attr('parent'))}`);
    if ((nodes[at] as XmlElement).name !== 'DiscreteNode')
      p.refuse('a ParentValue must name a discrete node');
    return at;
  });
}

function refuseCycles(nodes: readonly XmlElement[], links: readonly (readonly number[])[]): void {
  const state = new Int8Array(nodes.length);
  const visit = (i: number): void => {
    if (state[i] === 2) return;
    if (state[i] === 1) (nodes[i] as XmlElement).refuse('the network has a cycle through it');
    state[i] = 1;
    for (const p of links[i] as readonly number[]) visit(p);
    state[i] = 2;
  };
  for (let i = 0; i < nodes.length; i++) visit(i);
}

function rowIndex(
  entry: XmlElement,
  parents: readonly number[],
  nodes: readonly XmlElement[],
  values: readonly (readonly string[])[],
  fields: readonly Field[],
): number {
  const given = new Map(entry.all('ParentValue').map((p) => [p.need('parent'), p]));
  if (given.size !== parents.length)
    entry.refuse(`it has ${given.size} ParentValues, others have ${parents.length}`);
  let row = 0;
  for (const parent of parents) {
    const name = (nodes[parent] as XmlElement).need('name');
    const value = given.get(name) ?? entry.refuse(`it has no ParentValue for ${JSON.stringify(name)}`);
    const known = values[parent] as readonly string[];
    const at = known.indexOf(categoryKey((fields[parent] as Field).dataType, value.need('value')));
    if (at < 0) value.refuse('the parent has no such value');
    row = row * known.length + at;
  }
  return row;
}

function discreteTable(
  node: XmlElement,
  field: Field,
  values: readonly string[],
  rows: number,
  rowOf: (entry: XmlElement) => number,
): Float64Array {
  const table = new Float64Array(rows * values.length);
  const groups = conditionals(node);
  if (groups.length > 0) node.all('ValueProbability')[0]?.refuse('it stands beside conditional ones');
  const seen = new Uint8Array(rows);
  for (const group of groups.length > 0 ? groups : [node]) {
    const row = groups.length > 0 ? rowOf(group) : 0;
    if (seen[row] === 1) group.refuse('its combination of parent values is there twice');
    seen[row] = 1;
    const given = group.all('ValueProbability').map((entry) => {
      const at = values.indexOf(categoryKey(field.dataType, entry.need('value')));
      const probability = entry.needNumber('probability');
      if (!(probability >= 0 && probability <= 1)) entry.refuse(`probability="${probability}" is none`);
      table[row * values.length + at] = probability;
      return values[at] as string;
    });
    refuseTwice(given, (i) => group.all('ValueProbability')[i] as XmlElement);
  }
  if (seen.includes(0)) node.refuse('a combination of parent values has no probabilities');
  return table;
}

function continuousTable(
  node: XmlElement,
  rows: number,
  rowOf: (entry: XmlElement) => number,
  context: ModelContext,
  scope: Scope,
): Density[] {
  const groups = conditionals(node);
  if (groups.length > 0) node.all('ContinuousDistribution')[0]?.refuse('it stands beside conditional ones');
  const densities = new Array<Density | undefined>(rows);
  for (const group of groups.length > 0 ? groups : [node]) {
    const row = groups.length > 0 ? rowOf(group) : 0;
    if (densities[row] !== undefined) group.refuse('its combination of parent values is there twice');
    densities[row] = compileDensity(group, context, scope);
  }
  return Array.from(densities, (d) => d ?? node.refuse('a combination of parent values has no distribution'));
}
