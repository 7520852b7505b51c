import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;
type Centre = readonly [number, number];
const CENTRES: readonly [Centre, Centre] = [
  [0.3, 0.7],
  [-1.1, 0.21],
];

/** A clustering of x and z, weighted 1.3 and 0.7, that tells the distance to its centres. */
function clusters(metric: string, compare = 'absDiff', rest = '') {
  const field = (name: string, weight: number): string =>
    `<ClusteringField field="${name}" fieldWeight="${weight}" compareFunction="${compare}"${compare === 'gaussSim' ? ' similarityScale="0.83"' : ''}/>`;
  const list = CENTRES.map(
    (c, i) => `<Cluster id="${i + 1}"><Array type="real" n="2">${c.join(' ')}</Array></Cluster>`,
  );
  return loadPmmlSync(
    document(
      'x double continuous\nz double continuous',
      `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2" x-mathContext="float">${schema('x', 'z')}
      <Output><OutputField name="d1" feature="affinity" value="1"/><OutputField name="d2" feature="affinity" value="2"/></Output>
      <ComparisonMeasure kind="distance">${metric}</ComparisonMeasure>${field('x', 1.3)}${field('z', 0.7)}${rest}${list.join('')}</ClusteringModel>`,
    ),
  );
}

const difference = (a: number, b: number): number => Math.abs(f(f(a) - f(b)));
const square = (a: number, b: number): number => f(difference(a, b) ** 2);
/** Weighted terms of both fields, and their sum. */
const terms = ([a, b]: Centre, compare: (x: number, y: number) => number): Centre => [
  f(f(1.3) * compare(1.37, a)),
  f(f(0.7) * compare(-0.45, b)),
];
const sum = (centre: Centre, compare: (x: number, y: number) => number): number => {
  const [x, z] = terms(centre, compare);
  return f(x + z);
};

test.each([
  ['euclidean', (c) => f(Math.sqrt(sum(c, square)))],
  ['squaredEuclidean', (c) => sum(c, square)],
  ['chebychev', (c) => Math.max(...terms(c, difference))],
  ['cityBlock', (c) => sum(c, difference)],
  ['minkowski p-parameter="1.7"', (c) => f(sum(c, (a, b) => f(difference(a, b) ** f(1.7))) ** f(1 / f(1.7)))],
] satisfies [string, (c: Centre) => number][])(
  'in single precision every step of the distance %s is rounded',
  (metric, distance) => {
    expect(clusters(`<${metric}/>`).predict({ x: 1.37, z: -0.45 })).toEqual({
      d1: distance(CENTRES[0]),
      d2: distance(CENTRES[1]),
    });
  },
);

test('in single precision a Gaussian similarity takes the e of floats', () => {
  const alike = (a: number, b: number): number => {
    const d = f(f(a) - f(b));
    return f(2.7182817 ** f(f(f(-f(Math.LN2) * d) * d) / f(f(0.83) * f(0.83))));
  };
  const [d1, d2] = CENTRES.map((c) => sum(c, alike));
  expect(clusters('<cityBlock/>', 'gaussSim').predict({ x: 1.37, z: -0.45 })).toEqual({ d1, d2 });
});

test('in single precision what is missing is made up for by a rounded share', () => {
  const weights = '<MissingValueWeights><Array type="real" n="2">0.4 0.7</Array></MissingValueWeights>';
  const model = clusters('<cityBlock/>', 'absDiff', weights);
  const share = f(f(f(0.4) + f(0.7)) / f(0.4));
  const [d1, d2] = CENTRES.map((c) => f(terms(c, difference)[0] * share));
  expect(model.predict({ x: 1.37 })).toEqual({ d1, d2 });
});

test('in single precision a binary similarity rounds weights, products and sums', () => {
  const weights = { c11: 0.3, c10: 0.7, c01: 1.1, c00: 0.13, d11: 1.3, d10: 0.9, d01: 0.77, d00: 0.21 };
  const parameters = Object.entries(weights).map(([cell, weight]) => `${cell}-parameter="${weight}"`);
  const fields = ['a', 'b', 'c', 'd', 'e'];
  const model = loadPmmlSync(
    document(
      fields.map((name) => `${name} integer continuous`).join('\n'),
      `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="1" x-mathContext="float">${schema(...fields)}
      <Output><OutputField name="s" feature="affinity" value="1"/></Output>
      <ComparisonMeasure kind="similarity"><binarySimilarity ${parameters.join(' ')}/></ComparisonMeasure>
      ${fields.map((name) => `<ClusteringField field="${name}"/>`).join('')}
      <Cluster id="1"><Array type="int" n="5">1 1 0 1 0</Array></Cluster></ClusteringModel>`,
    ),
  );
  // Both are 1 twice; only the row, only the centre and neither of them are once each.
  const above = f(f(f(f(f(0.3) * 2) + f(0.7)) + f(1.1)) + f(0.13));
  const below = f(f(f(f(f(1.3) * 2) + f(0.9)) + f(0.77)) + f(0.21));
  expect(model.predict({ a: 1, b: 1, c: 1, d: 0, e: 0 })).toEqual({ s: f(above / below) });
});
