import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;

/** A scorecard whose characteristics have one attribute each. */
function scorecard(attributes: string, characteristics: [baseline: number, attribute: string][]) {
  const list = characteristics.map(
    ([baseline, attribute], i) =>
      `<Characteristic reasonCode="R${i}" baselineScore="${baseline}">${attribute}</Characteristic>`,
  );
  const codes = [1, 2].map((rank) => `<OutputField name="r${rank}" feature="reasonCode" rank="${rank}"/>`);
  return loadPmmlSync(
    document(
      'x double continuous\ny double continuous',
      `<Scorecard functionName="regression" reasonCodeAlgorithm="pointsAbove" ${attributes}>${schema('x', 'y:target')}
      <Output><OutputField name="y" feature="predictedValue"/>${codes.join('')}</Output>
      <Characteristics>${list.join('')}</Characteristics></Scorecard>`,
    ),
  );
}

const points = (score: number): string => `<Attribute partialScore="${score}"><True/></Attribute>`;

test('in single precision every partial score is rounded and added to the initial score in order', () => {
  const model = scorecard('initialScore="0.123" x-mathContext="float"', [
    [0, points(0.7)],
    [
      0,
      '<Attribute><True/><ComplexPartialScore><Apply function="*"><FieldRef field="x"/><Constant dataType="double">0.33</Constant></Apply></ComplexPartialScore></Attribute>',
    ],
    [0, points(16.1)],
  ]);
  // The expression itself is worked out as its types have it.
  const y = f(f(f(f(0.123) + f(0.7)) + f(1.37 * 0.33)) + f(16.1));
  expect(model.predict({ x: 1.37 }).y).toBe(y);
  const answers = model.predictBatch(Array.from({ length: 70 }, () => ({ x: 1.37 })));
  expect(answers.map((a) => a.ok && a.value.y)).toEqual(answers.map(() => y));
});

test('in single precision points that are as many as floats are a tie of reason codes', () => {
  // 0 - -0.2 is less than 0.9 - 0.7 by the last digits of a double.
  expect(0.9 - 0.7).toBeGreaterThan(0.2);
  expect(f(0.9 - 0.7)).toBe(f(0.2));
  const characteristics: [number, string][] = [
    [-0.2, points(0)],
    [0.7, points(0.9)],
  ];
  const { r1, r2 } = scorecard('x-mathContext="float"', characteristics).predict({ x: 1 });
  expect([r1, r2]).toEqual(['R0', 'R1']);
  const inDouble = scorecard('', characteristics).predict({ x: 1 });
  expect([inDouble.r1, inDouble.r2]).toEqual(['R1', 'R0']);
});
