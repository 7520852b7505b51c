import { describe, expect, test } from 'vitest';
import { plainField } from '../../fields/field.js';
import type { Random } from '../../testing/random-model.js';
import { randomSource } from '../../testing/random-model.js';
import { planBlocks } from './block-walk.js';
import { GraphBuilder } from './decision-graph.js';
import { FeatureTable } from './features.js';
import type { ForestPool } from './forest-pool.js';
import { poolTrees } from './forest-pool.js';
import type { Walker } from './pool-walker.js';
import { poolWalker } from './pool-walker.js';
import type { RankColumns } from './rank-columns.js';
import { rankColumns } from './rank-columns.js';
import { rankedWalker } from './ranked-walker.js';

const NUMBERS = 5;
const CATEGORIES = 3;
const TABLE = new FeatureTable();
for (let f = 0; f < NUMBERS + CATEGORIES; f++) {
  const numeric = f < NUMBERS;
  const field = plainField(
    `f${f}`,
    numeric ? 'double' : 'string',
    numeric ? 'continuous' : 'categorical',
    () => f,
  );
  if (numeric) TABLE.number(field);
  else TABLE.category(field);
}
const FEATURES = TABLE.list;

/** What leads missing values anywhere, or to one of the children. */
type Missing = 'anywhere' | 'child';

function pool(random: Random, trees: number, depth: number, missing: Missing, steps: number): ForestPool {
  const whole = (below: number): number => Math.floor(random() * below);
  return poolTrees(
    Array.from({ length: trees }, () => {
      const builder = new GraphBuilder();
      let leaves = 0;
      const targets: number[] = [];
      const make = (left: number): number => {
        // Some nodes are entered from two places, as those of compound predicates are.
        if (left === 0 || random() < 0.15) return ~leaves++;
        const [yes, no] = [make(left - 1), random() < 0.1 && targets.length > 0 ? shared() : make(left - 1)];
        const absent = missing === 'child' ? [yes, no][whole(2)] : [yes, no, ~whole(leaves)][whole(3)];
        const feature = whole(FEATURES.length);
        const codes = Array.from({ length: 1 + whole(20) }, () => whole(70));
        const node =
          feature < NUMBERS
            ? builder.below(feature, whole(steps) / 4, yes, no, absent as number)
            : builder.among(feature, codes, yes, no, absent as number);
        if (node >= 0) targets.push(node);
        return node;
      };
      const shared = (): number => targets[whole(targets.length)] as number;
      const graph = builder.finish(make(depth));
      const own = Array.from({ length: leaves }, (_, value) => ({ value }));
      return { graph, features: FEATURES, leaves: own, categories: undefined };
    }),
  );
}

/** Columns of a block: numbers with missing ones and infinities among them, and codes. */
function columns({ features }: ForestPool, random: Random, count: number, steps: number): Float64Array[] {
  const odd = [Number.NaN, Number.NaN, -Infinity, Infinity];
  return features.map(({ codes }) =>
    Float64Array.from({ length: count }, () => {
      if (random() < 0.1) return codes === undefined ? (odd[Math.floor(random() * 4)] as number) : Number.NaN;
      if (codes !== undefined) return Math.floor(random() * 75) - 1;
      return random() < 0.3 ? Math.floor(random() * steps) / 4 : random() * (steps / 4);
    }),
  );
}

function expectSameLeaves(forest: ForestPool, walker: Walker, random: Random, steps: number): void {
  const plain = poolWalker(forest);
  for (const count of [1, 2, 7, 8, 15, 16, 31, 32, 33, 48, 63, 64]) {
    const rows = columns(forest, random, count, steps);
    const size = count * forest.entries.length;
    const expected = plain.walk(rows, count).slice(0, size);
    expect(walker.walk(rows, count).slice(0, size), `${count} rows`).toEqual(expected);
  }
}

describe('walks of a forest lead to the leaves that the plain one finds', () => {
  test.each<[string, (forest: ForestPool) => Walker | undefined]>([['by ranks', rankedWalker]])(
    '%s',
    (_, walkerOf) => {
      for (let seed = 1; seed <= 60; seed++) {
        const random = randomSource(seed);
        const steps = seed % 3 === 0 ? 400 : 40;
        const missing = seed % 2 === 0 ? 'anywhere' : 'child';
        const forest = pool(random, 1 + (seed % 9), seed % 8, missing, steps);
        const walker = walkerOf(forest);
        if (walker !== undefined) expectSameLeaves(forest, walker, random, steps);
      }
      expect.hasAssertions();
    },
  );

  test('small trees are visited node by node for a whole block, large ones walked', () => {
    const plan = (trees: number, depth: number, steps: number) => {
      const forest = pool(randomSource(depth), trees, depth, 'child', steps);
      return planBlocks(forest, rankColumns(forest) as RankColumns);
    };
    expect(plan(20, 5, 40)).toBeDefined();
    expect(plan(20, 10, 40), 'trees of many leaves').toBeUndefined();
    expect(plan(150, 5, 1e6), 'more thresholds than bytes').toBeUndefined();
  });
});
