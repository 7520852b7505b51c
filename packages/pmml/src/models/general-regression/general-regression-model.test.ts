import { describe, expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

const FIELDS = `x double continuous
f string categorical
off double continuous
y double continuous
c string categorical low mid high
b string categorical no yes`;

interface Parts {
  readonly attributes: string;
  readonly target: string;
  readonly cells: string;
  readonly functionName?: string;
  readonly factor?: string;
  readonly probability?: string;
  readonly extra?: string;
}

function general({ attributes, target, cells, functionName, factor, probability, extra }: Parts): string {
  return document(
    FIELDS,
    `<GeneralRegressionModel functionName="${functionName ?? 'regression'}" ${attributes}>
      ${schema('x', 'f', 'off', `${target}:target`)}
      <Output>
        <OutputField name="answer" feature="predictedValue"/>
        ${probability === undefined ? '' : `<OutputField name="p" feature="probability" value="${probability}" dataType="double"/>`}
      </Output>
      <ParameterList><Parameter name="p0"/><Parameter name="p1" referencePoint="1"/><Parameter name="p2"/></ParameterList>
      <FactorList><Predictor name="f">${factor ?? ''}</Predictor></FactorList>
      <CovariateList><Predictor name="x"/></CovariateList>
      <PPMatrix>
        <PPCell value="2" predictorName="x" parameterName="p1"/>
        <PPCell value="1" predictorName="x" parameterName="p2"/>
        <PPCell value="u" predictorName="f" parameterName="p2"/>
      </PPMatrix>
      <ParamMatrix>${cells}</ParamMatrix>${extra ?? ''}
    </GeneralRegressionModel>`,
  );
}

const cell = (name: string, beta: number, category?: string): string =>
  `<PCell parameterName="${name}" beta="${beta}"${category === undefined ? '' : ` targetCategory="${category}"`}/>`;
const LINEAR = cell('p0', 0.5) + cell('p1', 0.25) + cell('p2', -0.125);
/** 0.5 + x²/4 − x·[f = u]/8 */
const eta = (x: number, isU: boolean): number => 0.5 + 0.25 * x * x - (isU ? 0.125 * x : 0);

describe('general regression', () => {
  test('parameters are products of powers and indicators', () => {
    const model = loadPmmlSync(
      general({ attributes: 'modelType="generalLinear"', target: 'y', cells: LINEAR }),
    );
    expect(model.predict({ x: 2, f: 'u' }).answer).toBe(eta(2, true));
    expect(model.predict({ x: 2, f: 'v' }).answer).toBe(eta(2, false));
    expect(model.predict({ x: 2 }).answer).toBeNull();
  });

  test.each([
    ['identity', '', (y: number) => y],
    ['log', '', Math.exp],
    ['logc', '', (y: number) => 1 - Math.exp(y)],
    ['logit', '', (y: number) => 1 / (1 + Math.exp(-y))],
    ['cloglog', '', (y: number) => 1 - Math.exp(-Math.exp(y))],
    ['loglog', '', (y: number) => Math.exp(-Math.exp(-y))],
    ['cauchit', '', (y: number) => 0.5 + Math.atan(y) / Math.PI],
    ['power', 'linkParameter="2"', Math.sqrt],
    ['oddspower', 'linkParameter="2"', (y: number) => 1 / (1 + (1 + 2 * y) ** -0.5)],
    ['negbin', 'distParameter="2"', (y: number) => 1 / (2 * (Math.exp(-y) - 1))],
  ])('link %s', (link, more, inverse) => {
    const attributes = `modelType="generalizedLinear" linkFunction="${link}" ${more}`;
    const model = loadPmmlSync(general({ attributes, target: 'y', cells: LINEAR }));
    expect(model.predict({ x: 2, f: 'v' }).answer).toBeCloseTo(inverse(eta(2, false)), 12);
  });

  test('link probit is the normal distribution function', () => {
    const attributes = 'modelType="generalizedLinear" linkFunction="probit"';
    const model = loadPmmlSync(general({ attributes, target: 'y', cells: cell('p0', 1.96) }));
    expect(model.predict({ x: 0, f: 'v' }).answer).toBeCloseTo(0.9750021048517795, 12);
  });

  test('offset is added before the link, trials multiply after it', () => {
    const attributes =
      'modelType="generalizedLinear" linkFunction="log" offsetVariable="off" trialsValue="10"';
    const model = loadPmmlSync(general({ attributes, target: 'y', cells: LINEAR }));
    expect(model.predict({ x: 2, f: 'v', off: 0.3 }).answer).toBeCloseTo(
      10 * Math.exp(eta(2, false) + 0.3),
      12,
    );
    expect(model.predict({ x: 2, f: 'v' }).answer).toBeNull();
  });

  test('models without a link have neither offset nor trials', () => {
    const attributes = 'modelType="generalLinear" offsetVariable="off" trialsValue="10"';
    const model = loadPmmlSync(general({ attributes, target: 'y', cells: LINEAR }));
    expect(model.predict({ x: 2, f: 'v', off: 0.3 }).answer).toBeCloseTo(eta(2, false), 12);
    expect(model.predict({ x: 2, f: 'v' }).answer).toBeCloseTo(eta(2, false), 12);
  });

  test('missing trials refuse the row', () => {
    const attributes = 'modelType="generalizedLinear" linkFunction="log" trialsVariable="off"';
    const model = loadPmmlSync(general({ attributes, target: 'y', cells: LINEAR }));
    expect(() => model.predict({ x: 2, f: 'v' })).toThrow(RecordError);
  });

  test('multinomial: the reference category has the linear predictor 0', () => {
    const model = loadPmmlSync(
      general({
        attributes: 'modelType="multinomialLogistic" targetReferenceCategory="high"',
        functionName: 'classification',
        target: 'c',
        cells: cell('p0', 1, 'low') + cell('p1', 0.5, 'low') + cell('p0', -1, 'mid'),
        probability: 'high',
      }),
    );
    const sum = Math.exp(1 + 0.5 * 4) + Math.exp(-1) + 1;
    expect(model.predict({ x: 2, f: 'v' })).toEqual({ answer: 'low', p: expect.closeTo(1 / sum, 12) });
  });

  test('ordinal: differences of cumulative probabilities', () => {
    const model = loadPmmlSync(
      general({
        attributes: 'modelType="ordinalMultinomial" cumulativeLink="logit"',
        functionName: 'classification',
        target: 'c',
        cells: cell('p0', -1, 'low') + cell('p0', 1, 'mid') + cell('p1', 0.5),
        probability: 'mid',
      }),
    );
    const logit = (y: number): number => 1 / (1 + Math.exp(-y));
    const answer = model.predict({ x: 1, f: 'v' });
    expect(answer).toEqual({ answer: 'mid', p: expect.closeTo(logit(1.5) - logit(-0.5), 12) });
  });

  test('binomial: the category without parameters has the rest', () => {
    const model = loadPmmlSync(
      general({
        attributes: 'modelType="generalizedLinear" linkFunction="logit" distribution="binomial"',
        functionName: 'classification',
        target: 'b',
        cells: cell('p0', -1, 'yes'),
        probability: 'no',
      }),
    );
    expect(model.predict({ x: 1, f: 'v' })).toEqual({
      answer: 'no',
      p: expect.closeTo(1 / (1 + Math.exp(-1)), 12),
    });
  });

  test('a contrast matrix replaces indicators; a category it does not have is refused', () => {
    const factor = `<Categories><Category value="u"/><Category value="v"/></Categories>
      <Matrix nbRows="2" nbCols="1"><Array n="1" type="real">0.5</Array><Array n="1" type="real">-0.5</Array></Matrix>`;
    const model = loadPmmlSync(
      general({ attributes: 'modelType="regression"', target: 'y', cells: LINEAR, factor }),
    );
    expect(model.predict({ x: 2, f: 'v' }).answer).toBe(0.5 + 1 + 0.125);
    expect(() => model.predict({ x: 2, f: 'w' })).toThrow(RecordError);
  });

  test('what belongs to another function is refused', () => {
    const odd = general({ attributes: 'modelType="multinomialLogistic"', target: 'y', cells: LINEAR });
    expect(() => loadPmmlSync(odd)).toThrow(ModelError);
  });
});

describe('Cox regression', () => {
  const steps = (...cells: readonly (readonly [number, number])[]): string =>
    cells.map(([time, hazard]) => `<BaselineCell time="${time}" cumHazard="${hazard}"/>`).join('');
  const cox = (attributes: string, tables: string): string =>
    general({
      attributes: `modelType="CoxRegression" endTimeVariable="off" ${attributes}`,
      target: 'y',
      cells: cell('p1', 0.25),
      extra: `<EventValues><Value value="1"/></EventValues>${tables}`,
    });

  test('baseline hazard up to the end time, scaled against the reference point', () => {
    const tables = `<BaseCumHazardTables maxTime="5">${steps([1, 0.1], [3, 0.4])}</BaseCumHazardTables>`;
    const model = loadPmmlSync(cox('', tables));
    const scale = Math.exp(0.25 * 4 - 0.25);
    expect(model.predict({ x: 2, f: 'v', off: 2.9 }).answer).toBeCloseTo(0.1 * scale, 12);
    expect(model.predict({ x: 2, f: 'v', off: 3 }).answer).toBeCloseTo(0.4 * scale, 12);
    expect(model.predict({ x: 2, f: 'v', off: 0.5 }).answer).toBe(0);
    expect(model.predict({ x: 2, f: 'v', off: 6 }).answer).toBeNull();
    expect(() => model.predict({ x: 2, f: 'v' })).toThrow(RecordError);
  });

  test('each stratum has its own baseline', () => {
    const tables = `<BaseCumHazardTables>
      <BaselineStratum value="u" maxTime="5">${steps([1, 0.1])}</BaselineStratum>
      <BaselineStratum value="v" maxTime="5">${steps([1, 0.2])}</BaselineStratum></BaseCumHazardTables>`;
    const model = loadPmmlSync(cox('baselineStrataVariable="f"', tables));
    expect(model.predict({ x: 1, f: 'u', off: 2 }).answer).toBeCloseTo(0.1, 12);
    expect(model.predict({ x: 1, f: 'v', off: 2 }).answer).toBeCloseTo(0.2, 12);
    expect(model.predict({ x: 1, f: 'w', off: 2 }).answer).toBeNull();
  });
});
