import type { CountOrShare, RollingStrategy } from '@openeas/contracts';

/** The strategy in whole instances, for a wanted number of instances. */
export interface RolloutCounts {
  /** Instances that may run beyond the wanted number while updating. */
  readonly surge: number;
  /** Instances that may be missing while updating. */
  readonly unavailable: number;
}

/**
 * Shares round so that an update can always go on and never takes more away than asked: the surge up, the
 * unavailable ones down. Both 0 would be a standstill, so one instance of surge is the least.
 */
export function rolloutCounts(strategy: RollingStrategy, wanted: number): RolloutCounts {
  const surge = resolve(strategy.maxSurge, wanted, Math.ceil);
  const unavailable = Math.min(wanted, resolve(strategy.maxUnavailable, wanted, Math.floor));
  return surge === 0 && unavailable === 0 ? { surge: 1, unavailable } : { surge, unavailable };
}

function resolve(value: CountOrShare, wanted: number, round: (exact: number) => number): number {
  if ('count' in value) return Math.max(0, Math.trunc(value.count));
  // 0.07 × 100 is 7.000000000000001 in binary: round what people mean, not the last bit.
  return Math.max(0, round(Math.round(value.share * wanted * 1e6) / 1e6));
}
