import type { Route } from '@openeas/contracts';
import { type AuthenticationSettings, type Gatekeeper, gatekeeper } from '../auth/authenticate.js';
import { Balancer } from '../balance/balancer.js';
import type { Instances } from '../balance/instances.js';
import { Repeats } from '../limits/repeats.js';
import { RetryBudget } from '../limits/retry-budget.js';
import { TokenBucket } from '../limits/token-bucket.js';
import type { GatewayMetrics, RouteMetrics } from '../metrics.js';
import { TrafficMirror } from '../mirror/traffic-mirror.js';
import type { TrafficBook } from '../traffic/traffic-book.js';
import type { TrafficCounter } from '../traffic/traffic-counter.js';

/** What a route has lived through; outlives changes of its definition. */
export interface RouteHistory {
  inFlight: number;
  /** Calls at the API-gateway address on the day `day` (days since 1970, UTC). */
  readonly daily: { day: number; calls: number };
  readonly retries: RetryBudget;
  readonly repeats: Repeats;
  readonly metrics: RouteMetrics;
}

/** A route made ready for use. Requests keep the one they began with. */
export interface ActiveRoute {
  readonly route: Route;
  readonly admit: Gatekeeper;
  readonly balancer: Balancer;
  readonly rate: TokenBucket | undefined;
  /** By the uid of the service whose requests are copied; undefined = none are. */
  readonly mirrors: ReadonlyMap<string, TrafficMirror> | undefined;
  readonly history: RouteHistory;
  /** Requests that no version was asked for: refused, or nobody there. */
  readonly ownAnswers: TrafficCounter;
}

export interface ActivationTools {
  readonly instances: Instances;
  readonly traffic: TrafficBook;
  readonly metrics: GatewayMetrics;
  readonly authentication: AuthenticationSettings;
  /** Monotonic milliseconds. */
  now(): number;
}

/** `before` = the same name's route until now, whose history and split go on. */
export function activate(route: Route, tools: ActivationTools, before: ActiveRoute | undefined): ActiveRoute {
  const now = tools.now();
  const limit = route.rateLimit;
  const sameLimit = before?.rate !== undefined && before.rate.rate === limit;
  return {
    route,
    admit: gatekeeper(route, tools.authentication),
    balancer: new Balancer(route.backends, tools.instances, before?.balancer),
    mirrors: TrafficMirror.of(route.backends, tools.instances, tools.metrics, before?.mirrors),
    ownAnswers: tools.traffic.acquire(route.serviceUid, 0),
    rate: limit === null ? undefined : sameLimit ? before.rate : new TokenBucket(limit, now),
    history: before?.history ?? {
      inFlight: 0,
      daily: { day: 0, calls: 0 },
      retries: new RetryBudget(now),
      repeats: new Repeats(),
      metrics: tools.metrics.route(route.name),
    },
  };
}

/** Lets go of the instances of a route that was replaced or removed. */
export function deactivate(route: ActiveRoute, { instances, traffic, metrics }: ActivationTools): void {
  traffic.release(route.ownAnswers);
  for (const mirror of route.mirrors?.values() ?? []) mirror.release(instances, metrics);
  for (const instance of route.balancer.instances) instances.release(instance);
}
