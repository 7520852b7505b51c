import { expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

/** An ensemble of one segment a letter: A or B is what it predicts, a dot that it predicts nothing. */
function vote(attributes: string, votes: string, weights: readonly number[] = []): unknown {
  const tree = (i: number): string => `<TreeModel functionName="classification">${schema(`x${i}`, 'k:target')}
    <Node id="r"><True/>${['A', 'B'].map((c) => leaf(i, c)).join('')}</Node></TreeModel>`;
  const leaf = (i: number, c: string): string => `<Node id="${c}" score="${c}">
    <SimplePredicate field="x${i}" operator="equal" value="${c}"/>
    <ScoreDistribution value="${c}" recordCount="3"/><ScoreDistribution value="${c === 'A' ? 'B' : 'A'}" recordCount="1"/></Node>`;
  const names = [...votes].map((_, i) => `x${i}`);
  const segments = names.map((_, i) => `<Segment weight="${weights[i] ?? 1}"><True/>${tree(i)}</Segment>`);
  const model = loadPmmlSync(
    document(
      [...names, 'k'].map((n) => `${n} string categorical A B`).join('\n'),
      `<MiningModel functionName="classification">${schema(...names, 'k:target')}
      <Output><OutputField name="p" feature="probability" value="A"/></Output>
      <Segmentation ${attributes}>${segments.join('')}</Segmentation></MiningModel>`,
    ),
    { results: 'all' },
  );
  const record = Object.fromEntries([...votes].map((v, i) => [`x${i}`, v === '.' ? null : v]));
  try {
    const { k, p } = model.predict(record);
    return k === null ? null : `${k} ${Math.round((p as number) * 100)}`;
  } catch (error) {
    if (error instanceof RecordError) return 'refused';
    throw error;
  }
}

const majority = 'multipleModelMethod="majorityVote"';
const average = 'multipleModelMethod="average"';
const skip = 'missingPredictionTreatment="skipSegment"';

test('missing votes stand for election, and the others share the probability', () => {
  expect(vote(majority, 'AAB.')).toBe('A 67');
  expect(vote(majority, 'AB..')).toBeNull();
  expect(vote(`${majority} ${skip}`, 'AB..')).toBe('A 50');
  expect(vote(majority, '....')).toBe('refused');
});

test('skipped segments may not be more than the threshold', () => {
  for (const method of [majority, average]) {
    const limited = `${method} ${skip} missingThreshold="0.25"`;
    expect(vote(limited, 'AAA.')).toMatch(/^A/);
    expect(vote(limited, 'AA..')).toBeNull();
    expect(vote(`${method} ${skip}`, 'AA..')).toMatch(/^A/);
    expect(vote(`${method} ${skip}`, '....')).toBe('refused');
  }
  const weighted = `multipleModelMethod="weightedAverage" ${skip} missingThreshold="0.5"`;
  expect(vote(weighted, 'A...', [9, 1, 1, 1])).toBe('A 75');
  expect(vote(weighted, '.AAA', [9, 1, 1, 1])).toBeNull();
});

test('votes without weight count for nothing', () => {
  expect(vote('multipleModelMethod="weightedMajorityVote"', 'AAAB', [0, 1, 0, 3])).toBe('B 25');
});

test('of segments equally sure the one that is sure of the earlier category answers', () => {
  expect(vote('multipleModelMethod="max"', 'BA')).toBe('A 75');
});

test('the first segment that predicts is selected where those that do not are skipped', () => {
  expect(vote('multipleModelMethod="selectFirst"', '.B')).toBeNull();
  expect(vote(`multipleModelMethod="selectFirst" ${skip}`, '.B')).toBe('B 25');
});

test('a chain in which nothing runs predicts nothing', () => {
  const step = `<Segment><False/><RegressionModel functionName="regression">${schema('x', 'y:target')}
    <RegressionTable intercept="1"/></RegressionModel></Segment>`;
  const mining = (method: string) =>
    loadPmmlSync(
      document(
        'x double continuous\ny double continuous',
        `<MiningModel functionName="regression">${schema('x', 'y:target')}
        <Segmentation multipleModelMethod="${method}">${step}</Segmentation></MiningModel>`,
      ),
    );
  expect(mining('modelChain').predict({ x: 1 })).toEqual({ y: null });
  expect(() => mining('majorityVote')).toThrow(ModelError);
});

test('an output may ask for any segment of an ensemble, though another one predicts nothing', () => {
  const segment = (
    id: string,
  ): string => `<Segment id="${id}"><True/><RegressionModel functionName="regression">
    ${schema(id, 'y:target')}<RegressionTable intercept="1"><NumericPredictor name="${id}" coefficient="2"/></RegressionTable>
    </RegressionModel></Segment>`;
  const model = loadPmmlSync(
    document(
      'a double continuous\nb double continuous\ny double continuous',
      `<MiningModel functionName="regression">${schema('a', 'b', 'y:target')}
      <Output><OutputField name="all" feature="predictedValue"/><OutputField name="b" feature="predictedValue" segmentId="b"/></Output>
      <Segmentation multipleModelMethod="average">${segment('a')}${segment('b')}</Segmentation></MiningModel>`,
    ),
  );
  expect(model.predict({ b: 3 })).toEqual({ all: null, b: 7 });
});

/** A chain whose first step predicts from a alone, and whose second from b. */
function steps(attributes: string, output: string) {
  const step = (
    id: string,
    inner: string,
  ): string => `<Segment><True/><RegressionModel functionName="regression">
    ${schema(id)}${inner}<RegressionTable intercept="1"><NumericPredictor name="${id}" coefficient="2"/></RegressionTable>
    </RegressionModel></Segment>`;
  return loadPmmlSync(
    document(
      'a double continuous\nb double continuous\ny double continuous',
      `<MiningModel functionName="regression">${schema('a', 'b', 'y:target')}
      <Segmentation ${attributes}>${step('a', `<Output>${output}</Output>`)}${step('b', '')}</Segmentation></MiningModel>`,
    ),
    { results: 'all' },
  );
}

test('a step of a chain that predicts nothing refuses the row, if outputs are read off it', () => {
  const predicted = '<OutputField name="o" feature="predictedValue"/>';
  const computed =
    '<OutputField name="o" feature="transformedValue" dataType="double"><FieldRef field="a"/></OutputField>';
  const chain = 'multipleModelMethod="modelChain"';
  expect(steps(chain, predicted).predict({ a: 1, b: 1 })).toMatchObject({ y: 3, o: 3 });
  expect(() => steps(chain, predicted).predict({ b: 1 })).toThrow(RecordError);
  expect(steps(chain, computed).predict({ b: 1 })).toMatchObject({ y: 3, o: null });
  const returns = `${chain} missingPredictionTreatment="returnMissing"`;
  expect(steps(returns, predicted).predict({ b: 1 })).toMatchObject({ y: null });
});
