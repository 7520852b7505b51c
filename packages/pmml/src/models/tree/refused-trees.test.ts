import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../load/load.js';
import { document, schema } from '../../testing/document.js';
import { refusal } from '../../testing/refusal.js';

const FIELDS = `x double continuous
size string ordinal small middle large
z string categorical`;

/** A tree of one leaf below its root, in line 7. */
const tree = (leaf: string, attributes = '', functionName = 'classification') =>
  document(
    FIELDS,
    `<TreeModel functionName="${functionName}"${attributes}>${schema('x', 'size', 'z:target')}<Node><True/>
<Node id="leaf"${leaf}</Node></Node></TreeModel>`,
  );

const share = (value: string, rest = 'recordCount="1"') => `<ScoreDistribution value="${value}" ${rest}/>`;
const simple = (field: string, operator: string, value = '1') =>
  `<SimplePredicate field="${field}" operator="${operator}" value="${value}"/>`;

describe('a tree is refused at load', () => {
  test.each([
    [
      'of an unknown strategy',
      '><True/>',
      ' missingValueStrategy="guess"',
      'TreeModel at 5: attribute missingValueStrategy="guess"',
    ],
    [
      'of an unknown other strategy',
      '><True/>',
      ' noTrueChildStrategy="guess"',
      'TreeModel at 5: attribute noTrueChildStrategy="guess"',
    ],
    [
      'of an unknown split',
      '><True/>',
      ' splitCharacteristic="threeSplit"',
      'TreeModel at 5: attribute splitCharacteristic="threeSplit"',
    ],
    [
      'with a penalty that is no number',
      '><True/>',
      ' missingValuePenalty="small"',
      'TreeModel at 5: attribute missingValuePenalty="small"',
    ],
    [
      'of another function',
      '><True/>',
      '',
      'TreeModel at 5: functionName="clustering" is not for trees',
      'clustering',
    ],
    [
      'with a default child that is none of its children',
      ' defaultChild="other"><True/>',
      '',
      'Node at 6: defaultChild "other"',
    ],
    [
      'with a category twice',
      `><True/>${share('a')}${share('a')}`,
      '',
      'ScoreDistribution at 6: category a is there twice',
    ],
    [
      'with probabilities of some categories',
      `><True/>${share('a', 'recordCount="1" probability="1"')}${share('b')}`,
      '',
      'ScoreDistribution at 6: some of its siblings have probabilities',
    ],
    [
      'with a distribution of neither counts nor probabilities',
      `><True/>${share('a', '')}`,
      '',
      'ScoreDistribution at 6: attribute "recordCount" is missing',
    ],
    [
      'with a category of no name',
      '><True/><ScoreDistribution recordCount="1"/>',
      '',
      'ScoreDistribution at 6: attribute "value" is missing',
    ],
    [
      'weighing nodes that are not counted',
      ' score="a"><True/>',
      ' missingValueStrategy="weightedConfidence"',
      'TreeModel at 5: missingValueStrategy="weightedConfidence" needs the recordCount of node leaf',
    ],
    ['without a predicate', '>', '', 'Node at 6: it has no predicate'],
    ['with two predicates', '><True/><False/>', '', 'False at 6: <Node> has <True> already'],
    [
      'with a part that is no predicate',
      '><CompoundPredicate booleanOperator="and"><True/><Maybe/></CompoundPredicate>',
      '',
      'Maybe at 6: ',
    ],
    [
      'with a compound of nothing',
      '><CompoundPredicate booleanOperator="and"/>',
      '',
      'CompoundPredicate at 6: it has no predicates',
    ],
    [
      'with an unknown connective',
      '><CompoundPredicate booleanOperator="nor"><True/></CompoundPredicate>',
      '',
      'CompoundPredicate at 6: attribute booleanOperator="nor"',
    ],
    [
      'with an unknown operator',
      `>${simple('x', 'like')}`,
      '',
      'SimplePredicate at 6: attribute operator="like"',
    ],
    [
      'with a comparison with nothing',
      '><SimplePredicate field="x" operator="equal"/>',
      '',
      'SimplePredicate at 6: attribute "value" is missing',
    ],
    [
      'with a comparison with a word',
      `>${simple('x', 'lessThan', 'one')}`,
      '',
      'SimplePredicate at 6: "one" is not a value of type double',
    ],
    [
      'with a comparison of an unknown field',
      `>${simple('w', 'lessThan')}`,
      '',
      'SimplePredicate at 6: field "w" is not known here',
    ],
    [
      'with a value outside the order',
      `>${simple('size', 'lessThan', 'huge')}`,
      '',
      'SimplePredicate at 6: "huge" is none of the ordered values of "size"',
    ],
    [
      'with a set of nothing',
      '><SimpleSetPredicate field="size" booleanOperator="isIn"/>',
      '',
      'SimpleSetPredicate at 6: element <Array> is missing',
    ],
    [
      'with a set of another length',
      '><SimpleSetPredicate field="size" booleanOperator="isIn"><Array n="2" type="string">small</Array></SimpleSetPredicate>',
      '',
      'Array at 6: n="2" but it has 1',
    ],
    [
      'with an unknown set operator',
      '><SimpleSetPredicate field="size" booleanOperator="in"><Array type="string">small</Array></SimpleSetPredicate>',
      '',
      'SimpleSetPredicate at 6: attribute booleanOperator="in"',
    ],
  ])('%s', (_, leaf, attributes, expected, functionName?: string) => {
    expect(refusal(tree(leaf, attributes, functionName))).toContain(expected);
  });

  test('with a score that is no number, where it is a regression', () => {
    expect(refusal(tree(' score="high"><True/>', '', 'regression'))).toContain(
      'Node at 6: attribute score="high"',
    );
  });
});

test('a distribution may have probabilities alone', () => {
  const model = loadPmmlSync(
    tree(` score="a"><True/>${share('a', 'probability="0.75"')}${share('b', 'probability="0.25"')}`),
  );
  expect(model.predict({})).toEqual({ z: 'a', 'probability(a)': 0.75, 'probability(b)': 0.25 });
});

test('leaves without a score make no aggregate', () => {
  const strategy = ' missingValueStrategy="aggregateNodes"';
  const model = loadPmmlSync(tree(` recordCount="3">${simple('x', 'lessThan')}`, strategy, 'regression'));
  expect(model.predict({})).toEqual({ z: null });
});

test('the records of a leaf without a distribution are all of its score', () => {
  const leaf = (score: string, count: number, operator: string) =>
    `<Node score="${score}" recordCount="${count}">${simple('x', operator)}</Node>`;
  const text = tree(
    ` recordCount="4"><True/>${leaf('a', 1, 'lessThan')}${leaf('b', 3, 'greaterOrEqual')}`,
    ' missingValueStrategy="aggregateNodes"',
  );
  expect(loadPmmlSync(text).predict({})).toEqual({ z: 'b', 'probability(a)': 0.25, 'probability(b)': 0.75 });
});
