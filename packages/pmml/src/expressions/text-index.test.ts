import { expect, test } from 'vitest';
import { loadPmmlSync } from '../index.js';
import { document, schema } from '../testing/document.js';

function count(term: string, text: string): unknown {
  const normalization = `<TextIndexNormalization><InlineTable>
    <row><string>quick</string><stem>fast</stem></row><row><string>fast</string><stem>swift</stem></row>
    </InlineTable></TextIndexNormalization>`;
  const output = `<OutputField name="n" feature="transformedValue" dataType="integer">
    <TextIndex textField="t">${normalization}<Constant>${term}</Constant></TextIndex></OutputField>`;
  const model = `<RegressionModel functionName="regression">${schema('t')}<Output>${output}</Output>
    <RegressionTable intercept="0"/></RegressionModel>`;
  return loadPmmlSync(document('t string categorical', model)).predict({ t: text }).n;
}

test('normalizations bring the text to the vocabulary of the terms, and leave the terms', () => {
  expect(count('swift', 'the quick and the fast')).toBe(2);
  expect(count('fast', 'the quick and the fast')).toBe(0);
});
