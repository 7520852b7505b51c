import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
f string categorical u v w
y double continuous`;

refusedChanges(
  'a baseline',
  FIELDS,
  `<BaselineModel functionName="regression">${schema('x', 'f', 'y:target')}<TestDistributions field="f" testStatistic="chiSquareDistribution" windowSize="3"><Baseline><CountTable><FieldValueCount field="f" value="u" count="1"/><FieldValueCount field="f" value="v" count="2"/></CountTable></Baseline></TestDistributions></BaselineModel>`,
  [
    [
      'a function of others',
      'functionName="regression"',
      'functionName="clustering"',
      'BaselineModel',
      'functionName="clustering"',
    ],
    ['an unknown statistic', 'chiSquareDistribution', 'guess', 'TestDistributions', 'testStatistic="guess"'],
    ['half a window', 'windowSize="3"', 'windowSize="1.5"', 'TestDistributions', 'windowSize="1.5"'],
    [
      'a normalization',
      'windowSize="3"',
      'normalizationScheme="Independent"',
      'TestDistributions',
      'normalizationScheme',
    ],
    ['a value twice', 'value="v"', 'value="u"', 'CountTable', 'counted twice'],
    ['a count below 0', 'count="2"', 'count="-2"', 'FieldValueCount', 'is no count'],
    [
      'an unknown field',
      'TestDistributions field="f"',
      'TestDistributions field="q"',
      'TestDistributions',
      '"q" is not known',
    ],
  ],
);
