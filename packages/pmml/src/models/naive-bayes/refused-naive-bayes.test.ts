import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
f string categorical u v w
z string categorical a b`;

const counts = (a: string, b: string) =>
  `<TargetValueCounts><TargetValueCount value="a" count="${a}"/><TargetValueCount value="b" count="${b}"/></TargetValueCounts>`;
const gauss = (value: string, variance: string) =>
  `<TargetValueStat value="${value}"><GaussianDistribution mean="0" variance="${variance}"/></TargetValueStat>`;

refusedChanges(
  'naive Bayes',
  FIELDS,
  `<NaiveBayesModel functionName="classification" threshold="0.001">${schema('x', 'f', 'z:target')}
<BayesInputs><BayesInput fieldName="f"><PairCounts value="u">${counts('1', '2')}</PairCounts><PairCounts value="v">${counts('3', '4')}</PairCounts></BayesInput>
<BayesInput fieldName="x"><TargetValueStats>${gauss('a', '1')}${gauss('b', '2')}</TargetValueStats></BayesInput></BayesInputs><BayesOutput fieldName="z">${counts('4', '6')}</BayesOutput></NaiveBayesModel>`,
  [
    ['no threshold', ' threshold="0.001"', '', 'NaiveBayesModel', '"threshold" is missing'],
    ['a threshold below 0', 'threshold="0.001"', 'threshold="-1"', 'NaiveBayesModel', 'is negative'],
    [
      'a category of an input twice',
      `<TargetValueCount value="b" count="2"/>`,
      `<TargetValueCount value="a" count="2"/>`,
      'TargetValueCount',
      'there twice',
    ],
    ['a value twice', 'PairCounts value="v"', 'PairCounts value="u"', 'PairCounts', '"u" is there twice'],
    [
      'a category that is not counted',
      `<PairCounts value="u"><TargetValueCounts><TargetValueCount value="a"`,
      `<PairCounts value="u"><TargetValueCounts><TargetValueCount value="c"`,
      'TargetValueCount',
      'does not count',
    ],
    [
      'a density of a category that is not counted',
      gauss('b', '2'),
      gauss('c', '2'),
      'TargetValueStat',
      'does not count',
    ],
    ['a density twice', gauss('b', '2'), gauss('a', '2'), 'TargetValueStat', 'there twice'],
    ['a variance of 0', gauss('b', '2'), gauss('b', '0'), 'GaussianDistribution', 'not positive'],
    ['a count that is no number', 'count="6"', 'count="many"', 'TargetValueCount', 'count="many"'],
    [
      'a counted value twice',
      counts('4', '6'),
      counts('4', '6').replace('"b"', '"a"'),
      'TargetValueCount',
      '"a" is there twice',
    ],
    ['an unknown input', 'fieldName="x"', 'fieldName="q"', 'BayesInput', '"q" is not known'],
    [
      'an input of nothing',
      `<TargetValueStats>${gauss('a', '1')}${gauss('b', '2')}</TargetValueStats>`,
      '',
      'BayesInput',
      'neither',
    ],
  ],
);
