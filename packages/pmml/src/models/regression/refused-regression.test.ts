import { schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
f string categorical u v w
z string categorical a b`;

refusedChanges(
  'a regression',
  FIELDS,
  `<RegressionModel functionName="classification" normalizationMethod="softmax">${schema('x', 'f', 'z:target')}
<RegressionTable targetCategory="a" intercept="1"><NumericPredictor name="x" coefficient="2" exponent="1"/><CategoricalPredictor name="f" value="u" coefficient="1"/><PredictorTerm coefficient="1"><FieldRef field="x"/></PredictorTerm></RegressionTable>
<RegressionTable targetCategory="b" intercept="0"/></RegressionModel>`,
  [
    [
      'an unknown function',
      'functionName="classification"',
      'functionName="guessing"',
      'RegressionModel',
      'functionName="guessing"',
    ],
    [
      'an unknown type',
      'functionName="classification"',
      'functionName="classification" modelType="circular"',
      'RegressionModel',
      'modelType="circular"',
    ],
    [
      'another target than its schema',
      'functionName="classification"',
      'functionName="classification" targetFieldName="x"',
      'RegressionModel',
      'target "x" is not that of its MiningSchema',
    ],
    [
      'several targets',
      'targetCategory="b"',
      'targetCategory="b" x-targetField="y"',
      'RegressionTable',
      'several targets',
    ],
    [
      'a function of others',
      'functionName="classification"',
      'functionName="clustering"',
      'RegressionModel',
      'functionName="clustering"',
    ],
    ['no function', ' functionName="classification"', '', 'RegressionModel', '"functionName" is missing'],
    [
      'tables for a regression',
      'functionName="classification"',
      'functionName="regression"',
      'RegressionTable',
      'one table',
    ],
    ['an unknown normalization', 'softmax', 'hardmax', 'RegressionModel', 'normalizationMethod="hardmax"'],
    ['a category twice', 'targetCategory="b"', 'targetCategory="a"', 'RegressionTable', '"a" is there twice'],
    ['a table of no category', ' targetCategory="b"', '', 'RegressionModel', 'no targetCategory'],
    [
      'a single table',
      '<RegressionTable targetCategory="b" intercept="0"/>',
      '',
      'RegressionModel',
      'a table for each of its categories',
    ],
    [
      'an intercept that is no number',
      'intercept="1"',
      'intercept="one"',
      'RegressionTable',
      'intercept="one"',
    ],
    ['no coefficient', ' coefficient="2"', '', 'NumericPredictor', '"coefficient" is missing'],
    ['an exponent that is no number', 'exponent="1"', 'exponent="two"', 'NumericPredictor', 'exponent="two"'],
    [
      'a text for a number',
      'NumericPredictor name="x"',
      'NumericPredictor name="f"',
      'NumericPredictor',
      'field "f" is text, not a number',
    ],
    [
      'a text in a product',
      '<FieldRef field="x"/>',
      '<FieldRef field="f"/>',
      'FieldRef',
      'field "f" is text, not a number',
    ],
    [
      'an unknown field',
      'NumericPredictor name="x"',
      'NumericPredictor name="w"',
      'NumericPredictor',
      '"w" is not known',
    ],
    ['a category of no value', ' value="u"', '', 'CategoricalPredictor', '"value" is missing'],
    ['a term of no field', '<FieldRef field="x"/>', '', 'PredictorTerm', 'refers to no field'],
  ],
);
