import type { Frame } from '../../fields/frame.js';
import type { DecisionGraph } from './decision-graph.js';
import { inSet } from './decision-graph.js';
import type { Feature } from './features.js';

/** Walks one graph for one row, computing features as they are met. */
export function walkRow(graph: DecisionGraph, features: readonly Feature[], frame: Frame): number {
  const { feature, threshold, yes, no, missing, set } = graph;
  let n = graph.entry;
  while (n >= 0) {
    const x = (features[feature[n] as number] as Feature).value(frame);
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
