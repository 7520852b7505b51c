import { readNumbers } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { Forecaster } from './forecast.js';
import { readTransformation } from './series.js';

const TRENDS = [
  'additive',
  'damped_additive',
  'multiplicative',
  'damped_multiplicative',
  'polynomial_exponential',
] as const;

/** `ExponentialSmoothing`: level, trend and season as they were smoothed last, carried on. */
export function compileExponentialSmoothing(element: XmlElement): Forecaster {
  const { invert } = readTransformation(element);
  const level = element.needChild('Level');
  const base = compileTrend(level, element.child('Trend_ExpoSmooth'));
  const season = compileSeason(element.child('Seasonality_ExpoSmooth'));
  return {
    forecast: (steps) => Array.from({ length: steps }, (_, i) => invert(season(base(i + 1), i + 1))),
  };
}

/** Level and trend `h` steps ahead. */
function compileTrend(level: XmlElement, trend: XmlElement | undefined): (h: number) => number {
  const l = level.needNumber('smoothedValue');
  if (trend === undefined) return () => l;
  const kind = trend.choice('trend', TRENDS, 'additive');
  if (kind === 'polynomial_exponential') return brown(level, trend);
  trend.child('Array')?.refuse('an array is for polynomial_exponential trends');
  const b = trend.needNumber('smoothedValue');
  const phi = trend.number('phi', 1);
  switch (kind) {
    case 'additive':
      return (h) => l + h * b;
    case 'damped_additive':
      return (h) => l + damped(phi, h) * b;
    case 'multiplicative':
      return (h) => l * b ** h;
    case 'damped_multiplicative':
      return (h) => l * b ** damped(phi, h);
  }
}

/** φ + φ² + … + φ^h */
function damped(phi: number, h: number): number {
  return phi === 1 ? h : (phi * (1 - phi ** h)) / (1 - phi);
}

/** Brown's double and triple smoothing: the polynomial that the repeatedly smoothed values stand for. */
function brown(level: XmlElement, trend: XmlElement): (h: number) => number {
  if (trend.child('Array') !== undefined)
    trend.refuse('polynomial_exponential with an Array is not supported');
  const alpha = level.needNumber('alpha');
  const beta = 1 - alpha;
  if (!(beta > 0)) level.refuse('alpha must be below 1');
  const s1 = level.needNumber('smoothedValue');
  const s2 = level.needNumber('quadraticSmoothedValue');
  const s3 = level.number('cubicSmoothedValue');
  if (s3 === undefined) {
    const slope = (alpha / beta) * (s1 - s2);
    return (h) => 2 * s1 - s2 + slope * h;
  }
  const a = 3 * s1 - 3 * s2 + s3;
  const b =
    (alpha / (2 * beta * beta)) * ((6 - 5 * alpha) * s1 - (10 - 8 * alpha) * s2 + (4 - 3 * alpha) * s3);
  const c = ((alpha * alpha) / (beta * beta)) * (s1 - 2 * s2 + s3);
  return (h) => a + b * h + 0.5 * c * h * h;
}

/** Applies the season; `phase` is how many positions of the period the series has used up at its end. */
function compileSeason(season: XmlElement | undefined): (value: number, h: number) => number {
  if (season === undefined) return (value) => value;
  season.need('type');
  const kind = season.choice('type', ['additive', 'multiplicative'] as const);
  const factors = readNumbers(season.needChild('Array'));
  const period = season.integer('period', factors.length);
  if (period !== factors.length || period < 1)
    season.refuse(`period="${period}" but it has ${factors.length} factors`);
  const phase = season.integer('phase', 0);
  const at = (h: number): number => {
    const i = (phase + h - 1) % period;
    return factors[i < 0 ? i + period : i] as number;
  };
  return kind === 'additive' ? (value, h) => value + at(h) : (value, h) => value * at(h);
}
