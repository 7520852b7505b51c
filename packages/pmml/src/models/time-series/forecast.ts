/** A time series algorithm, compiled: a function of the horizon alone. */
export interface Forecaster {
  /** Forecasts of the next steps, nearest first. */
  forecast(steps: number): number[];
  /** Their standard errors, where the model tells them. */
  errors?(steps: number): number[];
}

/** Remembers the last answer: records mostly ask for the same horizon. */
export function remembering(compute: (steps: number) => number[]): (steps: number) => number[] {
  let last: { steps: number; values: number[] } | undefined;
  return (steps) => {
    if (last?.steps !== steps) last = { steps, values: compute(steps) };
    return last.values;
  };
}
