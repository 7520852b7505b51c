import type { ColumnSet } from '../../blocks/column-set.js';
import { BLOCK, ROW } from '../../blocks/contract.js';
import { bit, columnsOf, walkColumns } from './column-walk.js';
import type { DecisionGraph } from './decision-graph.js';
import type { Feature } from './features.js';
import { Quantizer } from './quantizer.js';

/** Up to here counting all thresholds below a number is faster than finding its place among them. */
const COUNTED = 8;

/** Finds the leaf of each row of a block. */
export type LeafFinder = (
  inputs: readonly Float64Array[],
  count: number,
  marks: Uint8Array,
  out: Int32Array,
) => void;

/** For graphs of a few nodes: a table where they ask for one number only. Undefined where they need more than inputs. */
export function leafFinder(
  graph: DecisionGraph,
  features: readonly Feature[],
  columns: ColumnSet,
): LeafFinder | undefined {
  const places = columnsOf(features, columns);
  if (places === undefined) return undefined;
  const single = places.length === 1 && !graph.hasSets && graph.feature.length > 0;
  if (single) return byTable(graph, places[0] as number);
  return (inputs, count, _, out) => {
    for (let i = 0; i < count; i++) out[i] = walkColumns(graph, places, inputs, i);
  };
}

/** What a graph of one number answers is constant between its thresholds. */
function byTable(graph: DecisionGraph, place: number): LeafFinder {
  const thresholds = Float64Array.from(new Set(graph.threshold)).sort();
  const probe = new Float64Array(1);
  const leafAt = (x: number): number => {
    probe[0] = x;
    return walkColumns(graph, [0], [probe], 0);
  };
  const leaves = Int32Array.of(leafAt(-Infinity), ...Array.from(thresholds, leafAt));
  const missing = leafAt(Number.NaN);
  const quantizer = thresholds.length > COUNTED ? new Quantizer(thresholds) : undefined;
  const ranks = new Int32Array(BLOCK);
  // Nothing is above NaN: it fills up the last four.
  const padded = new Float64Array(Math.ceil(thresholds.length / 4) * 4).fill(Number.NaN);
  padded.set(thresholds);
  return (inputs, count, marks, out) => {
    const x = inputs[place] as Float64Array;
    if (quantizer === undefined) {
      ranks.fill(0, 0, count);
      for (let t = 0; t < padded.length; t += 4) countFour(x, padded, t, count, ranks);
    }
    if (quantizer === undefined)
      for (let i = 0; i < count; i++) out[i] = leaves[ranks[i] as number] as number;
    else for (let i = 0; i < count; i++) out[i] = leaves[quantizer.rank(x[i] as number)] as number;
    for (let i = 0; i < count; i++) {
      const hole = ((marks[i] as number) & ROW.hole) !== 0 && Number.isNaN(x[i]);
      if (hole) out[i] = missing;
    }
  };
}

/** Adds how many of four thresholds each number reaches; comparisons become numbers without a branch to guess. */
function countFour(
  x: Float64Array,
  thresholds: Float64Array,
  from: number,
  count: number,
  ranks: Int32Array,
): void {
  const t0 = thresholds[from] as number;
  const t1 = thresholds[from + 1] as number;
  const t2 = thresholds[from + 2] as number;
  const t3 = thresholds[from + 3] as number;
  for (let i = 0; i < count; i++) {
    const v = x[i] as number;
    ranks[i] = (ranks[i] as number) + bit(v >= t0) + bit(v >= t1) + bit(v >= t2) + bit(v >= t3);
  }
}
