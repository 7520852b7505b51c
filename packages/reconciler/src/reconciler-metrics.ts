import type { Histogram, Registry } from '@openeas/telemetry';

/** Seconds; a pass that finds nothing to do takes a millisecond or two. */
const BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10];

/** What the reconciler tells of its passes over services. */
export interface ReconcilerMetrics {
  /** Passes that found everything as it should be. */
  readonly unchanged: Histogram;
  readonly changed: Histogram;
}

export function reconcilerMetrics(registry: Registry): ReconcilerMetrics {
  const of = (outcome: string): Histogram =>
    registry.histogram(
      'openeas_control_reconcile_seconds',
      'Time of one pass over a service: read, plan, record, carry out.',
      BUCKETS,
      { outcome },
    );
  return { unchanged: of('unchanged'), changed: of('changed') };
}
