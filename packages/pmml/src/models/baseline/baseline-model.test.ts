import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function baseline(test: string, body: string): string {
  return document(
    'x double continuous\nc string categorical\nd string categorical\ns double continuous',
    `<BaselineModel functionName="regression">${schema('x', 'c', 'd', 's:target')}
      <TestDistributions ${test}>${body}</TestDistributions></BaselineModel>`,
  );
}

const score = (attributes: string, body: string, row: Record<string, unknown>) =>
  loadPmmlSync(baseline(attributes, body)).predict(row).s;
const gauss = (mean: number, variance: number): string =>
  `<GaussianDistribution mean="${mean}" variance="${variance}"/>`;
const TABLE = `<Baseline><CountTable>
  <FieldValueCount field="c" value="a" count="30"/><FieldValueCount field="c" value="b" count="10"/>
</CountTable></Baseline>`;

describe('baseline statistics', () => {
  test('zValue of one observation, and of the mean of a window', () => {
    const body = `<Baseline>${gauss(10, 4)}</Baseline>`;
    const field = 'field="x" testStatistic="zValue"';
    expect(score(field, body, { x: 13 })).toBe(1.5);
    expect(score(field, body, { x: [11, 12, 13, 12] })).toBe(2);
    expect(score(`${field} windowSize="1"`, body, { x: [11, 12, 14] })).toBe(2);
    expect(score(field, body, {})).toBeNull();
  });

  test('CUSUM adds log odds up, never below the reset value', () => {
    const body = `<Baseline>${gauss(0, 1)}</Baseline><Alternate>${gauss(2, 1)}</Alternate>`;
    const field = 'field="x" testStatistic="CUSUM"';
    // log f1/f0 = 2x − 2
    expect(score(field, body, { x: 3 })).toBeCloseTo(4, 12);
    expect(score(field, body, { x: [3, -9, 2, 1.5] })).toBeCloseTo(3, 12);
    expect(score(`${field} resetValue="1"`, body, { x: [-9] })).toBe(1);
  });

  test('chi-square of a distribution', () => {
    const field = 'field="c" testStatistic="chiSquareDistribution"';
    // Of 4, 3 and 1 are expected.
    expect(score(field, TABLE, { c: ['a', 'a', 'a', 'b'] })).toBe(0);
    expect(score(field, TABLE, { c: ['b', 'b', 'a', 'a'] })).toBeCloseTo(1 / 3 + 1, 12);
    expect(score(field, TABLE, { c: ['new'] })).toBe(Infinity);
  });

  test('scalar product of count vectors of length 1', () => {
    const field = 'field="c" testStatistic="scalarProduct"';
    expect(score(field, TABLE, { c: ['a', 'a', 'a', 'b'] })).toBeCloseTo(1, 12);
    expect(score(field, TABLE, { c: ['b'] })).toBeCloseTo(10 / Math.sqrt(1000), 12);
  });

  test('chi-square of independence', () => {
    const body = '<Baseline><FieldRef field="c"/><FieldRef field="d"/></Baseline>';
    const field = 'field="c" testStatistic="chiSquareIndependence"';
    const c = ['a', 'a', 'b', 'b'];
    expect(score(field, body, { c, d: ['u', 'v', 'u', 'v'] })).toBe(0);
    expect(score(field, body, { c, d: ['u', 'u', 'v', 'v'] })).toBe(4);
  });

  test('what does not fit together is refused', () => {
    const wrong = baseline(
      'field="c" testStatistic="chiSquareDistribution"',
      `<Baseline>${gauss(0, 1)}</Baseline>`,
    );
    expect(() => loadPmmlSync(wrong)).toThrow(/<GaussianDistribution> at line \d+: a CountTable is expected/);
    const scheme = baseline('field="c" testStatistic="scalarProduct" normalizationScheme="own"', TABLE);
    expect(() => loadPmmlSync(scheme)).toThrow(/normalizationScheme/);
  });
});
