import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../load/load.js';
import { document, schema } from '../../testing/document.js';
import { refusal } from '../../testing/refusal.js';

const FIELDS = `a double continuous
b double continuous
w double continuous
y double continuous`;

/** A model that answers `factor` times a field. */
const times = (field: string, factor: number) =>
  `<RegressionModel functionName="regression">${schema(field, 'y:target')}<RegressionTable intercept="0"><NumericPredictor name="${field}" coefficient="${factor}"/></RegressionTable></RegressionModel>`;
const segment = (content: string, attributes = '') => `<Segment${attributes}><True/>${content}</Segment>`;
const BY_W = '<VariableWeight field="w"/>';

/** A MiningModel over a, b and w; its segments begin in line 7. */
const ensemble = (method: string, segments: string, rest = '', attributes = '') =>
  document(
    FIELDS,
    `<MiningModel functionName="regression">${schema('a', 'b', 'w', 'y:target')}
<Segmentation multipleModelMethod="${method}"${attributes}>${rest}${segments}</Segmentation></MiningModel>`,
  );

const answers = (text: string, ...rows: Record<string, unknown>[]) =>
  loadPmmlSync(text)
    .predictBatch(rows)
    .map((r) => (r.ok ? r.value.y : r.error.code));

describe('segments', () => {
  test('weigh what a field of the row says', () => {
    const text = ensemble(
      'weightedAverage',
      segment(times('a', 1), ' weight="3"') + segment(times('b', 1) + BY_W),
    );
    // (3·a + w·b) / (3 + w)
    expect(answers(text, { a: 2, b: 10, w: 1 }, { a: 2, b: 10, w: 5 }, { a: 2, b: 10 })).toEqual([
      4,
      7,
      'missing',
    ]);
  });

  test('of trees weigh what a field says too', () => {
    const leaf = (score: number) =>
      `<TreeModel functionName="regression">${schema('a', 'y:target')}<Node score="${score}"><True/></Node></TreeModel>`;
    const text = ensemble('weightedSum', segment(leaf(2) + BY_W) + segment(leaf(5)));
    expect(answers(text, { w: 10 }, { w: 0.5 })).toEqual([25, 6]);
  });

  test('see what the Segmentation derives for all of them', () => {
    const shared =
      '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="double"><Apply function="+"><FieldRef field="a"/><FieldRef field="b"/></Apply></DerivedField></LocalTransformations>';
    expect(
      answers(ensemble('sum', segment(times('d', 1)) + segment(times('d', 10)), shared), { a: 1, b: 2 }),
    ).toEqual([33]);
  });
});

test('segments that are compiled as they arrive see and weigh the same', () => {
  const shared =
    '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="double"><Apply function="*"><FieldRef field="a"/><Constant>10</Constant></Apply></DerivedField></LocalTransformations>';
  const text = ensemble('weightedSum', segment(times('d', 1) + BY_W) + segment(times('a', 1)), shared);
  const row = { a: 2, w: 3 };
  // 3·10·2 + 2
  for (const streamAfterBytes of [0, 1e9])
    expect(loadPmmlSync(text, { limits: { streamAfterBytes } }).predict(row)).toEqual({ y: 62 });
});

