import type { XmlElement } from '../../xml/element.js';

/** Values of the original `TimeSeries` in order of their index; empty where there is none. */
export function readSeries(model: XmlElement): Float64Array {
  const all = model.all('TimeSeries');
  const originals = all.filter(
    (s) => s.choice('usage', ['original', 'logical', 'prediction'] as const, 'original') === 'original',
  );
  originals[1]?.refuse('it is the second series of usage "original"');
  const series = originals[0] ?? all[0];
  const points = (series?.all('TimeValue') ?? []).map((v, i) => ({
    element: v,
    at: v.number('index') ?? v.number('time') ?? i,
    value: v.needNumber('value'),
  }));
  points.sort((a, b) => a.at - b.at);
  for (const [i, { at, element }] of points.entries()) {
    if (at === points[i - 1]?.at) element.refuse(`there are two values at ${at}`);
  }
  if (series !== undefined) refuseHoles(series, points);
  return Float64Array.from(points, (p) => p.value);
}

/** A series is as long as it has values: those that would have to be interpolated are not there. */
function refuseHoles(series: XmlElement, points: readonly { readonly at: number }[]): void {
  const methods = ['none', 'linear', 'exponentialSpline', 'cubicSpline'] as const;
  if (series.choice('interpolationMethod', methods, 'none') === 'none') return;
  const step = (i: number): number => (points[i]?.at as number) - (points[i - 1]?.at as number);
  for (let i = 2; i < points.length; i++) {
    if (Math.abs(step(i) - step(1)) > 1e-9 * Math.abs(step(1)))
      series.refuse('interpolationMethod: values between those of the series are not supported');
  }
}

/** The scale a model works on: attribute `transformation` of ARIMA and ExponentialSmoothing. */
export interface Transformation {
  apply(y: number): number;
  invert(y: number): number;
}

export function readTransformation(element: XmlElement): Transformation {
  switch (element.choice('transformation', ['none', 'logarithmic', 'squareroot'] as const, 'none')) {
    case 'logarithmic':
      return { apply: Math.log, invert: Math.exp };
    case 'squareroot':
      return { apply: Math.sqrt, invert: (y) => y * y };
    default:
      return { apply: (y) => y, invert: (y) => y };
  }
}
