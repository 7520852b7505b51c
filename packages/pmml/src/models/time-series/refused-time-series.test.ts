import { expect, test } from 'vitest';
import { loadPmmlSync } from '../../load/load.js';
import { document, schema } from '../../testing/document.js';
import { refusedChanges } from '../../testing/refused-changes.js';

const FIELDS = `y double continuous`;

const array = (text: string, type = 'real') => `<Array type="${type}">${text}</Array>`;

const points = (...at: readonly number[]) => at.map((i) => `<TimeValue index="${i}" value="${i}"/>`).join('');

refusedChanges(
  'a time series',
  FIELDS,
  `<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA">${schema('y:target')}<TimeSeries usage="original" interpolationMethod="none">${points(1, 2, 4)}</TimeSeries>
<ARIMA transformation="none"><NonseasonalComponent p="1" d="0" q="0"><AR>${array('0.5')}</AR></NonseasonalComponent></ARIMA></TimeSeriesModel>`,
  [
    [
      'no algorithm of that name',
      'bestFit="ARIMA"',
      'bestFit="GARCH"',
      'TimeSeriesModel',
      '<GARCH> is missing',
    ],
    ['an unknown algorithm', 'bestFit="ARIMA"', 'bestFit="Oracle"', 'TimeSeriesModel', 'bestFit="Oracle"'],
    ['an unknown usage', 'usage="original"', 'usage="copy"', 'TimeSeries', 'usage="copy"'],
    [
      'an unknown interpolation',
      'interpolationMethod="none"',
      'interpolationMethod="cubic"',
      'TimeSeries',
      'interpolationMethod="cubic"',
    ],
    [
      'holes to interpolate',
      'interpolationMethod="none"',
      'interpolationMethod="linear"',
      'TimeSeries',
      'interpolationMethod',
    ],
    ['two values at a time', points(1, 2, 4), points(1, 2, 2), 'TimeValue', 'two values at 2'],
    ['two series', '<ARIMA', `<TimeSeries>${points(1)}</TimeSeries><ARIMA`, 'TimeSeries', 'second series'],
    ['fewer coefficients than its order', 'p="1"', 'p="2"', 'NonseasonalComponent', 'p="2" but it has 1'],
    [
      'an unknown transformation',
      'transformation="none"',
      'transformation="cubic"',
      'ARIMA',
      'transformation="cubic"',
    ],
    [
      'an outlier effect',
      '</ARIMA>',
      '<OutlierEffect type="level" startTime="1" magnitude="1"/></ARIMA>',
      'OutlierEffect',
      'not supported',
    ],
  ],
);

refusedChanges(
  'a conditional variance',
  FIELDS,
  `<TimeSeriesModel functionName="timeSeries" bestFit="GARCH">${schema('y:target')}<TimeSeries>${points(1, 2)}</TimeSeries><GARCH><ARMAPart p="0" q="0"><AR/><MA/></ARMAPart>
<GARCHPart gp="1" gq="1"><ResidualSquareCoefficients><Residuals>${array('1')}</Residuals><MACoefficients>${array('0.1')}</MACoefficients></ResidualSquareCoefficients><VarianceCoefficients><PastVariances>${array('1')}</PastVariances><MACoefficients>${array('0.8')}</MACoefficients></VarianceCoefficients></GARCHPart></GARCH></TimeSeriesModel>`,
  [
    [
      'an order of variances that is another',
      'gp="1" gq="1"',
      'gp="2" gq="1"',
      'GARCHPart',
      'gp="2" gq="1" but it has 1 and 1',
    ],
    ['no order', ' gq="1"', '', 'GARCHPart', '"gq" is missing'],
  ],
);

const smoothing = (trend: string) =>
  `<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing">${schema('y:target')}<ExponentialSmoothing><Level alpha="0.5" smoothedValue="10"/><Trend_ExpoSmooth ${trend}</Trend_ExpoSmooth></ExponentialSmoothing></TimeSeriesModel>`;

refusedChanges('exponential smoothing', FIELDS, smoothing('trend="additive" smoothedValue="1">'), [
  [
    'an unknown trend',
    'trend="additive"',
    'trend="double_exponential"',
    'Trend_ExpoSmooth',
    'trend="double_exponential"',
  ],
  ['no slope', ' smoothedValue="1">', '>', 'Trend_ExpoSmooth', '"smoothedValue" is missing'],
  ['an array of a straight trend', '</Trend', `${array('1 2')}</Trend`, 'Array', 'polynomial_exponential'],
]);

const space = (vector: string) =>
  `<TimeSeriesModel functionName="timeSeries" bestFit="StateSpaceModel">${schema('y:target')}<StateSpaceModel><StateVector>${array('1 2')}</StateVector><TransitionMatrix><Matrix>${array('1 1')}${array('0 1')}</Matrix></TransitionMatrix><MeasurementMatrix><Matrix>${array('1 0')}</Matrix></MeasurementMatrix>${vector}</StateSpaceModel></TimeSeriesModel>`;

refusedChanges(
  'a state space',
  FIELDS,
  space(`<InterceptVector type="state">${array('0 1')}</InterceptVector>`),
  [
    [
      'an intercept of another length',
      `"state">${array('0 1')}`,
      `"state">${array('0')}`,
      'InterceptVector',
      '1 entries for 2 states',
    ],
    ['an unknown intercept', 'type="state"', 'type="both"', 'InterceptVector', 'type="both"'],
    [
      'two intercepts of an observation',
      'type="state"',
      'type="observation"',
      'InterceptVector',
      '2 entries for one observation',
    ],
    ['a transition of another size', `${array('1 1')}${array('0 1')}`, array('1 1'), 'Matrix', 'not 2 by 2'],
    ['a measurement of two rows', array('1 0'), `${array('1 0')}${array('1 0')}`, 'Matrix', 'not 1 by 2'],
  ],
);

test('the intercept of a state space is one of the state unless it says otherwise', () => {
  const ask = (vector: string) => loadPmmlSync(document(FIELDS, space(vector))).predict({ horizon: 3 }).y;
  // Level and slope (1, 2), then (3, 3), then (6, 4): the slope grows by 1 at each step.
  expect(ask(`<InterceptVector>${array('0 1')}</InterceptVector>`)).toEqual([1, 3, 6]);
  expect(ask(`<InterceptVector type="observation">${array('10')}</InterceptVector>`)).toEqual([11, 13, 15]);
});
