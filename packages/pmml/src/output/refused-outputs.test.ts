import { describe, expect, test } from 'vitest';
import { loadPmmlSync } from '../load/load.js';
import { document, schema } from '../testing/document.js';
import { refusal } from '../testing/refusal.js';

const FIELDS = `x double continuous
y double continuous
z string categorical a b`;

/** Twice x; Output and Targets are in line 6. */
const regression = (content: string, target = 'y:target') =>
  document(
    FIELDS,
    `<RegressionModel functionName="regression">${schema('x', ...(target === '' ? [] : [target]))}
${content}<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel>`,
  );
const output = (...fields: string[]) =>
  regression(`<Output>${fields.map((f) => `<OutputField dataType="double" ${f}/>`).join('')}</Output>`);
const targets = (content: string, target?: string) => regression(`<Targets>${content}</Targets>`, target);

describe('an output is refused at load', () => {
  test.each([
    ['without a name', output('feature="predictedValue"'), 'OutputField at 6: attribute "name" is missing'],
    ['that is there twice', output('name="o"', 'name="o"'), 'OutputField at 6: field "o" is declared twice'],
    [
      'of an unknown feature',
      output('name="o" feature="guess"'),
      'OutputField at 6: attribute feature="guess"',
    ],
    [
      'of a feature that this model has not',
      output('name="o" feature="clusterAffinity"'),
      'OutputField at 6: feature="clusterAffinity" is not supported',
    ],
    [
      'of a target that is none',
      output('name="o" targetField="x"'),
      'OutputField at 6: targetField "x" is no target of this model',
    ],
    [
      'of a segment that is not there',
      output('name="o" segmentId="1"'),
      'OutputField at 6: there is no segment "1"',
    ],
    [
      'of an unknown type',
      output('name="o" dataType="number"').replace('<OutputField dataType="double"', '<OutputField'),
      'OutputField at 6: dataType="number"',
    ],
    [
      'of a rank that is no number',
      output('name="o" rank="first"'),
      'OutputField at 6: attribute rank="first"',
    ],
    ['of an unknown order', output('name="o" rankOrder="up"'), 'OutputField at 6: attribute rankOrder="up"'],
    [
      'that is final perhaps',
      output('name="o" isFinalResult="maybe"'),
      'OutputField at 6: attribute isFinalResult="maybe"',
    ],
    [
      'without an expression to transform',
      output('name="o" feature="transformedValue"'),
      'OutputField at 6: feature="transformedValue" is not supported',
    ],
    [
      'of an expression of another type',
      regression(
        '<Output><OutputField name="o" dataType="double" feature="transformedValue"><Constant>one</Constant></OutputField></Output>',
      ),
      'OutputField at 6: "one" is not a value of type double',
    ],
    [
      'of an unknown field',
      regression(
        '<Output><OutputField name="o" dataType="double" feature="transformedValue"><FieldRef field="w"/></OutputField></Output>',
      ),
      'FieldRef at 6: field "w" is not known here',
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });
});

describe('targets are refused at load', () => {
  test.each([
    [
      'of a field that is no target',
      targets('<Target field="x"/>'),
      'Target at 6: field "x" is no target of this model',
    ],
    [
      'of one field twice',
      targets('<Target field="y"/><Target/>'),
      'Target at 6: its field has a Target already',
    ],
    [
      'cast by an unknown rule',
      targets('<Target castInteger="up"/>'),
      'Target at 6: attribute castInteger="up"',
    ],
    [
      'with bounds the wrong way round',
      targets('<Target min="2" max="1"/>'),
      'Target at 6: min is above max',
    ],
    [
      'scaled by a word',
      targets('<Target rescaleFactor="much"/>'),
      'Target at 6: attribute rescaleFactor="much"',
    ],
    [
      'with a default that is a word',
      targets('<Target><TargetValue defaultValue="none"/></Target>'),
      'TargetValue at 6: attribute defaultValue="none"',
    ],
    [
      'with two defaults',
      targets('<Target><TargetValue defaultValue="1"/><TargetValue defaultValue="2"/></Target>'),
      'TargetValue at 6: it is the second defaultValue',
    ],
    [
      'with a default of one value',
      targets('<Target><TargetValue value="1" defaultValue="1"/></Target>'),
      'TargetValue at 6: a defaultValue is for numbers',
    ],
    [
      'with a prior of no value',
      targets('<Target><TargetValue priorProbability="1"/></Target>'),
      'TargetValue at 6: attribute "value" is missing',
    ],
    [
      'with a value twice',
      targets('<Target><TargetValue value="a"/><TargetValue value="a"/></Target>', 'z:target'),
      'TargetValue at 6: value "a" is there twice',
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });
});

test('a model without a target of its own is about the one that its Targets name', () => {
  const text = targets('<Target field="y" rescaleConstant="1"/>', '');
  expect(loadPmmlSync(text).predict({ x: 3 })).toEqual({ predictedValue: 7 });
});
