import { readDense } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import { readMatrix } from '../../xml/matrix.js';
import type { Forecaster } from './forecast.js';

type Matrix = readonly (readonly number[])[];

interface KalmanSettings {
  /** Name of the element with the state of the first step ahead. */
  readonly vector: string;
  /** Variance that the covariances are multiples of. */
  readonly variance: number | undefined;
  readonly intercept: number;
  /** Added to the state at each step. */
  readonly drift?: Float64Array | undefined;
  readonly invert: (y: number) => number;
}

/** `StateSpaceModel`: y = Z a + c, a ← T a. The state vector is that of the first step ahead. */
export function compileStateSpace(element: XmlElement): Forecaster {
  for (const name of ['DynamicRegressor', 'PsiVector']) {
    element.all(name)[0]?.refuse('this part of StateSpaceModel is not supported');
  }
  return compileKalman(element, {
    vector: 'StateVector',
    variance: element.number('variance'),
    ...intercepts(element),
    invert: (y) => y,
  });
}

/** What is added to every observation, and to every state on its way to the next. */
function intercepts(element: XmlElement): { intercept: number; drift: Float64Array | undefined } {
  const vector = element.child('InterceptVector');
  const intercept = element.number('intercept', 0);
  if (vector === undefined) return { intercept, drift: undefined };
  const values = readDense(vector.needChild('Array'));
  if (vector.choice('type', ['observation', 'state'] as const, 'state') === 'state')
    return { intercept, drift: values };
  if (values.length !== 1) vector.refuse(`it has ${values.length} entries for one observation`);
  return { intercept: values[0] as number, drift: undefined };
}

/** A linear state-space model in its final state. */
export function compileKalman(
  element: XmlElement,
  { vector, variance, intercept, drift, invert }: KalmanSettings,
): Forecaster {
  const start = Array.from(readDense(element.needChild(vector).needChild('Array')));
  if (drift !== undefined && drift.length !== start.length)
    element.child('InterceptVector')?.refuse(`it has ${drift.length} entries for ${start.length} states`);
  const transition = matrixOf(element, 'TransitionMatrix', start.length);
  const measurement = rowOf(element.needChild('MeasurementMatrix').needChild('Matrix'), start.length);
  const covariance = element.child('PredictedStateCovarianceMatrix');
  const noise = element.child('SelectedStateCovarianceMatrix');
  const uncertainty =
    variance === undefined || covariance === undefined || noise === undefined
      ? undefined
      : {
          p: matrixOf(element, 'PredictedStateCovarianceMatrix', start.length),
          v: matrixOf(element, 'SelectedStateCovarianceMatrix', start.length),
          h: observationVariance(element),
        };
  const forecast = (steps: number): number[] => {
    const values: number[] = [];
    let a = start;
    for (let t = 0; t < steps; t++) {
      values.push(invert(dot(measurement, a) + intercept));
      a = transition.map((row, i) => dot(row, a) + (drift?.[i] ?? 0));
    }
    return values;
  };
  if (uncertainty === undefined) return { forecast };
  return {
    forecast,
    errors(steps) {
      const errors: number[] = [];
      let { p } = uncertainty;
      for (let t = 0; t < steps; t++) {
        p = propagate(transition, p, uncertainty.v);
        const spread = dot(
          measurement,
          p.map((row) => dot(row, measurement)),
        );
        errors.push(Math.sqrt((variance as number) * (spread + uncertainty.h)));
      }
      return errors;
    },
  };
}

function matrixOf(parent: XmlElement, name: string, size: number): Matrix {
  const element = parent.needChild(name).needChild('Matrix');
  const matrix = readMatrix(element);
  if (matrix.length !== size || matrix.some((row) => row.length !== size)) {
    element.refuse(`it is not ${size} by ${size}, as the state vector is long`);
  }
  return matrix;
}

function rowOf(element: XmlElement, size: number): readonly number[] {
  const [row, ...more] = readMatrix(element);
  if (row === undefined || row.length !== size || more.length > 0)
    return element.refuse(`it is not 1 by ${size}`);
  return row;
}

function observationVariance(element: XmlElement): number {
  const matrix = element.child('ObservationVarianceMatrix')?.child('Matrix');
  if (matrix === undefined) return 0;
  const rows = readMatrix(matrix);
  const [variance, ...more] = rows[0] ?? [];
  if (variance === undefined || more.length > 0 || rows.length > 1) return matrix.refuse('it is not 1 by 1');
  return variance;
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** T P Tᵀ + V */
function propagate(t: Matrix, p: Matrix, v: Matrix): Matrix {
  const tp = t.map((row) =>
    row.map((_, j) =>
      dot(
        row,
        p.map((r) => r[j] as number),
      ),
    ),
  );
  return tp.map((row, i) => t.map((other, j) => dot(row, other) + (v[i]?.[j] as number)));
}
