import { readNumbers } from '../../xml/arrays.js';
import type { XmlElement } from '../../xml/element.js';
import type { LagPolynomial } from './lag-polynomial.js';

/** AR and MA coefficients of a component, and the residuals it remembers (the last one is the latest). */
export interface Coefficients {
  readonly ar: Float64Array;
  readonly ma: Float64Array;
  readonly residuals: Float64Array;
}

const NONE = new Float64Array(0);

/** Reads `AR` and `MA` below a component with orders in the given attributes. */
export function readCoefficients(component: XmlElement, p: string, q: string): Coefficients {
  const ar = arrayBelow(component.child('AR'));
  const ma = component.child('MA');
  const theta = arrayBelow(ma?.child('MACoefficients'));
  checkOrder(component, p, ar.length);
  checkOrder(component, q, theta.length);
  return { ar, ma: theta, residuals: arrayBelow(ma?.child('Residuals')) };
}

export function arrayBelow(parent: XmlElement | undefined): Float64Array {
  const array = parent?.child('Array');
  return array === undefined ? NONE : readNumbers(array);
}

export function order(component: XmlElement, name: string): number {
  const value = component.integer(name, 0);
  if (value < 0 || value > 10_000) component.refuse(`${name}="${value}" is no order`);
  return value;
}

function checkOrder(component: XmlElement, name: string, found: number): void {
  const expected = order(component, name);
  if (expected !== found) component.refuse(`${name}="${expected}" but it has ${found} coefficients`);
}

/**
 * Continues an ARMA process φ(B) x = θ(B) e by its conditional expectation: future shocks are 0.
 * @param x what has been seen, the latest last; it is not changed
 * @param e shocks that belong to the end of `x`
 */
export function continueArma(
  phi: LagPolynomial,
  theta: LagPolynomial,
  x: ArrayLike<number>,
  e: ArrayLike<number>,
  steps: number,
): number[] {
  const values = Array.from(x);
  const shocks = Array.from(e);
  const offset = values.length - shocks.length;
  for (let h = 0; h < steps; h++) {
    const t = values.length;
    let next = 0;
    for (let i = 1; i < phi.length; i++) next -= (phi[i] as number) * (values[t - i] ?? 0);
    for (let i = 1; i < theta.length; i++) next += (theta[i] as number) * (shocks[t - i - offset] ?? 0);
    values.push(next);
    shocks.push(0);
  }
  return values.slice(values.length - steps);
}

/** Shocks of a series under φ(B) x = θ(B) e, those before its beginning being 0. */
export function shocksOf(phi: LagPolynomial, theta: LagPolynomial, x: ArrayLike<number>): number[] {
  const shocks: number[] = [];
  for (let t = 0; t < x.length; t++) {
    let e = 0;
    // The first values, whose past is not known, are taken as they came.
    if (t >= phi.length - 1) {
      for (let i = 0; i < phi.length; i++) e += (phi[i] as number) * (x[t - i] as number);
      for (let i = 1; i < theta.length; i++) e -= (theta[i] as number) * (shocks[t - i] ?? 0);
    }
    shocks.push(e);
  }
  return shocks;
}
