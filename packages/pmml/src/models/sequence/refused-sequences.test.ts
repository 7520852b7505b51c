import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `items string categorical`;

const array = (text: string, type = 'real') => `<Array type="${type}">${text}</Array>`;

refusedChanges(
  'sequence rules',
  FIELDS,
  `<SequenceModel functionName="sequences" minimumTime="0">${schema('items')}<Item id="1" value="p"/><Item id="2" value="q"/>
<Itemset id="s1"><ItemRef itemRef="1"/></Itemset><Itemset id="s2"><ItemRef itemRef="2"/></Itemset><Sequence id="q1"><SetReference setId="s1"/></Sequence><Sequence id="q2"><SetReference setId="s2"/></Sequence>
<SequenceRule id="r" support="0.1" confidence="0.5"><AntecedentSequence><SequenceReference seqId="q1"/></AntecedentSequence><Delimiter delimiter="acrossTimeWindows" gap="true"/><ConsequentSequence><SequenceReference seqId="q2"/></ConsequentSequence></SequenceRule></SequenceModel>`,
  [
    ['a least time', 'minimumTime="0"', 'minimumTime="7"', 'SequenceModel', 'windows of time'],
    ['a window of time', 'minimumTime="0"', 'timeWindowWidth="7"', 'SequenceModel', 'windows of time'],
    ['a rule of no support', ' support="0.1"', '', 'SequenceRule', '"support" is missing'],
    [
      'a least time between sets',
      '<Item id="1"',
      '<Constraints minimumItemsetSeparationTime="5"/><Item id="1"',
      'Constraints',
      'windows of time',
    ],
    [
      'a longest time',
      '<Item id="1"',
      '<Constraints maximumTotalSequenceTime="5"/><Item id="1"',
      'Constraints',
      'windows of time',
    ],
    ['an item twice', 'Item id="2"', 'Item id="1"', 'Item', '"1" is there twice'],
    ['an item of another field', '<Item id="2" value="q"', '<Item id="2" value="q" field="f"', 'Item', '"f"'],
    ['a set twice', 'Itemset id="s2"', 'Itemset id="s1"', 'Itemset', '"s1" is there twice'],
    ['a sequence twice', 'Sequence id="q2"', 'Sequence id="q1"', 'Sequence', '"q1" is there twice'],
    ['a set that is not there', 'setId="s2"', 'setId="s3"', 'SetReference', 'no such set'],
    ['a sequence that is not there', 'seqId="q2"', 'seqId="q3"', 'SequenceReference', 'no such Sequence'],
    ['a delimiter that does not say about gaps', ' gap="true"', '', 'Delimiter', '"gap" is missing'],
    ['an unknown delimiter', 'acrossTimeWindows', 'later', 'Delimiter', 'delimiter="later"'],
    [
      'a set by a predicate',
      '<Sequence id="q1">',
      `<SetPredicate id="p" field="items">${array('p', 'string')}</SetPredicate><Sequence id="q1">`,
      'SetPredicate',
      'not supported',
    ],
  ],
);
