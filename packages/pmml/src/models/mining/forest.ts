import type { Value } from '../../types/value.js';
import { keyOf } from '../../types/value.js';
import type { CompiledModel, ModelContext, ModelResult } from '../contract.js';
import type { ForestPool } from '../tree/forest-pool.js';
import { poolTrees } from '../tree/forest-pool.js';
import { forestWalker } from '../tree/forest-walker.js';
import type { FlatTree } from '../tree/tree-model.js';
import { ensembleCategories } from './combine-categories.js';
import { forestBlock } from './forest-block.js';
import type { Kernel } from './forest-kernels.js';
import { averageForest, sumForest, voteForest } from './forest-kernels.js';
import { ForestRunner } from './forest-runner.js';
import type { Method } from './methods.js';
import { WEIGHTED } from './methods.js';
import type { Segment } from './segments.js';
import { haveFixedWeights } from './segments.js';

/**
 * An ensemble of plain trees, all of which always take part: one pool of nodes, one pass. Undefined where the
 * ensemble is something else; `general` then does it, as it does rows that have an invalid value.
 */
export function compileForest(
  context: ModelContext,
  segments: readonly Segment[],
  method: Method,
  general: () => CompiledModel,
): CompiledModel | undefined {
  const trees: FlatTree[] = [];
  for (const { predicate, scored } of segments) {
    if (predicate !== undefined || !scored.bare || scored.model.flat === undefined) return undefined;
    trees.push(scored.model.flat as FlatTree);
  }
  if (WEIGHTED.has(method) && !haveFixedWeights(segments)) return undefined;
  const weights = WEIGHTED.has(method) ? Float64Array.from(segments, (s) => s.weight) : undefined;
  const forest = build(context, segments, trees, method, weights);
  if (forest === undefined) return undefined;
  const { pool, kernel, result, values } = forest;
  const walker = forestWalker(pool);
  const runner = new ForestRunner(pool, walker, kernel, result);
  let slow: CompiledModel | undefined;
  return {
    ...(kernel.categories === undefined ? {} : { categories: kernel.categories }),
    forests: [runner],
    block: (columns) => forestBlock(pool, walker, kernel, values, columns),
    evaluate: (frame) => {
      const found = runner.run(frame);
      if (found !== undefined) return found;
      // An invalid value may lie beside every path, a missing prediction may be skipped, a node may lack the default
      // child that a row needs: the segments find out.
      slow ??= general();
      return slow.evaluate(frame);
    },
  };
}

interface Forest {
  readonly pool: ForestPool;
  readonly kernel: Kernel;
  readonly result: (out: Float64Array, index: number) => ModelResult;
  /** Categories as values; undefined for regressions. */
  readonly values: readonly Value[] | undefined;
}

function build(
  context: ModelContext,
  segments: readonly Segment[],
  trees: readonly FlatTree[],
  method: Method,
  weights: Float64Array | undefined,
): Forest | undefined {
  const float = context.math === 'float';
  if (context.functionName === 'regression') {
    if (!['sum', 'weightedSum', 'average', 'weightedAverage'].includes(method)) return undefined;
    const average = method === 'average' || method === 'weightedAverage';
    const pool = poolTrees(trees);
    return {
      pool,
      kernel: sumForest(pool, weights, average, float),
      result: (out, i) => ({ value: out[i] as number }),
      values: undefined,
    };
  }
  if (context.functionName !== 'classification' || float) return undefined;
  const categories = ensembleCategories(context, segments);
  const typed = categories.map((c) => context.category(c));
  const width = categories.length;
  const result = (out: Float64Array, index: number): ModelResult => {
    const at = index * (width + 1);
    const probabilities: number[] = [];
    for (let c = 0; c < width; c++) probabilities.push(out[at + c] as number);
    return { value: typed[out[at + width] as number], probabilities };
  };
  if (method === 'majorityVote' || method === 'weightedMajorityVote') {
    const pool = poolTrees(trees);
    const votes = Int32Array.from(pool.leaves, ({ value }) =>
      value === undefined ? -1 : categories.indexOf(keyOf(value)),
    );
    return { pool, kernel: voteForest(pool, votes, categories, weights), result, values: typed };
  }
  if (method !== 'average' && method !== 'weightedAverage') return undefined;
  const pool = poolTrees(trees);
  const table = new Float64Array(pool.leaves.length * width).fill(Number.NaN);
  trees.forEach((tree, t) => {
    const places = (tree.categories ?? []).map((c) => categories.indexOf(c));
    for (let leaf = pool.firstLeaf[t] as number; leaf < (pool.firstLeaf[t + 1] as number); leaf++) {
      const p = pool.leaves[leaf]?.probabilities;
      if (p === undefined) continue;
      table.fill(0, leaf * width, (leaf + 1) * width);
      places.forEach((place, i) => {
        table[leaf * width + place] = p[i] as number;
      });
    }
  });
  return { pool, kernel: averageForest(pool, table, categories, weights), result, values: typed };
}
