import { expect, test } from 'vitest';
import { document, schema } from '../../testing/document.js';
import { refusal } from '../../testing/refusal.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
f string categorical u v w`;

const array = (text: string, type = 'real') => `<Array type="${type}">${text}</Array>`;

refusedChanges(
  'clusters',
  FIELDS,
  `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">${schema('x', 'f')}
<ComparisonMeasure kind="distance"><squaredEuclidean/></ComparisonMeasure><ClusteringField field="x" compareFunction="absDiff"/>
<MissingValueWeights>${array('1')}</MissingValueWeights><Cluster id="1">${array('1')}</Cluster><Cluster id="2">${array('5')}</Cluster></ClusteringModel>`,
  [
    [
      'a function of others',
      'functionName="clustering"',
      'functionName="regression"',
      'ClusteringModel',
      'functionName="regression"',
    ],
    ['an unknown class', 'centerBased', 'edgeBased', 'ClusteringModel', 'modelClass="edgeBased"'],
    [
      'fewer clusters than it says',
      'numberOfClusters="2"',
      'numberOfClusters="3"',
      'ClusteringModel',
      'numberOfClusters="3" but it has 2',
    ],
    ['a cluster twice', 'Cluster id="2"', 'Cluster id="1"', 'Cluster', '"1" is there twice'],
    [
      'a field twice',
      '<MissingValueWeights>',
      '<ClusteringField field="x"/><MissingValueWeights>',
      'ClusteringField',
      '"x" is there twice',
    ],
    [
      'an unknown field',
      'ClusteringField field="x"',
      'ClusteringField field="q"',
      'ClusteringField',
      '"q" is not known',
    ],
    [
      'an unknown comparison',
      'compareFunction="absDiff"',
      'compareFunction="ratio"',
      'ClusteringField',
      'compareFunction="ratio"',
    ],
    [
      'a similarity of no scale',
      'compareFunction="absDiff"',
      'compareFunction="gaussSim"',
      'ClusteringField',
      '"similarityScale" is missing',
    ],
    [
      'a similarity of scale 0',
      'compareFunction="absDiff"',
      'compareFunction="gaussSim" similarityScale="0"',
      'ClusteringField',
      'is not positive',
    ],
    [
      'a table of another size',
      'field="x" compareFunction="absDiff"/>',
      `field="f" compareFunction="table"><Comparisons><Matrix>${array('0 1')}${array('1 0')}</Matrix></Comparisons></ClusteringField>`,
      'Matrix',
      'not 3 by 3',
    ],
    ['an unknown kind', 'kind="distance"', 'kind="nearness"', 'ComparisonMeasure', 'kind="nearness"'],
    ['no measure', '<squaredEuclidean/>', '', 'ComparisonMeasure', 'no measure'],
    ['minkowski of no power', '<squaredEuclidean/>', '<minkowski/>', 'minkowski', '"p-parameter" is missing'],
    ['a centre of another length', array('5'), array('5 6'), 'Array', '2 entries for 1 fields'],
    [
      'weights of another number',
      `<MissingValueWeights>${array('1')}`,
      `<MissingValueWeights>${array('1 2')}`,
      'Array',
      '2 weights for 1 fields',
    ],
  ],
);

test('a field that goes round in a circle is refused where distances are taken', () => {
  const text = document(
    'x double continuous',
    `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="1">${schema('x')}<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><ClusteringField field="x"/><Cluster>${array('1')}</Cluster></ClusteringModel>`,
  ).replace('optype="continuous"', 'optype="continuous" isCyclic="1"');
  expect(refusal(text)).toContain('field "x" is cyclic');
});