describe('missing predictions', () => {
  const two = segment(times('a', 1)) + segment(times('b', 1));
  const skip = ' missingPredictionTreatment="skipSegment"';

  test.each([
    ['average', [2, 'missing', 2, null]],
    ['median', [2, 'missing', 2, null]],
    ['sum', [2, 0, 2, null]],
  ])('that are skipped leave nothing of %s beyond the threshold', (method, [all, none, half, less]) => {
    const rows = [{ a: 2 }, {}] as const;
    expect(answers(ensemble(method, two, '', skip), ...rows)).toEqual([all, none]);
    expect(answers(ensemble(method, two, '', `${skip} missingThreshold="0.5"`), rows[0])).toEqual([half]);
    expect(answers(ensemble(method, two, '', `${skip} missingThreshold="0.4"`), rows[0])).toEqual([less]);
  });

  test('count with their weight where segments are weighed', () => {
    const weighed = segment(times('a', 1), ' weight="3"') + segment(times('b', 1), ' weight="1"');
    const text = ensemble('weightedAverage', weighed, '', `${skip} missingThreshold="0.3"`);
    expect(answers(text, { a: 2 }, { b: 2 })).toEqual([2, null]);
  });

  test('that are skipped let the next segment answer, or the one before it in a chain', () => {
    expect(answers(ensemble('selectFirst', two, '', skip), { b: 5 })).toEqual([5]);
    expect(answers(ensemble('selectFirst', two), { b: 5 })).toEqual([null]);
    expect(answers(ensemble('modelChain', two, '', skip), { a: 5 })).toEqual([5]);
    expect(answers(ensemble('modelChain', two), { a: 5 })).toEqual([null]);
  });

  test('are left out of the list of all answers, or leave nothing of it', () => {
    const missing = ' missingPredictionTreatment="returnMissing"';
    expect(answers(ensemble('selectAll', two, '', skip), { a: 5 })).toEqual([[5]]);
    expect(answers(ensemble('selectAll', two, '', missing), { a: 5 })).toEqual([null]);
    expect(answers(ensemble('selectAll', two), { a: 5 })).toEqual([[5, null]]);
  });
});

describe('a MiningModel is refused at load', () => {
  test.each([
    [
      'of an unknown method',
      'mean',
      segment(times('a', 1)),
      '',
      'Segmentation at 7: attribute multipleModelMethod="mean"',
    ],
    [
      'of an unknown treatment',
      'sum',
      segment(times('a', 1)),
      ' missingPredictionTreatment="skip"',
      'Segmentation at 7: attribute missingPredictionTreatment="skip"',
    ],
    [
      'with a threshold above all',
      'sum',
      segment(times('a', 1)),
      ' missingThreshold="1.5"',
      'Segmentation at 7: missingThreshold="1.5"',
    ],
    [
      'whose numbers vote',
      'majorityVote',
      segment(times('a', 1)),
      '',
      'Segmentation at 7: multipleModelMethod="majorityVote" is not for numbers',
    ],
    ['without segments', 'sum', '', '', 'Segmentation at 7: it has no segments'],
    [
      'with two segments of one id',
      'sum',
      segment(times('a', 1), ' id="s"') + segment(times('b', 1), ' id="s"'),
      '',
      'Segment at 7: the id "s" is used twice',
    ],
    [
      'with a segment of two models',
      'sum',
      segment(times('a', 1) + times('b', 1)),
      '',
      'RegressionModel at 7: <Segment> has <RegressionModel> already',
    ],
    ['with a segment of no model', 'sum', segment(''), '', 'Segment at 7: it holds no model'],
    [
      'with a segment of no predicate',
      'sum',
      `<Segment>${times('a', 1)}</Segment>`,
      '',
      'Segment at 7: it has no predicate',
    ],
    [
      'with two weights of a segment',
      'weightedSum',
      segment(times('a', 1) + BY_W, ' weight="2"'),
      '',
      'VariableWeight at 7: its segment has a weight already',
    ],
    [
      'with a weight that nobody knows',
      'weightedSum',
      segment(`${times('a', 1)}<VariableWeight field="v"/>`),
      '',
      'VariableWeight at 7: field "v" is not known here',
    ],
    [
      'with a weight that is no number',
      'weightedSum',
      segment(times('a', 1), ' weight="much"'),
      '',
      'Segment at 7: attribute weight="much"',
    ],
    [
      'with a segment that is not for scoring',
      'sum',
      segment(times('a', 1).replace(' f', ' isScorable="false" f')),
      '',
      'RegressionModel at 7: isScorable="false"',
    ],
  ])('%s', (_, method, segments, attributes, expected) => {
    expect(refusal(ensemble(method, segments, '', attributes))).toContain(expected);
  });
});
