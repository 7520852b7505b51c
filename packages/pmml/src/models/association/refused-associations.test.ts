import { expect, test } from 'vitest';
import { document, schema } from '../../testing/document.js';
import { refusal } from '../../testing/refusal.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `items string categorical`;

refusedChanges(
  'association rules',
  FIELDS,
  `<AssociationModel functionName="associationRules" numberOfTransactions="1" minimumSupport="0" minimumConfidence="0" numberOfItems="2" numberOfItemsets="2" numberOfRules="1">${schema('items')}
<Item id="1" value="p"/><Item id="2" value="q"/><Itemset id="s1" numberOfItems="1"><ItemRef itemRef="1"/></Itemset><Itemset id="s2"><ItemRef itemRef="2"/></Itemset>
<AssociationRule id="r" antecedent="s1" consequent="s2" support="0.5" confidence="0.5"/></AssociationModel>`,
  [
    ['an item twice', 'Item id="2"', 'Item id="1"', 'Item', '"1" is there twice'],
    ['an item that is not there', 'itemRef="2"', 'itemRef="3"', 'ItemRef', '"3"'],
    ['a set twice', 'Itemset id="s2"', 'Itemset id="s1"', 'Itemset', '"s1" is used twice'],
    ['a set that is not there', 'antecedent="s1"', 'antecedent="s3"', 'AssociationRule', '"s3"'],
    [
      'a set of fewer items than it says',
      'numberOfItems="1"',
      'numberOfItems="2"',
      'Itemset',
      'numberOfItems="2" but it has 1',
    ],
    [
      'a rule twice',
      '<AssociationRule id="r"',
      '<AssociationRule id="r" antecedent="s1" consequent="s2" support="0.5" confidence="0.4"/><AssociationRule id="r"',
      'AssociationRule',
      '"r" is there twice',
    ],
    ['a rule of no confidence', ' confidence="0.5"', '', 'AssociationRule', '"confidence" is missing'],
    [
      'a confidence that is no number',
      'confidence="0.5"',
      'confidence="high"',
      'AssociationRule',
      'confidence="high"',
    ],
    [
      'an item of an unknown field',
      '<Item id="2" value="q"',
      '<Item id="2" value="q" field="w"',
      'Item',
      '"w" is not known',
    ],
  ],
);

test('items of several levels are refused', () => {
  const text = document(
    'items string categorical',
    `<AssociationModel functionName="associationRules">${schema('items')}<Item id="1" value="p"/></AssociationModel>`,
  ).replace('optype="categorical"', 'optype="categorical" taxonomy="goods"');
  expect(refusal(text)).toMatch(/^Item at .*has a taxonomy/);
});
