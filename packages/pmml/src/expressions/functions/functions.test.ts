import { expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../../index.js';
import { wrap } from '../../testing/random-model.js';

/** The value of an expression of x (a number), t (a text) and d (a date). */
function value(expression: string, type: string, record: Record<string, unknown> = {}): unknown {
  const names = ['x', 't', 'd', 'z'];
  const types = ['double', 'string', 'date', 'double'];
  const fields = names
    .map((n, i) => `<DataField name="${n}" optype="categorical" dataType="${types[i]}"/>`)
    .join('');
  const mining = ['x', 't', 'd'].map((n) => `<MiningField name="${n}"/>`).join('');
  const model = `<RegressionModel functionName="regression"><MiningSchema>${mining}<MiningField name="z" usageType="target"/></MiningSchema><Output><OutputField name="out" feature="transformedValue" dataType="${type}">${expression}</OutputField></Output><RegressionTable intercept="0"/></RegressionModel>`;
  return loadPmmlSync(wrap(model, `<DataDictionary>${fields}</DataDictionary>`)).predict(record).out;
}

const call = (name: string, ...args: (string | number)[]): string =>
  `<Apply function="${name}">${args.map((a) => (typeof a === 'string' && /^[xtd]$/.test(a) ? `<FieldRef field="${a}"/>` : `<Constant>${a}</Constant>`)).join('')}</Apply>`;

test.each([
  [call('modulo', '-5.0', '3.0'), 'double', 1],
  [call('/', 7, 2), 'double', 3],
  [call('/', '7.0', 2), 'double', 3.5],
  [call('round', '2.5'), 'double', 3],
  [call('rint', '2.5'), 'double', 2],
  [call('median', '4.0', '1.0', '3.0', '2.0'), 'double', 2.5],
  [call('threshold', 2, 1), 'integer', 1],
  [call('substring', 'aBcdef', 2, 3), 'string', 'Bcd'],
  [call('formatNumber', 7, '%4d'), 'string', '   7'],
  [call('formatNumber', '3.14159', '%.2f'), 'string', '3.14'],
  [call('concat', 'a', '-', 'b'), 'string', 'a-b'],
  [call('replace', 'banana', 'an+', 'o'), 'string', 'booa'],
  [call('matches', 'January', '(?i)^jan'), 'boolean', true],
  [call('isIn', 2, 1, 2, 3), 'boolean', true],
  [call('if', 'true', 1, 2), 'integer', 1],
  [call('stringLength', 'four'), 'integer', 4],
  [call('stringLength', '3.0'), 'integer', 3],
  [call('concat', '1e7', '|', '0.5', '|', '5e-4'), 'string', '1.0E7|0.5|5.0E-4'],
  [call('replace', 'banana', '(an)', '[$1$0]'), 'string', 'b[anan][anan]a'],
  [call('replace', 'banana', 'an', '\\\\$&amp;'), 'string', 'b\\$&\\$&a'],
  [call('formatNumber', '-3.5', '%(.1f'), 'string', '(3.5)'],
  [call('formatNumber', '1e21', '%.1f'), 'string', '1000000000000000000000.0'],
])('%s', (expression, type, expected) => {
  expect(value(expression, type)).toEqual(expected);
});

test.each([
  ['normalCDF', ['1.0', '0.0', '1.0'], 0.8413447460685429],
  ['normalPDF', ['0.0', '0.0', '1.0'], 0.3989422804014327],
  ['stdNormalIDF', ['0.975'], 1.959963984540054],
  ['erf', ['0.5'], 0.5204998778130465],
  ['expm1', ['1e-10'], 1.00000000005e-10],
  ['hypot', ['3.0', '4.0'], 5],
])('%s(%s)', (name, args, expected) => {
  expect(value(call(name, ...args), 'double') as number).toBeCloseTo(expected, 12);
});

test('dates', () => {
  const record = { d: '2004-02-29' };
  expect(value(call('dateDaysSinceYear', 'd', 2004), 'integer', record)).toBe(59);
  expect(value(call('formatDatetime', 'd', '%m/%d/%y'), 'string', record)).toBe('02/29/04');
  expect(value(call('dateSecondsSinceYear', 'd', 2004), 'integer', record)).toBe(59 * 86_400);
});

test('a missing argument makes the result missing, unless it is mapped', () => {
  expect(value(call('+', 'x', 1), 'double')).toBeNull();
  expect(value(call('sum', 'x', 1), 'double')).toBe(1);
  expect(value(call('isMissing', 'x'), 'boolean')).toBe(true);
  expect(value(call('and', 'false', 'x'), 'boolean')).toBe(false);
  expect(value(call('+', 'x', 1).replace('<Apply', '<Apply mapMissingTo="9"'), 'double')).toBe(9);
});

test('floor, ceil and round make integers, rint leaves the type', () => {
  const half = (name: string): unknown =>
    value(`<Apply function="/">${call(name, '6.9')}<Constant>4</Constant></Apply>`, 'double');
  expect([half('floor'), half('ceil'), half('round'), half('rint')]).toEqual([1, 1, 1, 1.75]);
  expect(
    value(`<Apply function="concat">${call('round', '2.5')}<Constant>!</Constant></Apply>`, 'string'),
  ).toBe('3!');
});

test('values of different types are compared in the type of the first', () => {
  expect(value(call('equal', 't', 3), 'boolean', { t: '3' })).toBe(true);
  expect(value(call('equal', 't', 3), 'boolean', { t: '3.0' })).toBe(false);
  expect(value(call('equal', 3, 't'), 'boolean', { t: '3.0' })).toBe(true);
  expect(value(call('isIn', 't', 1, '2.0'), 'boolean', { t: '2.0' })).toBe(true);
  const float = '<Constant dataType="float">0.1</Constant>';
  const double = '<Constant dataType="double">0.1</Constant>';
  expect(value(`<Apply function="equal">${float}${double}</Apply>`, 'boolean')).toBe(true);
  expect(value(`<Apply function="equal">${double}${float}</Apply>`, 'boolean')).toBe(false);
});

test('a float is written with no more digits than it has', () => {
  const float = '<Constant dataType="float">0.1</Constant>';
  expect(value(`<Apply function="concat">${float}<Constant>!</Constant></Apply>`, 'string')).toBe('0.1!');
});

test('arguments outside the domain of a function refuse the row, unless the call says otherwise', () => {
  const treated = (treatment: string, name: string, ...args: (string | number)[]): unknown =>
    value(call(name, ...args).replace('<Apply', `<Apply invalidValueTreatment="${treatment}"`), 'double');
  for (const name of ['ln', 'sqrt', 'asin', 'stdNormalIDF']) {
    expect(() => value(call(name, '-2.0'), 'double')).toThrow(RecordError);
    expect(treated('asMissing', name, '-2.0')).toBeNull();
    expect(treated('asIs', name, '-2.0')).toBeNaN();
  }
  expect(() => value(call('modulo', 7, 0), 'double')).toThrow(RecordError);
  expect(() => value(call('normalCDF', '1.0', '0.0', '0.0'), 'double')).toThrow(RecordError);
  expect(() => treated('asIs', '/', 1, 0)).toThrow(RecordError);
  expect(value(call('ln', '0.0'), 'double')).toBe(-Infinity);
});

test('what is no function, or is called wrongly, is refused at load', () => {
  expect(() => value(call('frobnicate', 1), 'double')).toThrow(ModelError);
  expect(() => value(call('exp', 1, 2), 'double')).toThrow(ModelError);
  expect(() => value(call('matches', 't', '(?<'), 'boolean')).toThrow(ModelError);
});
