import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
y double continuous`;

refusedChanges(
  'neighbours',
  FIELDS,
  `<NearestNeighborModel functionName="regression" numberOfNeighbors="1" instanceIdVariable="id">${schema('x', 'y:target')}
<TrainingInstances isTransformed="false"><InstanceFields><InstanceField field="id" column="i"/><InstanceField field="x" column="a"/><InstanceField field="y" column="b"/></InstanceFields><InlineTable><row><i>1</i><a>2</a><b>3</b></row></InlineTable></TrainingInstances>
<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure><KNNInputs><KNNInput field="x"/></KNNInputs></NearestNeighborModel>`,
  [
    [
      'no neighbours',
      'numberOfNeighbors="1"',
      'numberOfNeighbors="0"',
      'NearestNeighborModel',
      'numberOfNeighbors="0"',
    ],
    [
      'half a neighbour',
      'numberOfNeighbors="1"',
      'numberOfNeighbors="1.5"',
      'NearestNeighborModel',
      'numberOfNeighbors="1.5"',
    ],
    [
      'an unknown method',
      'numberOfNeighbors="1"',
      'numberOfNeighbors="1" continuousScoringMethod="mode"',
      'NearestNeighborModel',
      'continuousScoringMethod="mode"',
    ],
    [
      'ids that are not there',
      'instanceIdVariable="id"',
      'instanceIdVariable="name"',
      'TrainingInstances',
      '"name" is not among',
    ],
    ['a column that is not there', 'column="a"', 'column="c"', 'InstanceField', 'no column "c"'],
    [
      'a field twice',
      '<InstanceField field="y"',
      '<InstanceField field="x"',
      'InstanceField',
      '"x" is there twice',
    ],
    ['a cell that is no number', '<a>2</a>', '<a>two</a>', 'TrainingInstances', 'row 1: "two" is no double'],
    [
      'an answer that is no number',
      '<b>3</b>',
      '<b>three</b>',
      'TrainingInstances',
      'row 1: "three" is no double',
    ],
    ['no instances', '<row><i>1</i><a>2</a><b>3</b></row>', '', 'TrainingInstances', 'no instances'],
    ['an unknown input', '<KNNInput field="x"/>', '<KNNInput field="q"/>', 'KNNInput', '"q" is not known'],
    [
      'an input twice',
      '<KNNInput field="x"/>',
      '<KNNInput field="x"/><KNNInput field="x"/>',
      'KNNInput',
      '"x" is there twice',
    ],
  ],
);
