import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const f = Math.fround;
const e = (x: number): number => f(2.7182817 ** x);
const ROW = { x: 0.83, z: 1.37, g: 'u', o: 0.29 };
const X = f(0.83);
const Z = f(1.37);

const FIELDS =
  'x double continuous\nz double continuous\ng string categorical u v\no double continuous\ny double continuous\nk string categorical A B C';

/** A model of parameters p (intercept), q (x and z to the power 0.3) and r (x times z times a contrast of g). */
function model(attributes: string, cells: [parameter: string, beta: number, category?: string][], rest = '') {
  const classifies = cells.some(([, , category]) => category !== undefined);
  const matrix = cells.map(
    ([parameter, beta, category]) =>
      `<PCell parameterName="${parameter}" beta="${beta}"${category === undefined ? '' : ` targetCategory="${category}"`}/>`,
  );
  const outputs = ['A', 'B', 'C'].map((c) => `<OutputField name="${c}" feature="probability" value="${c}"/>`);
  return loadPmmlSync(
    document(
      FIELDS,
      `<GeneralRegressionModel functionName="${classifies ? 'classification' : 'regression'}" x-mathContext="float" ${attributes}>
      ${schema('x', 'z', 'g', 'o', `${classifies ? 'k' : 'y'}:target`)}${classifies ? `<Output>${outputs.join('')}</Output>` : ''}
      <ParameterList><Parameter name="p"/><Parameter name="q" referencePoint="0.21"/><Parameter name="r"/></ParameterList>
      <FactorList><Predictor name="g"><Matrix nbRows="2" nbCols="2"><Array type="real" n="2">0.7 0.1</Array><Array type="real" n="2">0.3 0.9</Array></Matrix></Predictor></FactorList>
      <CovariateList><Predictor name="x"/><Predictor name="z"/></CovariateList>
      <PPMatrix><PPCell parameterName="q" predictorName="z" value="0.3"/><PPCell parameterName="r" predictorName="x" value="1"/>
      <PPCell parameterName="r" predictorName="z" value="1"/><PPCell parameterName="r" predictorName="g" value="u"/></PPMatrix>
      <ParamMatrix>${matrix.join('')}</ParamMatrix>${rest}</GeneralRegressionModel>`,
    ),
  ).predict(ROW);
}

// Exponents are floats too; of a product the factors come first, whatever the order of the cells.
const Q = f(Z ** f(0.3));
const R = f(f(f(0.7) * X) * Z);
const linear = (p: number, q: number, r: number): number => f(f(f(p) + f(f(q) * Q)) + f(f(r) * R));
const Y = linear(0.11, 0.37, -0.43);
const CELLS: [string, number][] = [
  ['p', 0.11],
  ['q', 0.37],
  ['r', -0.43],
];

test('in single precision every step of a linear predictor is rounded', () => {
  expect(model('modelType="regression"', CELLS)).toEqual({ y: Y });
});

test.each([
  ['identity', (y: number) => y],
  ['log', e],
  ['logit', (y: number) => f(1 / f(1 + e(-y)))],
  ['cloglog', (y: number) => f(1 - e(-e(y)))],
  ['loglog', (y: number) => e(-e(-y))],
  ['logc', (y: number) => f(1 - e(y))],
  ['negbin', (y: number) => f(1 / f(f(0.7) * f(e(-y) - 1)))],
  ['oddspower', (y: number) => f(1 / f(1 + f(f(1 + f(f(1.3) * y)) ** f(-1 / f(1.3)))))],
  ['power', (y: number) => f(y ** f(1 / f(1.3)))],
])('in single precision link %s is rounded, and so are offset and trials', (link, inverse) => {
  const attributes = `modelType="generalizedLinear" linkFunction="${link}" distParameter="0.7" linkParameter="1.3"`;
  expect(model(attributes, CELLS)).toEqual({ y: inverse(Y) });
  expect(model(`${attributes} offsetVariable="o" trialsValue="3"`, CELLS)).toEqual({
    y: f(inverse(f(Y + f(0.29))) * 3),
  });
});

test('in single precision the reference category is the last to be added', () => {
  const answers = model('modelType="multinomialLogistic" targetReferenceCategory="A"', [
    ['p', 0.31, 'B'],
    ['q', -0.57, 'B'],
    ['p', -0.23, 'C'],
    ['r', 0.91, 'C'],
  ]);
  const b = e(f(f(0.31) + f(f(-0.57) * Q)));
  const c = e(f(f(-0.23) + f(f(0.91) * R)));
  const sum = f(f(b + c) + 1);
  expect(answers).toEqual({ A: f(1 / sum), B: f(b / sum), C: f(c / sum) });
});

test('in single precision what ordered categories have in common is added first', () => {
  const answers = model('modelType="ordinalMultinomial" cumulativeLink="logit" targetReferenceCategory="C"', [
    ['p', -0.21, 'A'],
    ['p', 1.17, 'B'],
    ['q', 0.37],
    ['r', -0.43],
  ]);
  const common = f(f(f(0.37) * Q) + f(f(-0.43) * R));
  const upTo = (p: number): number => f(1 / f(1 + e(-f(common + f(p)))));
  expect(answers).toEqual({ A: upTo(-0.21), B: f(upTo(1.17) - upTo(-0.21)), C: f(1 - upTo(1.17)) });
});

test('in single precision a hazard is rounded as it is read', () => {
  const table =
    '<BaseCumHazardTables maxTime="9"><BaselineCell time="0.1" cumHazard="0.0717"/></BaseCumHazardTables>';
  const answers = model('modelType="CoxRegression" endTimeVariable="o"', CELLS, table);
  // Parameters have reference points, 0 where they name none.
  const reference = f(f(0.37) * f(0.21));
  expect(answers).toEqual({ y: f(f(0.0717) * e(f(Y - reference))) });
});
