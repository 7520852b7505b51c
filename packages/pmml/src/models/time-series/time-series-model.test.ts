import { describe, expect, test } from 'vitest';
import { loadPmmlSync, ModelError, RecordError } from '../../index.js';
import { document, schema } from '../../testing/document.js';

function series(bestFit: string, body: string, values: readonly number[] = [], outputs = ''): string {
  const points = values.map((v, i) => `<TimeValue index="${i}" value="${v}"/>`).join('');
  return document(
    'y double continuous',
    `<TimeSeriesModel functionName="timeSeries" bestFit="${bestFit}">
      ${schema('y:target')}${outputs}
      <TimeSeries>${points}</TimeSeries>
      ${body}
    </TimeSeriesModel>`,
  );
}

const array = (...values: readonly number[]): string => `<Array type="real">${values.join(' ')}</Array>`;
const forecast = (text: string, horizon: number): unknown => loadPmmlSync(text).predict({ horizon }).y;

describe('forecasts', () => {
  const walk = series('ARIMA', '<ARIMA><NonseasonalComponent p="0" d="1" q="0"/></ARIMA>', [1, 3]);

  test('without a horizon the answer is the next value; a horizon gives a list', () => {
    const model = loadPmmlSync(walk);
    expect(model.predict({})).toEqual({ y: 3 });
    expect(model.predict({ h: 3 })).toEqual({ y: [3, 3, 3] });
  });

  test('an odd horizon is refused', () => {
    for (const horizon of [0, -1, 1.5, 1e9, 'soon']) {
      expect(() => loadPmmlSync(walk).predict({ horizon })).toThrow(RecordError);
    }
  });

  test('algorithms without content in the specification are refused', () => {
    expect(() => loadPmmlSync(series('SpectralAnalysis', '<SpectralAnalysis/>'))).toThrow(ModelError);
  });
});

describe('ARIMA by conditional least squares', () => {
  test('moving averages fade after the residuals that are known', () => {
    const body = `<ARIMA><NonseasonalComponent p="0" d="0" q="2"><MA>
      <MACoefficients>${array(0.5, 0.25)}</MACoefficients><Residuals>${array(4, 2)}</Residuals>
    </MA></NonseasonalComponent></ARIMA>`;
    expect(forecast(series('ARIMA', body, [1]), 3)).toEqual([0.5 * 2 + 0.25 * 4, 0.25 * 2, 0]);
  });

  test('without residuals they follow from the series', () => {
    const body = `<ARIMA><NonseasonalComponent p="1" d="0" q="1"><AR>${array(0.5)}</AR>
      <MA><MACoefficients>${array(0.4)}</MACoefficients></MA></NonseasonalComponent></ARIMA>`;
    // e1 = 0, e2 = 3 − 0.5·2 = 2, e3 = 1 − 0.5·3 − 0.4·2 = −1.3
    const next = 0.5 * 1 + 0.4 * -1.3;
    const [a, b] = forecast(series('ARIMA', body, [2, 3, 1]), 2) as number[];
    expect(a).toBeCloseTo(next, 12);
    expect(b).toBeCloseTo(0.5 * next, 12);
  });

  test('the constant is the mean of the differenced series', () => {
    const body = `<ARIMA constantTerm="2"><NonseasonalComponent p="1" d="1" q="0"><AR>${array(0.5)}</AR></NonseasonalComponent></ARIMA>`;
    // The last difference is 4: 2 + 0.5·2 = 3, then 2.5.
    expect(forecast(series('ARIMA', body, [1, 2, 6]), 2)).toEqual([9, 11.5]);
  });

  test('seasonal differences repeat the last cycle', () => {
    const body = '<ARIMA><SeasonalComponent P="0" D="1" Q="0" period="3"/></ARIMA>';
    expect(forecast(series('ARIMA', body, [9, 9, 9, 1, 5, 3]), 4)).toEqual([1, 5, 3, 1]);
  });

  test('seasonal and plain lags multiply', () => {
    const body = `<ARIMA><NonseasonalComponent p="1" d="0" q="0"><AR>${array(0.5)}</AR></NonseasonalComponent>
      <SeasonalComponent P="1" D="0" Q="0" period="2"><AR>${array(0.2)}</AR></SeasonalComponent></ARIMA>`;
    const [a] = forecast(series('ARIMA', body, [1, 2, 3, 4]), 1) as number[];
    expect(a).toBeCloseTo(0.5 * 4 + 0.2 * 3 - 0.1 * 2, 12);
  });

  test('logarithms are undone', () => {
    const body = '<ARIMA transformation="logarithmic"><NonseasonalComponent p="0" d="2" q="0"/></ARIMA>';
    const [a, b] = forecast(series('ARIMA', body, [1, 2, 4]), 2) as number[];
    expect(a).toBeCloseTo(8, 12);
    expect(b).toBeCloseTo(16, 12);
  });

  test('intervals widen with the weights of the shocks', () => {
    const outputs = `<Output>
      <OutputField name="f" feature="predictedValue"/>
      <OutputField name="se" feature="standardError" dataType="double" optype="continuous"/>
      <OutputField name="upper" feature="confidenceIntervalUpper" value="95" dataType="double" optype="continuous"/>
    </Output>`;
    const body = '<ARIMA RMSE="2"><NonseasonalComponent p="0" d="1" q="0"/></ARIMA>';
    const answer = loadPmmlSync(series('ARIMA', body, [1, 3], outputs)).predict({ horizon: 2 });
    const se = answer.se as number[];
    expect(se[0]).toBeCloseTo(2, 12);
    expect(se[1]).toBeCloseTo(2 * Math.SQRT2, 12);
    expect((answer.upper as number[])[0]).toBeCloseTo(3 + 1.959963984540054 * 2, 10);
  });

  test.each([
    ['p="2"', /p="2" but it has 1/],
    ['p="1" d="9"', /needs at least/],
  ])('%s is refused', (orders, reason) => {
    const body = `<ARIMA><NonseasonalComponent ${orders} q="0"><AR>${array(0.5)}</AR></NonseasonalComponent></ARIMA>`;
    expect(() => loadPmmlSync(series('ARIMA', body, [1, 2]))).toThrow(reason);
  });
});

