import { describe, expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function clusters(measure: string, fields: string, centres: readonly string[], extra = ''): string {
  return document(
    'x double continuous\ny double continuous\nc string categorical',
    `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="${centres.length}">
      ${schema('x', 'y')}
      <Output>
        <OutputField name="id" feature="predictedValue" dataType="string" optype="categorical"/>
        <OutputField name="name" feature="predictedDisplayValue" dataType="string" optype="categorical"/>
        <OutputField name="affinity" feature="affinity" dataType="double"/>
        <OutputField name="second" feature="affinity" rank="2" dataType="double"/>
        <OutputField name="toB" feature="clusterAffinity" value="2" dataType="double"/>
      </Output>
      ${measure}${fields}${extra}
      ${centres.map((c, i) => `<Cluster name="n${i + 1}"><Array n="2" type="real">${c}</Array></Cluster>`).join('')}
    </ClusteringModel>`,
  );
}

const PLAIN = '<ClusteringField field="x"/><ClusteringField field="y"/>';
const distance = (metric: string): string =>
  `<ComparisonMeasure kind="distance">${metric}</ComparisonMeasure>`;
const score = (text: string, x: number | null, y: number | null) => loadPmmlSync(text).predict({ x, y });

describe('centre-based clusters', () => {
  test('ids count from 1, display values are names, affinities are distances', () => {
    const model = clusters(distance('<euclidean/>'), PLAIN, ['0 0', '3 4']);
    expect(score(model, 0, 0)).toEqual({ id: '1', name: 'n1', affinity: 0, second: 5, toB: 5 });
    expect(score(model, 3, 3)).toMatchObject({ id: '2', name: 'n2', affinity: 1, toB: 1 });
  });

  test('a cluster without a name has no display value', () => {
    const model = clusters(distance('<euclidean/>'), PLAIN, ['0 0', '3 4']).replace(' name="n1"', '');
    expect(score(model, 0, 0)).toMatchObject({ id: '1', name: null });
    expect(score(model, 3, 3)).toMatchObject({ id: '2', name: 'n2' });
  });

  test.each([
    ['<squaredEuclidean/>', 25],
    ['<cityBlock/>', 7],
    ['<chebychev/>', 4],
    ['<minkowski p-parameter="3"/>', 91 ** (1 / 3)],
  ])('%s', (metric, expected) => {
    expect(score(clusters(distance(metric), PLAIN, ['0 0', '3 4']), 0, 0).toB).toBeCloseTo(expected, 12);
  });

  test('field weights scale the terms', () => {
    const fields = '<ClusteringField field="x" fieldWeight="2"/><ClusteringField field="y"/>';
    expect(score(clusters(distance('<squaredEuclidean/>'), fields, ['0 0', '3 4']), 0, 0).toB).toBe(34);
  });

  test('what is present makes up for what is missing, by the missing value weights', () => {
    const weights = '<MissingValueWeights><Array n="2" type="real">1 3</Array></MissingValueWeights>';
    const model = clusters(distance('<squaredEuclidean/>'), PLAIN, ['0 0', '3 4'], weights);
    expect(score(model, 0, null).toB).toBe(36);
    expect(score(model, null, 0).toB).toBeCloseTo((16 * 4) / 3, 12);
    expect(() => score(model, null, null)).toThrow(RecordError);
  });

  test('similarities are the better the larger', () => {
    const similarity = '<ComparisonMeasure kind="similarity"><simpleMatching/></ComparisonMeasure>';
    const model = clusters(similarity, PLAIN, ['1 1', '0 1']);
    expect(score(model, 0, 1)).toMatchObject({ id: '2', affinity: 1, second: 0.5 });
  });

  test('gaussSim is 1/2 at the similarity scale', () => {
    const fields =
      '<ClusteringField field="x" compareFunction="gaussSim" similarityScale="2"/><ClusteringField field="y" compareFunction="equal"/>';
    const measure = '<ComparisonMeasure kind="similarity"><cityBlock/></ComparisonMeasure>';
    expect(score(clusters(measure, fields, ['0 0', '9 9']), 2, 0).affinity).toBeCloseTo(1.5, 12);
  });

  test('a text field compared as a number is refused', () => {
    const text = clusters(distance('<euclidean/>'), '<ClusteringField field="c"/>', ['0 0']);
    expect(() => loadPmmlSync(text)).toThrow(ModelError);
  });

  test('a centre of another length is refused with its line', () => {
    const text = clusters(distance('<euclidean/>'), '<ClusteringField field="x"/>', ['0 0']);
    expect(() => loadPmmlSync(text)).toThrow(/<Array> at line \d+: it has 2 entries for 1 fields/);
  });
});
