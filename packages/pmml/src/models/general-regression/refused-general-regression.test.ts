import { expect, test } from 'vitest';
import { document, schema } from '../../testing/document.js';
import { refusal } from '../../testing/refusal.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `x double continuous
f string categorical u v w
when double continuous
y double continuous`;

refusedChanges(
  'a general regression',
  FIELDS,
  `<GeneralRegressionModel modelType="generalizedLinear" functionName="regression" linkFunction="power" linkParameter="2">${schema('x', 'f', 'y:target')}
<ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList><FactorList><Predictor name="f"/></FactorList><CovariateList><Predictor name="x"/></CovariateList>
<PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix><ParamMatrix><PCell parameterName="p0" beta="1"/><PCell parameterName="p1" beta="2"/></ParamMatrix></GeneralRegressionModel>`,
  [
    ['an unknown type', 'generalizedLinear', 'special', 'GeneralRegressionModel', 'modelType="special"'],
    [
      'an unknown distribution',
      'linkParameter="2"',
      'linkParameter="2" distribution="flat"',
      'GeneralRegressionModel',
      'distribution="flat"',
    ],
    [
      'a parameter of its distribution that is no number',
      'linkParameter="2"',
      'linkParameter="2" distParameter="d"',
      'GeneralRegressionModel',
      'distParameter="d"',
    ],
    [
      'a predictor of a parameter twice',
      '</PPMatrix>',
      '<PPCell value="2" predictorName="x" parameterName="p1"/></PPMatrix>',
      'PPCell',
      'part of the parameter already',
    ],
    [
      'no list of parameters',
      '<ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>',
      '',
      'GeneralRegressionModel',
      '<ParameterList> is missing',
    ],
    [
      'nothing that says what its parameters are of',
      '<PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>',
      '',
      'GeneralRegressionModel',
      '<PPMatrix> is missing',
    ],
    [
      'an unknown link',
      'linkFunction="power"',
      'linkFunction="bond"',
      'GeneralRegressionModel',
      'linkFunction="bond"',
    ],
    ['no link', ' linkFunction="power"', '', 'GeneralRegressionModel', '"linkFunction" is missing'],
    ['no power', ' linkParameter="2"', '', 'GeneralRegressionModel', '"linkParameter" is missing'],
    ['a parameter twice', 'Parameter name="p1"', 'Parameter name="p0"', 'Parameter', '"p0" is there twice'],
    ['an exponent that is a word', 'PPCell value="1"', 'PPCell value="squared"', 'PPCell', 'is no exponent'],
    ['a cell of an unknown parameter', 'parameterName="p1"/>', 'parameterName="p2"/>', 'PPCell', '"p2"'],
    [
      'a beta of an unknown parameter',
      'PCell parameterName="p1"',
      'PCell parameterName="p2"',
      'PCell',
      '"p2"',
    ],
    [
      'two betas of a parameter',
      'PCell parameterName="p1"',
      'PCell parameterName="p0"',
      'PCell',
      'a beta already',
    ],
    ['a beta that is no number', 'beta="2"', 'beta="b"', 'PCell', 'beta="b"'],
    [
      'a text for a covariate',
      '<FactorList><Predictor name="f"/></FactorList><CovariateList><Predictor name="x"/></CovariateList>\n<PPMatrix><PPCell value="1" predictorName="x"',
      '<FactorList/><CovariateList><Predictor name="f"/></CovariateList>\n<PPMatrix><PPCell value="1" predictorName="f"',
      'Predictor',
      'field "f" is text, not a number',
    ],
    [
      'an unknown factor',
      '<Predictor name="f"/>',
      '<Predictor name="g"/>',
      'Predictor',
      'field "g" is not known',
    ],
    ['an unknown predictor', 'predictorName="x"', 'predictorName="f2"', 'PPCell', '"f2"'],
    [
      'a parameter by category',
      'parameterName="p1"/>',
      'parameterName="p1" targetCategory="a"/>',
      'PPCell',
      'targetCategory',
    ],
    ['a predictor twice', '<Predictor name="f"/>', '<Predictor name="x"/>', 'Predictor', 'listed twice'],
    [
      'an unknown offset',
      'linkParameter="2"',
      'linkParameter="2" offsetVariable="o"',
      'GeneralRegressionModel',
      '"o" is not known',
    ],
    [
      'no beta',
      '<PCell parameterName="p0" beta="1"/><PCell parameterName="p1" beta="2"/>',
      '',
      'ParamMatrix',
      'no PCell',
    ],
  ],
);

refusedChanges(
  'a Cox regression',
  FIELDS,
  `<GeneralRegressionModel modelType="CoxRegression" functionName="regression" endTimeVariable="when" baselineStrataVariable="f">${schema('x', 'f', 'when', 'y:target')}
<ParameterList><Parameter name="p1" referencePoint="0"/></ParameterList><FactorList/><CovariateList><Predictor name="x"/></CovariateList><PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix><ParamMatrix><PCell parameterName="p1" beta="1"/></ParamMatrix>
<BaseCumHazardTables><BaselineStratum value="u" maxTime="9"><BaselineCell time="1" cumHazard="0.1"/></BaselineStratum><BaselineStratum value="v" maxTime="9"><BaselineCell time="1" cumHazard="0.2"/></BaselineStratum></BaseCumHazardTables></GeneralRegressionModel>`,
  [
    ['no time', ' endTimeVariable="when"', '', 'GeneralRegressionModel', '"endTimeVariable" is missing'],
    [
      'a stratum twice',
      'BaselineStratum value="v"',
      'BaselineStratum value="u"',
      'BaselineStratum',
      '"u" is there twice',
    ],
    [
      'strata that no field tells apart',
      ' baselineStrataVariable="f"',
      '',
      'BaselineStratum',
      'baselineStrataVariable',
    ],
    [
      'two hazards at a time',
      '<BaselineCell time="1" cumHazard="0.2"/>',
      '<BaselineCell time="1" cumHazard="0.2"/><BaselineCell time="1.0" cumHazard="0.3"/>',
      'BaselineStratum',
      'two cells at time 1',
    ],
    ['a stratum without an end', ' maxTime="9"', '', 'BaselineStratum', '"maxTime" is missing'],
    [
      'a stratum without cells',
      '<BaselineCell time="1" cumHazard="0.1"/>',
      '',
      'BaselineStratum',
      'no BaselineCell',
    ],
  ],
);

test('a reference category that the target has not is refused', () => {
  const text = document(
    'x double continuous\nz string categorical a b',
    `<GeneralRegressionModel modelType="multinomialLogistic" functionName="classification" targetReferenceCategory="c">${schema('x', 'z:target')}
<ParameterList><Parameter name="p"/></ParameterList><PPMatrix/><ParamMatrix><PCell targetCategory="a" parameterName="p" beta="1"/></ParamMatrix></GeneralRegressionModel>`,
  );
  expect(refusal(text)).toBe('GeneralRegressionModel at 4: targetReferenceCategory "c" is not declared');
});
