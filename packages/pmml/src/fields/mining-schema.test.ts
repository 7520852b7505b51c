import { expect, test } from 'vitest';
import { loadPmmlSync, RecordError } from '../index.js';

/** A model that shows what its MiningSchema makes of x, a number between -10 and 10 for which -99 is missing. */
function shown(attributes: string, x?: unknown): unknown {
  const show = (name: string, type: string, expression: string): string =>
    `<OutputField name="${name}" feature="transformedValue" dataType="${type}">${expression}</OutputField>`;
  const ask = (name: string): string =>
    show(name, 'boolean', `<Apply function="${name}"><FieldRef field="x"/></Apply>`);
  const model =
    loadPmmlSync(`<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"><Interval closure="closedClosed" leftMargin="-10" rightMargin="10"/>
    <Value value="-99" property="missing"/></DataField></DataDictionary>
    <RegressionModel functionName="regression"><MiningSchema><MiningField name="x" ${attributes}/></MiningSchema><Output>
    ${show('value', 'double', '<FieldRef field="x"/>')}${ask('isValid')}${ask('isNotValid')}</Output>
    <RegressionTable intercept="0"/></RegressionModel></PMML>`);
  try {
    const { value, isValid, isNotValid } = model.predict({ x });
    return `${value}${isValid ? ' valid' : ''}${isNotValid ? ' invalid' : ''}`;
  } catch (error) {
    if (error instanceof RecordError) return error.code;
    throw error;
  }
}

test('a missing value is neither valid nor invalid', () => {
  expect(shown('')).toBe('null');
  expect(shown('', '-99')).toBe('null');
});

test('a missing value is recognised however its number is written', () => {
  expect(shown('', '-99.0')).toBe('null');
  expect(shown('', '-9.9e1')).toBe('null');
});

test('a replacement is valid though the dictionary does not list it', () => {
  expect(shown('missingValueReplacement="50"')).toBe('50 valid');
  expect(shown('invalidValueTreatment="asValue" invalidValueReplacement="50"', 20)).toBe('50 valid');
});

test('invalid values that are let in stay recognisable', () => {
  expect(shown('invalidValueTreatment="asIs"', 20)).toBe('20 invalid');
  expect(shown('invalidValueTreatment="asIs" invalidValueReplacement="2"', 20)).toBe('2 valid');
  expect(shown('invalidValueTreatment="asIs" invalidValueReplacement="2"', 'abc')).toBe('2 valid');
});

test('NaN as text is an invalid number', () => {
  expect(shown('', 'NaN')).toBe('invalid');
  expect(shown('invalidValueTreatment="asMissing"', 'NaN')).toBe('null');
  expect(shown('invalidValueTreatment="asMissing" outliers="asExtremeValues" highValue="5"', 'NaN')).toBe(
    'null',
  );
});

test('values that only count as missing do not fall to the rule that refuses empty cells', () => {
  const refused = 'missingValueTreatment="returnInvalid" invalidValueTreatment="asMissing"';
  expect(shown(refused)).toBe('missing');
  expect(shown(refused, 20)).toBe('null');
  expect(shown(`${refused} missingValueReplacement="1"`, 20)).toBe('1 valid');
  expect(shown('missingValueTreatment="returnInvalid" outliers="asMissingValues" highValue="5"', 7)).toBe(
    'null',
  );
});
