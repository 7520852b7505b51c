import { expFloat } from '../../math/exp.js';
import { erfc } from '../../math/special.js';

/** Inverse links of regression and general regression: linear predictor → mean. */
export const INVERSE_LINKS = {
  none: (y: number) => y,
  identity: (y: number) => y,
  logit: (y: number) => 1 / (1 + Math.exp(-y)),
  softmax: (y: number) => 1 / (1 + Math.exp(-y)),
  exp: (y: number) => Math.exp(y),
  probit: (y: number) => 0.5 * erfc(-y / Math.SQRT2),
  cloglog: (y: number) => 1 - Math.exp(-Math.exp(y)),
  loglog: (y: number) => Math.exp(-Math.exp(-y)),
  cauchit: (y: number) => 0.5 + Math.atan(y) / Math.PI,
} as const;

const round = Math.fround;
const logitFloat = (y: number): number => round(1 / round(1 + expFloat(-y)));

/** The same in single precision, every step rounded. */
export const INVERSE_LINKS_FLOAT: Readonly<Record<keyof typeof INVERSE_LINKS, (y: number) => number>> = {
  none: (y) => y,
  identity: (y) => y,
  logit: logitFloat,
  softmax: logitFloat,
  exp: expFloat,
  probit: (y) => round(INVERSE_LINKS.probit(y)),
  cloglog: (y) => round(1 - expFloat(-expFloat(y))),
  loglog: (y) => expFloat(-expFloat(-y)),
  cauchit: (y) => round(0.5 + round(round(1 / round(Math.PI)) * round(Math.atan(y)))),
};

/** A vector that is written to; plain arrays are cheaper to make where they are short. */
export type Numbers = number[] | Float64Array;

/** e^(y_i) / Σ e^(y_j), shifted so that nothing overflows. */
export function softmax(y: Numbers): void {
  let max = -Infinity;
  for (const v of y) if (v > max) max = v;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const e = Math.exp((y[i] as number) - max);
    y[i] = e;
    sum += e;
  }
  for (let i = 0; i < y.length; i++) y[i] = (y[i] as number) / sum;
}

/** The same in single precision, every step rounded. */
export function softmaxFloat(y: Numbers): void {
  let max = -Infinity;
  for (const v of y) if (v > max) max = v;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const e = expFloat(round((y[i] as number) - max));
    y[i] = e;
    sum = Math.fround(sum + e);
  }
  for (let i = 0; i < y.length; i++) y[i] = Math.fround((y[i] as number) / sum);
}

/** Index of the largest entry, the first of equals; -1 where none is a number. */
export function indexOfMax(values: ArrayLike<number>): number {
  let best = -1;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (v > high || (best < 0 && !Number.isNaN(v))) {
      high = v;
      best = i;
    }
  }
  return best;
}
