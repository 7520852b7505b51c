import type { XmlElement } from '../../xml/element.js';

/** Values of the original `TimeSeries` in order of their index; empty where there is none. */
export function readSeries(model: XmlElement): Float64Array {
  const all = model.all('TimeSeries');
  const series = all.find((s) => (s.attr('usage') ?? 'original') === 'original') ?? all[0];
  const points = (series?.all('TimeValue') ?? []).map((v, i) => ({
    at: v.number('index') ?? v.number('time') ?? i,
    value: v.needNumber('value'),
  }));
  points.sort((a, b) => a.at - b.at);
  return Float64Array.from(points, (p) => p.value);
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
