import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function model(measure: string, fields: string, centre: string, length: number, type = 'real'): string {
  return document(
    'a integer continuous\nb integer continuous\nc integer continuous\nd integer continuous\ncolour string categorical red green blue',
    `<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="1">
      ${schema('a', 'b', 'c', 'd', 'colour')}
      <Output><OutputField name="o" feature="affinity" dataType="double"/></Output>
      ${measure}${fields}
      <Cluster><Array n="${length}" type="${type}">${centre}</Array></Cluster>
    </ClusteringModel>`,
  );
}

const FOUR = ['a', 'b', 'c', 'd'].map((f) => `<ClusteringField field="${f}"/>`).join('');

describe('binary similarities', () => {
  // Against 1 1 0 0: both 1 once, the row alone once, the centre alone once, both 0 once.
  const row = { a: 1, b: 0, c: 1, d: 0 };
  const parameters = (['c', 'd'] as const)
    .flatMap((letter, l) =>
      ['00', '01', '10', '11'].map((cell, i) => `${letter}${cell}-parameter="${l * 4 + i}"`),
    )
    .join(' ');
  test.each([
    ['<simpleMatching/>', 1 / 2],
    ['<jaccard/>', 1 / 3],
    ['<tanimoto/>', 2 / 6],
    [`<binarySimilarity ${parameters}/>`, (3 + 2 + 1 + 0) / (7 + 6 + 5 + 4)],
  ])('%s', (metric, expected) => {
    const measure = `<ComparisonMeasure kind="similarity">${metric}</ComparisonMeasure>`;
    expect(loadPmmlSync(model(measure, FOUR, '1 1 0 0', 4)).predict(row).o).toBeCloseTo(expected, 12);
  });

  test('what is missing is not compared', () => {
    const measure = '<ComparisonMeasure kind="similarity"><jaccard/></ComparisonMeasure>';
    const { o } = loadPmmlSync(model(measure, FOUR, '1 1 0 0', 4)).predict({ a: 1, b: 0 });
    expect(o).toBe(1 / 2);
  });
});

describe('comparisons of categories', () => {
  const distance = '<ComparisonMeasure kind="distance"><cityBlock/></ComparisonMeasure>';
  const centre = (text: string, field: string): string => model(distance, field, text, 1, 'string');

  test.each([
    ['delta', 0, 1],
    ['equal', 1, 0],
  ])('%s', (name, same, other) => {
    const loaded = loadPmmlSync(
      centre('green', `<ClusteringField field="colour" compareFunction="${name}"/>`),
    );
    expect(loaded.predict({ colour: 'green' }).o).toBe(same);
    expect(loaded.predict({ colour: 'blue' }).o).toBe(other);
  });

  test('a table of distances, in the order of the categories', () => {
    const rows = ['0 2 7', '2 0 3', '7 3 0'].map((r) => `<Array n="3" type="real">${r}</Array>`).join('');
    const field = `<ClusteringField field="colour" compareFunction="table">
      <Comparisons><Matrix nbRows="3" nbCols="3">${rows}</Matrix></Comparisons></ClusteringField>`;
    const loaded = loadPmmlSync(centre('blue', field));
    expect(['red', 'green', 'blue'].map((colour) => loaded.predict({ colour }).o)).toEqual([7, 3, 0]);
  });
});

describe('older documents', () => {
  test('centre fields are derived where the model says so', () => {
    const fields = `<ClusteringField field="a"/><CenterFields>
      <DerivedField name="half" dataType="double" optype="continuous">
        <NormContinuous field="a"><LinearNorm orig="0" norm="0"/><LinearNorm orig="2" norm="1"/></NormContinuous>
      </DerivedField></CenterFields>`;
    const distance = '<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>';
    const loaded = loadPmmlSync(
      model(distance, fields, '1', 1).replaceAll('4.4', '3.2').replace('4_4', '3_2'),
    );
    expect(loaded.predict({ a: 8 }).o).toBe(3);
  });
});
