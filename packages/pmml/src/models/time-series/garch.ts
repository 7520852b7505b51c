import type { XmlElement } from '../../xml/element.js';
import { arrayBelow, continueArma, order, readCoefficients, shocksOf } from './arma.js';
import type { Forecaster } from './forecast.js';
import { divide, lagPolynomial } from './lag-polynomial.js';
import { readSeries } from './series.js';

/** `GARCH`: an ARMA process whose shocks have a variance that depends on past shocks and variances. */
export function compileGarch(element: XmlElement, model: XmlElement): Forecaster {
  const part = element.needChild('ARMAPart');
  const { ar, ma, residuals } = readCoefficients(part, 'p', 'q');
  const phi = lagPolynomial(ar, -1);
  const theta = lagPolynomial(ma, 1);
  const series = readSeries(model);
  const constant = part.number('constant', 0);
  // x_t − m is a process without constant, where m·(1 − Σφ) is the constant; a unit root has no such m.
  const rest = ar.reduce((sum, c) => sum - c, 1);
  if (constant !== 0 && Math.abs(rest) < 1e-12) part.refuse('a constant with a unit root is not supported');
  const mean = constant === 0 ? 0 : constant / rest;
  const x = series.map((v) => v - mean);
  const shocks = ma.length === 0 ? [] : residuals.length > 0 ? residuals : shocksOf(phi, theta, x);
  const variance = compileVariance(element.needChild('GARCHPart'));
  return {
    forecast: (steps) => continueArma(phi, theta, x, shocks, steps).map((v) => v + mean),
    errors: (steps) => {
      const variances = variance(steps);
      const psi = divide(theta, phi, steps);
      return variances.map((_, h) => {
        let sum = 0;
        for (let j = 0; j <= h; j++) sum += (psi[j] as number) ** 2 * (variances[h - j] as number);
        return Math.sqrt(sum);
      });
    },
  };
}

/** Expected variances of the next shocks: ω + Σ α ε² + Σ β σ². */
function compileVariance(part: XmlElement): (steps: number) => number[] {
  const squares = part.needChild('ResidualSquareCoefficients');
  const past = part.needChild('VarianceCoefficients');
  const alpha = arrayBelow(squares.child('MACoefficients'));
  const beta = arrayBelow(past.child('MACoefficients'));
  const residuals = arrayBelow(squares.child('Residuals'));
  const variances = arrayBelow(past.child('PastVariances'));
  part.need('gp');
  part.need('gq');
  // Books differ in which of the two orders is called p.
  const orders = [order(part, 'gp'), order(part, 'gq')];
  const fits = (a: number | undefined, b: number | undefined) => alpha.length === a && beta.length === b;
  if (!fits(orders[0], orders[1]) && !fits(orders[1], orders[0]))
    part.refuse(
      `gp="${orders[0]}" gq="${orders[1]}" but it has ${alpha.length} and ${beta.length} coefficients`,
    );
  if (residuals.length < alpha.length) squares.refuse('it has fewer residuals than coefficients');
  if (variances.length < beta.length) past.refuse('it has fewer past variances than coefficients');
  const omega = part.number('constant', 0);
  return (steps) => {
    const e2 = Array.from(residuals, (e) => e * e);
    const h = Array.from(variances);
    const out: number[] = [];
    for (let t = 0; t < steps; t++) {
      let next = omega;
      for (let i = 0; i < alpha.length; i++) next += (alpha[i] as number) * (e2[e2.length - 1 - i] as number);
      for (let i = 0; i < beta.length; i++) next += (beta[i] as number) * (h[h.length - 1 - i] as number);
      // The expected square of a shock to come is its variance.
      e2.push(next);
      h.push(next);
      out.push(next);
    }
    return out;
  };
}
