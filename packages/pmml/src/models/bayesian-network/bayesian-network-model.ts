import { RecordError } from '../../errors.js';
import type { Frame } from '../../fields/frame.js';
import { keyOf, numberOf } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import { indexOfMax } from '../regression/normalization.js';
import type { Factor } from './factor.js';
import { eliminate, restrict } from './factor.js';
import type { ContinuousNode, DiscreteNode, NetworkNode } from './nodes.js';
import { compileNodes } from './nodes.js';

/**
 * BayesianNetworkModel (PMML 4.4): exact inference. What a row knows of the nodes is evidence; the answer is the
 * likeliest value of the target node with the probabilities of all, or the mean of a continuous one.
 */
export function compileBayesianNetworkModel(context: ModelContext): CompiledModel {
  const { element, target, targets } = context;
  if (target === undefined || targets.length > 1) return element.refuse('it needs exactly one target field');
  const nodes = compileNodes(context);
  const at = nodes.findIndex((n) => n.name === target.name);
  const node = nodes[at] ?? element.refuse(`there is no node for the target ${JSON.stringify(target.name)}`);
  const sizes = nodes.map((n) => (n.kind === 'discrete' ? n.values.length : 1));
  const evidence = evidenceReader(nodes, at);
  if (node.kind === 'continuous') return continuousTarget(nodes, node, sizes, evidence);
  const values = node.values.map((v) => context.category(v));
  const categories = values.map(keyOf);
  return {
    categories,
    evaluate: (frame): ModelResult => {
      const factors = factorsOf(nodes, sizes, evidence(frame), frame);
      const p = posterior(eliminate(factors, at, sizes), node.name, node.values.length);
      if (p === undefined) return { value: undefined };
      return { value: values[indexOfMax(p)], probabilities: p };
    },
  };
}

/** What a row knows: the value of each discrete node by index, or -1. */
function evidenceReader(nodes: readonly NetworkNode[], target: number): (frame: Frame) => Int32Array {
  const index = nodes.map(
    (n) => new Map(n.kind === 'discrete' ? n.values.map((v, i) => [v, i] as const) : []),
  );
  return (frame) => {
    const known = new Int32Array(nodes.length).fill(-1);
    for (const [i, node] of nodes.entries()) {
      if (i === target || node.kind !== 'discrete') continue;
      const value = node.field.read(frame);
      if (value === undefined) continue;
      const found = (index[i] as Map<string, number>).get(keyOf(value));
      if (found === undefined)
        throw new RecordError(node.name, value, `one of ${node.values.join(', ')}`, 'invalid');
      known[i] = found;
    }
    return known;
  };
}

/** Tables of all nodes, with what is known put in; continuous nodes weigh the combinations of their parents. */
function factorsOf(
  nodes: readonly NetworkNode[],
  sizes: readonly number[],
  known: Int32Array,
  frame: Frame,
): Factor[] {
  const factors: Factor[] = [];
  for (const [i, node] of nodes.entries()) {
    const whole = node.kind === 'discrete' ? discreteFactor(node, i) : continuousFactor(node, frame);
    if (whole !== undefined) factors.push(restrict(whole, known, sizes));
  }
  return factors;
}

function discreteFactor({ parents, table }: DiscreteNode, at: number): Factor {
  return { variables: [...parents, at], values: table };
}

/** A continuous node that is not observed says nothing of its parents. */
function continuousFactor({ field, parents, densities }: ContinuousNode, frame: Frame): Factor | undefined {
  const x = numberOf(field.read(frame));
  if (x === undefined) return undefined;
  const values = Float64Array.from(densities, (d) => d.at(x, frame));
  return values.some(Number.isNaN) ? undefined : { variables: parents, values };
}

function posterior(factor: Factor | undefined, name: string, size: number): Float64Array | undefined {
  if (factor === undefined) {
    throw new RecordError(
      name,
      undefined,
      'more of the network to be known: too much is open',
      'computation',
    );
  }
  const { values } = factor;
  let sum = 0;
  for (const v of values) sum += v;
  return sum > 0 && values.length === size ? values.map((v) => v / sum) : undefined;
}

/** The mean of a continuous node: that of each combination of its parents, weighed by their posterior. */
function continuousTarget(
  nodes: readonly NetworkNode[],
  node: ContinuousNode,
  sizes: readonly number[],
  evidence: (frame: Frame) => Int32Array,
): CompiledModel {
  const others = nodes.filter((n) => n !== node);
  const indices = others.map((n) => nodes.indexOf(n));
  // The combination of parents becomes one more variable, so that its posterior can be asked for.
  const query = nodes.length;
  const rows = node.densities.length;
  const withQuery = [...sizes, rows];
  const link = linkFactor(node.parents, sizes, query, rows);
  return {
    evaluate: (frame) => {
      const known = evidence(frame);
      const padded = Int32Array.from([...known, -1]);
      const factors = others.flatMap((n, i) => {
        const whole =
          n.kind === 'discrete' ? discreteFactor(n, indices[i] as number) : continuousFactor(n, frame);
        return whole === undefined ? [] : [restrict(whole, padded, withQuery)];
      });
      factors.push(restrict(link, padded, withQuery));
      const p = posterior(eliminate(factors, query, withQuery), node.name, rows);
      if (p === undefined) return { value: undefined };
      let mean = 0;
      for (const [row, density] of node.densities.entries()) {
        const weight = p[row] as number;
        if (weight > 0) mean += weight * density.mean(frame);
      }
      return { value: Number.isNaN(mean) ? undefined : mean };
    },
  };
}

/** 1 where the query variable is the row that the parents' values make, else 0. */
function linkFactor(
  parents: readonly number[],
  sizes: readonly number[],
  query: number,
  rows: number,
): Factor {
  const cells = parents.reduce((n, p) => n * (sizes[p] as number), 1);
  const values = new Float64Array(cells * rows);
  for (let row = 0; row < cells; row++) values[row * rows + row] = 1;
  return { variables: [...parents, query], values };
}
