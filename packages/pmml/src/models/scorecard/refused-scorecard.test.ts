import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
y double continuous`;

refusedChanges(
  'a scorecard',
  FIELDS,
  `<Scorecard functionName="regression" reasonCodeAlgorithm="pointsBelow" baselineMethod="max">${schema('x', 'y:target')}<Characteristics><Characteristic name="c" reasonCode="r" baselineScore="5"><Attribute partialScore="3"><True/></Attribute></Characteristic></Characteristics></Scorecard>`,
  [
    [
      'a common baseline that is no number',
      'baselineMethod="max"',
      'baselineScore="low"',
      'Scorecard',
      'baselineScore="low"',
    ],
    [
      'the question whether it is for scoring',
      'baselineMethod="max"',
      'isScorable="maybe"',
      'Scorecard',
      'isScorable="maybe"',
    ],
    [
      'a function of others',
      'functionName="regression"',
      'functionName="clustering"',
      'Scorecard',
      'functionName="clustering"',
    ],
    [
      'an unknown algorithm',
      'pointsBelow',
      'pointsBeside',
      'Scorecard',
      'reasonCodeAlgorithm="pointsBeside"',
    ],
    [
      'an unknown baseline',
      'baselineMethod="max"',
      'baselineMethod="best"',
      'Scorecard',
      'baselineMethod="best"',
    ],
    ['no baseline score', ' baselineScore="5"', '', 'Characteristic', 'no baseline score'],
    ['no reason code', ' reasonCode="r"', '', 'Attribute', 'no reason code'],
    ['no partial score', ' partialScore="3"', '', 'Attribute', '"partialScore" is missing'],
    [
      'a word for a partial score',
      '<Attribute partialScore="3"><True/>',
      '<Attribute><True/><ComplexPartialScore><Constant>much</Constant></ComplexPartialScore>',
      'Constant',
      '"much" is not a number',
    ],
    [
      'a characteristic of no attribute',
      '<Attribute partialScore="3"><True/></Attribute>',
      '',
      'Characteristic',
      'no Attribute',
    ],
  ],
);
