import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;
const INSTANCES = [
  [0.3, 1.7],
  [0.9, -2.3],
  [1.6, 0.1],
] as const;

function neighbours(method: string) {
  const rows = INSTANCES.map(([x, y]) => `<row><x>${x}</x><y>${y}</y></row>`);
  return loadPmmlSync(
    document(
      'x double continuous\ny double continuous',
      `<NearestNeighborModel functionName="regression" numberOfNeighbors="3" threshold="0.01" continuousScoringMethod="${method}" x-mathContext="float">
      ${schema('x', 'y:target')}<TrainingInstances isTransformed="false">
      <InstanceFields><InstanceField field="x" column="x"/><InstanceField field="y" column="y"/></InstanceFields>
      <InlineTable>${rows.join('')}</InlineTable></TrainingInstances><ComparisonMeasure kind="distance"><cityBlock/></ComparisonMeasure>
      <KNNInputs><KNNInput field="x"/></KNNInputs></NearestNeighborModel>`,
    ),
  ).predict({ x: 1.37 });
}

/** From the nearest to the farthest. */
const NEAREST = [...INSTANCES].reverse();

test('in single precision the mean of neighbours is rounded step by step', () => {
  const sum = NEAREST.reduce((s, [, y]) => f(s + f(y)), 0);
  expect(neighbours('average')).toEqual({ y: f(sum / 3) });
});

test('in single precision weights of neighbours are rounded, and so are their sums', () => {
  let [sum, total] = [0, 0];
  for (const [x, y] of NEAREST) {
    const weight = f(1 / f(Math.abs(f(f(1.37) - f(x))) + f(0.01)));
    sum = f(sum + f(weight * f(y)));
    total = f(total + weight);
  }
  expect(neighbours('weightedAverage')).toEqual({ y: f(sum / total) });
});

test('in single precision the median is one of the rounded numbers', () => {
  expect(neighbours('median')).toEqual({ y: f(0.1) });
});

test('in single precision votes whose sums are the same as floats are a tie', () => {
  const weight = (x: number): number => f(1 / f(f(x) + f(0.001)));
  const [a, b] = [weight(0.57) + weight(0.91), weight(0.63) + weight(0.79)];
  expect(b).toBeGreaterThan(a);
  expect(f(b)).toBe(f(a));
  const rows = ['0.57 A', '0.91 A', '0.63 B', '0.79 B'].map((row) => {
    const [x, k] = row.split(' ');
    return `<row><x>${x}</x><k>${k}</k></row>`;
  });
  const model = loadPmmlSync(
    document(
      'x double continuous\nk string categorical A B',
      `<NearestNeighborModel functionName="classification" numberOfNeighbors="4" categoricalScoringMethod="weightedMajorityVote" x-mathContext="float">
      ${schema('x', 'k:target')}<TrainingInstances isTransformed="false">
      <InstanceFields><InstanceField field="x" column="x"/><InstanceField field="k" column="k"/></InstanceFields>
      <InlineTable>${rows.join('')}</InlineTable></TrainingInstances><ComparisonMeasure kind="distance"><cityBlock/></ComparisonMeasure>
      <KNNInputs><KNNInput field="x"/></KNNInputs></NearestNeighborModel>`,
    ),
  );
  // Of categories that are as near the first in lexical order wins.
  expect(model.predict({ x: 0 }).k).toBe('A');
});
