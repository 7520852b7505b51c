import { normalQuantile } from '../../math/normal-quantile.js';
import type { OutputSpec } from '../../output/spec.js';

/** Reads one number of a step: the forecast and its standard error are given. */
export type StepReader = (value: number, error: number) => number;

/** Output features of forecasts with standard errors; undefined = not one of them. */
export function intervalReader({ feature, value, element }: OutputSpec): StepReader | undefined {
  if (feature === 'standardError' || feature === 'standardDeviation') return (_, error) => error;
  if (!/^(confidence|prediction)Interval(Lower|Upper)$/.test(feature)) return undefined;
  const percent = value === undefined ? 95 : Number(value);
  if (!(percent > 0 && percent < 100)) element.refuse(`value=${JSON.stringify(value)} is no percentage`);
  const z = normalQuantile(0.5 + percent / 200);
  return feature.endsWith('Lower') ? (v, error) => v - z * error : (v, error) => v + z * error;
}
