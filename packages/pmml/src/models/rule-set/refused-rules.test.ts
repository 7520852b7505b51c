import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
z string categorical a b`;

refusedChanges(
  'rules',
  FIELDS,
  `<RuleSetModel functionName="classification">${schema('x', 'z:target')}<RuleSet defaultScore="b"><RuleSelectionMethod criterion="firstHit"/><SimpleRule id="r1" score="a" weight="1"><True/></SimpleRule><SimpleRule id="r2" score="b"><True/></SimpleRule></RuleSet></RuleSetModel>`,
  [
    ['an unknown criterion', 'firstHit', 'lastHit', 'RuleSelectionMethod', 'criterion="lastHit"'],
    [
      'no criterion',
      '<RuleSelectionMethod criterion="firstHit"/>',
      '',
      'RuleSet',
      '<RuleSelectionMethod> is missing',
    ],
    [
      'a distribution of a category twice',
      '<True/>',
      '<True/><ScoreDistribution value="a" recordCount="1"/><ScoreDistribution value="a" recordCount="2"/>',
      'ScoreDistribution',
      '"a" is there twice',
    ],
    ['a rule of no score', ' score="a"', '', 'SimpleRule', '"score" is missing'],
    ['a rule twice', 'id="r2"', 'id="r1"', 'SimpleRule', '"r1" is there twice'],
    ['a weight that is no number', 'weight="1"', 'weight="heavy"', 'SimpleRule', 'weight="heavy"'],
    ['a rule of no predicate', '<True/>', '', 'SimpleRule', 'no predicate'],
  ],
);
