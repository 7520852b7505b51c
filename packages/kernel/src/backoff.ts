export interface BackoffOptions {
  /** Delay after the first failure, milliseconds. */
  readonly initialMs: number;
  /** Upper bound of the delay, milliseconds. */
  readonly maxMs: number;
  /** Growth per further failure; 2 doubles. */
  readonly factor: number;
}

/** Delay before the next try after `failures` (≥ 1) failures in a row. Pure: add jitter at the caller. */
export function backoffDelay(failures: number, options: BackoffOptions): number {
  if (failures < 1) return 0;
  return Math.min(options.maxMs, options.initialMs * options.factor ** (failures - 1));
}
