import type { XmlElement } from '../../xml/element.js';
import type { Coefficients } from './arma.js';
import { continueArma, order, readCoefficients, shocksOf } from './arma.js';
import type { Forecaster } from './forecast.js';
import { applyAt, differencing, divide, lagPolynomial, multiply } from './lag-polynomial.js';
import { readSeries, readTransformation } from './series.js';
import { compileKalman } from './state-space.js';

/** Nobody differences a series more often. */
const MAX_DIFFERENCES = 10;

/**
 * `ARIMA`: φ(B) Φ(B^s) (w − μ) = θ(B) Θ(B^s) e, where w is the transformed series after differencing, μ is
 * `constantTerm`, φ has minus and θ plus signs.
 */
export function compileArima(element: XmlElement, model: XmlElement): Forecaster {
  const [effect] = [...element.all('DynamicRegressor'), ...element.all('OutlierEffect')];
  effect?.refuse('this part of ARIMA is not supported');
  const method = element.choice(
    'predictionMethod',
    ['conditionalLeastSquares', 'exactLeastSquares'] as const,
    'conditionalLeastSquares',
  );
  if (method === 'exactLeastSquares') return exact(element);
  return conditional(element, readSeries(model));
}

function exact(element: XmlElement): Forecaster {
  const state = element.needChild('MaximumLikelihoodStat').child('KalmanState');
  if (state?.child('TransitionMatrix') === undefined) {
    return element.refuse('predictionMethod="exactLeastSquares" needs a KalmanState with its matrices');
  }
  const { invert } = readTransformation(element);
  return compileKalman(state, { vector: 'FinalStateVector', variance: undefined, intercept: 0, invert });
}

function conditional(element: XmlElement, series: Float64Array): Forecaster {
  const { apply, invert } = readTransformation(element);
  const plain = element.child('NonseasonalComponent');
  const seasonal = element.child('SeasonalComponent');
  const own = plain === undefined ? undefined : readCoefficients(plain, 'p', 'q');
  const cycle = seasonal === undefined ? undefined : readCoefficients(seasonal, 'P', 'Q');
  const period = seasonal === undefined ? 1 : seasonalPeriod(seasonal);
  const d = plain === undefined ? 0 : differences(plain, 'd');
  const delta = differencing(d, seasonal === undefined ? 0 : differences(seasonal, 'D'), period);
  const phi = multiply(lagPolynomial(own?.ar ?? [], -1), lagPolynomial(cycle?.ar ?? [], -1, period));
  const theta = multiply(lagPolynomial(own?.ma ?? [], 1), lagPolynomial(cycle?.ma ?? [], 1, period));
  const y = series.map(apply);
  const lost = delta.length - 1;
  if (y.length < lost + (phi.length > 1 ? 1 : 0)) {
    element.refuse(`the TimeSeries has ${y.length} values, the model needs at least ${lost + 1}`);
  }
  const mean = element.number('constantTerm', 0);
  const w = Array.from({ length: y.length - lost }, (_, i) => applyAt(delta, y, i + lost) - mean);
  const known = remembered(own, cycle);
  const shocks = theta.length === 1 ? [] : (known ?? shocksOf(phi, theta, w));
  // On another scale a standard error is not one of the values.
  const rmse =
    element.attr('transformation') === undefined || element.attr('transformation') === 'none'
      ? element.number('RMSE')
      : undefined;
  return {
    forecast: (steps) => {
      const ahead = continueArma(phi, theta, w, shocks, steps).map((v) => v + mean);
      return integrate(delta, y, ahead).map(invert);
    },
    ...(rmse === undefined
      ? {}
      : { errors: (steps: number) => psiErrors(divide(theta, multiply(phi, delta), steps), rmse) }),
  };
}

function differences(component: XmlElement, name: 'd' | 'D'): number {
  const times = order(component, name);
  return times <= MAX_DIFFERENCES
    ? times
    : component.refuse(`${name}="${times}" is more than ${MAX_DIFFERENCES}`);
}

function seasonalPeriod(seasonal: XmlElement): number {
  seasonal.need('period');
  const period = seasonal.integer('period') as number;
  if (period < 1 || period > 10_000) seasonal.refuse(`period="${period}" is no period`);
  return period;
}

/** The residuals the document gives; the seasonal component remembers more of them. */
function remembered(
  own: Coefficients | undefined,
  cycle: Coefficients | undefined,
): Float64Array | undefined {
  const a = own?.residuals ?? new Float64Array(0);
  const b = cycle?.residuals ?? new Float64Array(0);
  const longer = b.length > a.length ? b : a;
  return longer.length === 0 ? undefined : longer;
}

/** Undoes differencing: continues `y` so that δ(B) y is `ahead`. */
function integrate(delta: readonly number[], y: ArrayLike<number>, ahead: readonly number[]): number[] {
  const all = Array.from(y);
  for (const w of ahead) {
    const t = all.length;
    let value = w;
    for (let i = 1; i < delta.length; i++) value -= (delta[i] as number) * (all[t - i] as number);
    all.push(value);
  }
  return all.slice(all.length - ahead.length);
}

/** Standard errors of h steps: RMSE·√(ψ₀² + … + ψ²ₕ₋₁). */
function psiErrors(psi: readonly number[], rmse: number): number[] {
  let sum = 0;
  return psi.map((weight) => {
    sum += weight * weight;
    return rmse * Math.sqrt(sum);
  });
}
