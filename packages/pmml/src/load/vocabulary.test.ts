import { describe, expect, test } from 'vitest';
import { refusal } from '../testing/refusal.js';
import { loadPmmlSync } from './load.js';

const TEXT = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4" xmlns:v="urn:vendor" v:made="here">
<Header/>
<DataDictionary numberOfFields="1"><DataField name="x" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression">
<MiningSchema><MiningField name="x"/></MiningSchema>
<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
</RegressionModel></PMML>`;

const changed = (from: string, to: string) => {
  const text = TEXT.replace(from, to);
  expect(text).not.toBe(TEXT);
  return text;
};

describe('words that PMML does not have are refused at load', () => {
  test.each([
    [
      'a misspelled attribute',
      'coefficient="2"',
      'coefficient="2" exponnent="3"',
      'NumericPredictor at 6: attribute "exponnent" is not known (exponent is)',
    ],
    [
      'an attribute in other letters',
      'coefficient="2"',
      'coefficient="2" Exponent="3"',
      'NumericPredictor at 6: attribute "Exponent" is not known (exponent is)',
    ],
    [
      'an attribute of another element',
      'functionName="regression"',
      'functionName="regression" missingValueStrategy="none"',
      'RegressionModel at 4: attribute "missingValueStrategy" is not known',
    ],
    [
      'a misspelled element',
      '<RegressionTable',
      '<Outputs/><RegressionTable',
      'Outputs at 6: <RegressionModel> has no such element (Output is)',
    ],
    [
      'an element in another place',
      '<Header/>',
      '<Header/><MiningSchema/>',
      'MiningSchema at 2: <PMML> has no such element',
    ],
    [
      'an unknown model',
      '<RegressionModel functionName',
      '<OracleModel/><RegressionModel functionName',
      'OracleModel at 4: <PMML> has no such element',
    ],
  ])('%s', (_, from, to, expected) => {
    expect(refusal(changed(from, to))).toContain(expected);
  });
});

describe('extensions are left aside', () => {
  test.each([
    [
      'elements',
      '<Header/>',
      '<Header><Extension name="made" value="here"><Anything at="all"/></Extension></Header>',
    ],
    ['attributes', 'coefficient="2"', 'coefficient="2" x-made="here" v:made="here"'],
    [
      'what a tool says of itself',
      '<Header/>',
      '<Header tool="T"><Application licence="L"/><Site/></Header>',
    ],
    ['elements by their names', '<RegressionTable', '<X-Made at="home"/><RegressionTable'],
    ['statistics', '<RegressionTable', '<ModelStats><Anything/></ModelStats><RegressionTable'],
  ])('%s', (_, from, to) => {
    expect(loadPmmlSync(changed(from, to)).predict({ x: 4 })).toEqual({ predictedValue: 8 });
  });
});

test('a document of another version is refused for that', () => {
  const old = changed('version="4.4"', 'version="2.1"').replace(
    'coefficient="2"',
    'coefficient="2" mean="1"',
  );
  expect(refusal(old)).toBe('PMML at 1: version "2.1" is not one of 3.0 to 4.4');
});
