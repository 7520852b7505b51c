import type { Route } from '@openeas/contracts';

/** A service behind an address that several share, by its own route and its weight there. */
export interface Sharer {
  readonly route: Route;
  readonly weight: number;
}

/**
 * Limits of an address whose traffic is split over `sharers` (one at least): it waits as long as the most patient
 * of them, and carries what the limits of each allow for its share.
 */
export function sharedLimits(
  sharers: readonly Sharer[],
): Pick<Route, 'timeoutMs' | 'rateLimit' | 'concurrencyLimit'> {
  const total = sharers.reduce((sum, { weight }) => sum + weight, 0);
  const limit = (of: (route: Route) => number | null): number | null => {
    // Who gets a fifth of the traffic lets the address carry five times its own limit.
    const allowed = sharers.flatMap(({ weight, route }) => {
      const most = of(route);
      return most === null || weight === 0 ? [] : [Math.max(1, Math.floor((most * total) / weight))];
    });
    return allowed.length === 0 ? null : Math.min(...allowed);
  };
  return {
    timeoutMs: Math.max(...sharers.map(({ route }) => route.timeoutMs)),
    rateLimit: limit((route) => route.rateLimit),
    concurrencyLimit: limit((route) => route.concurrencyLimit),
  };
}