describe('exponential smoothing', () => {
  const smooth = (trend: string, more = '', level = 'smoothedValue="10" alpha="0.5"'): string =>
    series(
      'ExponentialSmoothing',
      `<ExponentialSmoothing><Level ${level}/>${trend}${more}</ExponentialSmoothing>`,
    );

  test.each([
    ['', [10, 10, 10]],
    ['<Trend_ExpoSmooth trend="additive" smoothedValue="2"/>', [12, 14, 16]],
    ['<Trend_ExpoSmooth trend="damped_additive" phi="0.5" smoothedValue="2"/>', [11, 11.5, 11.75]],
    ['<Trend_ExpoSmooth trend="multiplicative" smoothedValue="2"/>', [20, 40, 80]],
    [
      '<Trend_ExpoSmooth trend="damped_multiplicative" phi="0.5" smoothedValue="16"/>',
      [40, 80, 10 * 16 ** 0.875],
    ],
  ])('trend %s', (trend, expected) => {
    const got = forecast(smooth(trend), 3) as number[];
    for (const [i, e] of expected.entries()) expect(got[i]).toBeCloseTo(e, 10);
  });

  test('Brown: twice smoothed values stand for a line', () => {
    // A line 2 + 3t smoothed for ever with α = ½ lags by 3 and 6.
    const level = 'alpha="0.5" smoothedValue="29" quadraticSmoothedValue="26"';
    const trend = '<Trend_ExpoSmooth trend="polynomial_exponential"/>';
    expect(forecast(smooth(trend, '', level), 2)).toEqual([35, 38]);
  });

  test.each([
    ['additive', '', [13, 9, 13]],
    ['multiplicative', '', [30, -10, 30]],
    ['additive', 'phase="1"', [9, 13, 9]],
  ])('%s season %s', (type, more, expected) => {
    const season = `<Seasonality_ExpoSmooth type="${type}" period="2" ${more}>${array(3, -1)}</Seasonality_ExpoSmooth>`;
    expect(forecast(smooth('', season), 3)).toEqual(expected);
  });
});

describe('state space and GARCH', () => {
  const matrix = (...rows: readonly (readonly number[])[]): string =>
    `<Matrix>${rows.map((r) => array(...r)).join('')}</Matrix>`;

  test('the state is measured, then moved on', () => {
    const body = `<StateSpaceModel>
      <StateVector>${array(5, 2)}</StateVector>
      <TransitionMatrix>${matrix([1, 1], [0, 0.5])}</TransitionMatrix>
      <MeasurementMatrix>${matrix([1, 0])}</MeasurementMatrix>
      <InterceptVector type="observation">${array(100)}</InterceptVector>
    </StateSpaceModel>`;
    expect(forecast(series('StateSpaceModel', body), 3)).toEqual([105, 107, 108]);
  });

  test('variances of shocks follow from past shocks and variances', () => {
    const part = (name: string, coefficient: number, past: string): string =>
      `<${name}><MACoefficients>${array(coefficient)}</MACoefficients>${past}</${name}>`;
    const body = `<GARCH><ARMAPart p="0" q="0" constant="7"/><GARCHPart gp="1" gq="1" constant="0.2">
      ${part('ResidualSquareCoefficients', 0.3, `<Residuals>${array(2)}</Residuals>`)}
      ${part('VarianceCoefficients', 0.5, `<PastVariances>${array(4)}</PastVariances>`)}
    </GARCHPart></GARCH>`;
    const outputs = `<Output><OutputField name="f" feature="predictedValue"/>
      <OutputField name="se" feature="standardError" dataType="double" optype="continuous"/></Output>`;
    const answer = loadPmmlSync(series('GARCH', body, [1], outputs)).predict({ horizon: 2 });
    const first = 0.2 + 0.3 * 4 + 0.5 * 4;
    const se = answer.se as number[];
    expect(answer.f).toEqual([7, 7]);
    expect(se[0]).toBeCloseTo(Math.sqrt(first), 12);
    expect(se[1]).toBeCloseTo(Math.sqrt(0.2 + 0.8 * first), 12);
  });
});
