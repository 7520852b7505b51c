import { describe, expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

interface Options {
  readonly attributes?: string;
  readonly k?: number;
  readonly functionName?: string;
  readonly target?: string;
}

function neighbours({
  attributes = '',
  k = 3,
  functionName = 'classification',
  target = 'c',
}: Options): string {
  const rows = [
    [0, 'b', 10],
    [1, 'a', 20],
    [3, 'b', 30],
    [6, 'a', 60],
    [10, 'a', 90],
  ].map(([x, c, y], i) => `<row><id>i${i}</id><x>${x}</x><c>${c}</c><y>${y}</y></row>`);
  return document(
    'x double continuous\nc string categorical\ny double continuous',
    `<NearestNeighborModel functionName="${functionName}" numberOfNeighbors="${k}" instanceIdVariable="id" ${attributes}>
      ${schema('x', `${target}:target`)}
      <Output>
        <OutputField name="answer" feature="predictedValue"/>
        <OutputField name="first" feature="entityId" dataType="string" optype="categorical"/>
        <OutputField name="second" feature="entityId" rank="2" dataType="string" optype="categorical"/>
        <OutputField name="distance" feature="affinity" rank="2" dataType="double"/>
      </Output>
      <LocalTransformations>
        <DerivedField name="doubled" dataType="double" optype="continuous">
          <NormContinuous field="x"><LinearNorm orig="0" norm="0"/><LinearNorm orig="1" norm="2"/></NormContinuous>
        </DerivedField>
      </LocalTransformations>
      <TrainingInstances isTransformed="false">
        <InstanceFields>
          <InstanceField field="id"/><InstanceField field="x"/><InstanceField field="c"/><InstanceField field="y"/>
        </InstanceFields>
        <InlineTable>${rows.join('')}</InlineTable>
      </TrainingInstances>
      <ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
      <KNNInputs><KNNInput field="doubled"/></KNNInputs>
    </NearestNeighborModel>`,
  );
}

describe('nearest neighbours', () => {
  test('instances go through the transformations; ids come in order of distance', () => {
    const answer = loadPmmlSync(neighbours({})).predict({ x: 0.9 });
    expect(answer).toEqual({ answer: 'b', first: 'i1', second: 'i0', distance: 1.8 });
  });

  test('a tie of votes goes to the category with more instances', () => {
    expect(loadPmmlSync(neighbours({ k: 2 })).predict({ x: 0.1 }).answer).toBe('a');
  });

  test('weights are inverse distances', () => {
    const model = loadPmmlSync(
      neighbours({ attributes: 'categoricalScoringMethod="weightedMajorityVote" threshold="0.5"' }),
    );
    // 1/2.5 for "a" against 1/0.5 + 1/6.5 for "b".
    expect(model.predict({ x: 0 }).answer).toBe('b');
  });

  test.each([
    ['average', 20],
    ['median', 20],
    ['weightedAverage', (10 / 1 + 20 / 3 + 30 / 7) / (1 / 1 + 1 / 3 + 1 / 7)],
  ])('%s of numbers', (method, expected) => {
    const attributes = `continuousScoringMethod="${method}" threshold="1"`;
    const model = loadPmmlSync(neighbours({ attributes, functionName: 'regression', target: 'y' }));
    expect(model.predict({ x: 0 }).answer).toBeCloseTo(expected, 12);
  });

  test('a row without any input is refused', () => {
    expect(() => loadPmmlSync(neighbours({})).predict({})).toThrow(RecordError);
  });
});
