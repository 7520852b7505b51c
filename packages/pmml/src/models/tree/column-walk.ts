import type { ColumnSet } from '../../blocks/column-set.js';
import type { DecisionGraph } from './decision-graph.js';
import { inSet } from './decision-graph.js';
import type { Feature } from './features.js';

/** The columns of a graph's features; undefined where one is more than an input. */
export function columnsOf(features: readonly Feature[], columns: ColumnSet): number[] | undefined {
  const places: number[] = [];
  for (const { field, codes } of features) {
    if (field === undefined) return undefined;
    const place = codes === undefined ? columns.number(field.read) : columns.category(field.read, codes);
    if (place === undefined) return undefined;
    places.push(place);
  }
  return places;
}

/** Walks a graph for row `i` of a block. */
export function walkColumns(
  graph: DecisionGraph,
  places: readonly number[],
  inputs: readonly Float64Array[],
  i: number,
): number {
  const { feature, threshold, yes, no, missing, set } = graph;
  let n = graph.entry;
  while (n >= 0) {
    const x = inputs[places[feature[n] as number] as number]?.[i] as number;
    if (Number.isNaN(x)) {
      n = missing[n] as number;
      continue;
    }
    const s = set[n] as number;
    const below = s < 0 ? x < (threshold[n] as number) : inSet(graph, s, x);
    n = (below ? yes[n] : no[n]) as number;
  }
  return ~n;
}

/** A graph of numeric tests whose steps take no branch: leaves come after the inner nodes and lead to themselves. */
export interface StepTable {
  readonly entry: number;
  /** Number of inner nodes: from here on there are leaves. */
  readonly inner: number;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** Of node `n`: `next[2 n]` below the threshold, `next[2 n + 1]` otherwise. */
  readonly next: Int32Array;
  /** Leaf numbers of the nodes from `inner` on. */
  readonly leaf: Int32Array;
}

/** Undefined where a node asks for a set of categories. */
export function stepTable(graph: DecisionGraph): StepTable | undefined {
  if (graph.hasSets) return undefined;
  const inner = graph.feature.length;
  const leaves: number[] = [];
  const known = new Map<number, number>();
  const place = (target: number): number => {
    if (target >= 0) return target;
    let at = known.get(target);
    if (at === undefined) {
      at = inner + leaves.push(~target) - 1;
      known.set(target, at);
    }
    return at;
  };
  const entry = place(graph.entry);
  const yes = Array.from(graph.yes, place);
  const no = Array.from(graph.no, place);
  const size = inner + leaves.length;
  const feature = new Int32Array(size);
  const threshold = new Float64Array(size);
  const next = new Int32Array(2 * size);
  feature.set(graph.feature);
  threshold.set(graph.threshold);
  for (let n = 0; n < size; n++) {
    next[2 * n] = n < inner ? (yes[n] as number) : n;
    next[2 * n + 1] = n < inner ? (no[n] as number) : n;
  }
  return { entry, inner, feature, threshold, next, leaf: Int32Array.from(leaves) };
}

/**
 * Leaves of the rows from `first` on, four side by side so that their steps overlap; `last` is a multiple of four
 * beyond. A missing value counts as "below": rows that have one are walked again.
 */
export function walkSteps(
  { entry, inner, feature, threshold, next, leaf }: StepTable,
  block: Float64Array,
  stride: number,
  count: number,
  out: Int32Array,
): void {
  for (let i = 0; i < count; i += 4) {
    let n0 = entry;
    let n1 = entry;
    let n2 = entry;
    let n3 = entry;
    while (((n0 - inner) | (n1 - inner) | (n2 - inner) | (n3 - inner)) < 0) {
      const x0 = block[(feature[n0] as number) * stride + i] as number;
      const x1 = block[(feature[n1] as number) * stride + i + 1] as number;
      const x2 = block[(feature[n2] as number) * stride + i + 2] as number;
      const x3 = block[(feature[n3] as number) * stride + i + 3] as number;
      n0 = next[2 * n0 + bit(x0 >= (threshold[n0] as number))] as number;
      n1 = next[2 * n1 + bit(x1 >= (threshold[n1] as number))] as number;
      n2 = next[2 * n2 + bit(x2 >= (threshold[n2] as number))] as number;
      n3 = next[2 * n3 + bit(x3 >= (threshold[n3] as number))] as number;
    }
    out[i] = leaf[n0 - inner] as number;
    out[i + 1] = leaf[n1 - inner] as number;
    out[i + 2] = leaf[n2 - inner] as number;
    out[i + 3] = leaf[n3 - inner] as number;
  }
}

/** The outcome of a comparison as 0 or 1, without a branch. */
export function bit(holds: boolean): number {
  return (holds as unknown as number) | 0;
}
