/** Forecasts of the next steps, nearest first. */
export interface Forecast {
  readonly values: number[];
  /** Standard errors by step; undefined where the model does not tell them. */
  readonly errors: number[] | undefined;
}

/** A time series algorithm, compiled: a function of the horizon alone. */
export interface Forecaster {
  /** Whether it gives standard errors. */
  readonly hasErrors: boolean;
  /** @param steps from 1 */
  forecast(steps: number): Forecast;
}
