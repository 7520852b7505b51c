import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const REGRESSION = `<RegressionModel functionName="regression">${schema('x', 's:target')}
  <RegressionTable intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable></RegressionModel>`;

const CLUSTERS = `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">${schema('x')}
  <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><ClusteringField field="x"/>
  <Cluster><Array n="1" type="real">0</Array></Cluster><Cluster><Array n="1" type="real">10</Array></Cluster>
</ClusteringModel>`;

function anomaly(attributes: string, inner: string): string {
  return document(
    'x double continuous\ns double continuous',
    `<AnomalyDetectionModel functionName="regression" ${attributes}>${schema('x', 's:target')}${inner}</AnomalyDetectionModel>`,
  );
}

const score = (attributes: string, inner: string, x: number) =>
  loadPmmlSync(anomaly(attributes, inner)).predict({ x }).s;

describe('anomaly scores', () => {
  test('isolation forests: path lengths against that of a search in as many samples', () => {
    // c(3) = 2·(ln 2 + γ) − 4/3
    const c3 = 2 * (Math.LN2 + 0.5772156649015329) - 4 / 3;
    expect(score('algorithmType="iforest" sampleDataSize="3"', REGRESSION, c3)).toBeCloseTo(0.5, 12);
    expect(score('algorithmType="iforest" sampleDataSize="2"', REGRESSION, 2)).toBeCloseTo(0.25, 12);
  });

  test('one-class machines and others: the score of the model inside', () => {
    expect(score('algorithmType="ocsvm"', REGRESSION, -1.5)).toBe(-1.5);
    expect(score('algorithmType="other"', REGRESSION, 4)).toBe(4);
  });

  test('clusters: distance to the nearest centre against the mean distance of its cluster', () => {
    const means = '<MeanClusterDistances><Array n="2" type="real">2 4</Array></MeanClusterDistances>';
    expect(score('algorithmType="clusterMeanDist"', CLUSTERS + means, 3)).toBe(1.5);
    expect(score('algorithmType="clusterMeanDist"', CLUSTERS + means, 9)).toBe(0.25);
  });

  test.each([
    ['algorithmType="forest"', /algorithmType="forest" is not supported/],
    ['algorithmType="iforest"', /sampleDataSize/],
    ['algorithmType="iforest" sampleDataSize="1"', /below 2/],
    ['algorithmType="clusterMeanDist"', /needs a ClusteringModel/],
  ])('%s is refused', (attributes, reason) => {
    expect(() => loadPmmlSync(anomaly(attributes, REGRESSION))).toThrow(reason);
  });
});
