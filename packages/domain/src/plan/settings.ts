import type { BackoffOptions } from '@openeas/kernel';

/** Durations of the instance life cycle, milliseconds. */
export interface PlanSettings {
  /** From the start of an attempt to its first readiness; over = the attempt failed. */
  readonly startDeadlineMs: number;
  /** How long a start on record may leave no trace before it is done again. */
  readonly startRetryMs: number;
  /** How long an instance that served may be silent before it counts as failed. */
  readonly silenceLimitMs: number;
  /** Ready for this long without a break wipes out earlier failures. */
  readonly stableAfterMs: number;
  /**
   * During an update a new instance counts as proven once it was ready, with traffic, for this long: one
   * that dies of its first requests takes no old one with it.
   */
  readonly proveMs: number;
  /** Between taking an instance out of the routes and asking it to drain: gateways learn of it meanwhile. */
  readonly routeSettleMs: number;
  /** How long an instance may outlive its grace period, or its own announcement of failure, before it is killed. */
  readonly killAfterMs: number;
  readonly restartBackoff: BackoffOptions;
  /** Failures in a row, with nothing ready, after which the service is shown as Failed. Restarts go on. */
  readonly failedAfter: number;
}

export const DEFAULT_PLAN_SETTINGS: PlanSettings = {
  startDeadlineMs: 300_000,
  startRetryMs: 1_000,
  silenceLimitMs: 60_000,
  stableAfterMs: 10_000,
  proveMs: 2_000,
  routeSettleMs: 250,
  killAfterMs: 2_000,
  restartBackoff: { initialMs: 1_000, maxMs: 60_000, factor: 2 },
  failedAfter: 5,
};
