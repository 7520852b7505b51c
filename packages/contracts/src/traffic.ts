/**
 * What became of the requests of one version of a service. Every request counts at each version it was given to:
 * `accepted` = the sum of all others and of what is under way.
 */
export interface TrafficCounts {
  readonly accepted: number;
  /** Answered with such a status, by the version, or refused by the gateway for a fault of the caller (4xx). */
  readonly answered2xx: number;
  readonly answered3xx: number;
  readonly answered4xx: number;
  readonly answered5xx: number;
  /** Not answered by the version: it was lost, or too late; the caller got a 5xx of the gateway or nothing. */
  readonly failed: number;
  /** Given away to another instance because this one had not started them. */
  readonly redispatched: number;
  /** The caller left before the answer. */
  readonly abandoned: number;
}

/**
 * What is left between the requests that came and those that ended while a change went on, in words: those under way
 * at either end count on one side only. '' = nothing.
 */
export function trafficOpenEnds(total: TrafficCounts): string {
  const answered = total.answered2xx + total.answered3xx + total.answered4xx + total.answered5xx;
  const open = total.accepted - total.redispatched - answered - total.failed - total.abandoned;
  const abandoned = total.abandoned > 0 ? `, ${total.abandoned} abandoned by their callers` : '';
  if (open > 0) return `${abandoned}, ${open} still under way`;
  return open < 0 ? `${abandoned}, ${-open} of these begun before` : abandoned;
}

export const TRAFFIC_FIELDS = [
  'accepted',
  'answered2xx',
  'answered3xx',
  'answered4xx',
  'answered5xx',
  'failed',
  'redispatched',
  'abandoned',
] as const satisfies readonly (keyof TrafficCounts)[];

/** What a gateway process has counted since it follows this start of control (`POST /internal/v1/traffic`). */
export interface TrafficReport {
  /** Changes with every start of the gateway process. */
  readonly gateway: string;
  /** The start of control that the counts are for: RoutingSnapshot.epoch. */
  readonly epoch: string;
  readonly counters: readonly TrafficCounterReport[];
}

export interface TrafficCounterReport {
  /** Number of the counter within its gateway process; never used again for another one. */
  readonly counter: number;
  readonly serviceUid: string;
  /** 0 = answered by the gateway itself: no token, too many, nobody ready. */
  readonly version: number;
  /** Grows only, in the order of TRAFFIC_FIELDS. */
  readonly counts: readonly number[];
  /** The gateway has dropped it: nothing follows. */
  readonly last: boolean;
}

/** Header of the answer that accepts a change of traffic: the id of its receipt. */
export const RECEIPT_HEADER = 'x-openeas-receipt';

/** What happened to the requests of a service while it was changed; in the Message of the event `TrafficReceipt`. */
export interface TrafficReceipt {
  /** `x-openeas-receipt` of the answer that accepted the change. */
  readonly id: string;
  readonly change: string;
  /** RFC 3339 UTC. Gateways tell their counts twice a second, which is how exact both ends are. */
  readonly from: string;
  readonly to: string;
  /** By service and version; a release counts every service of the group. Version 0 = the gateway itself. */
  readonly versions: readonly (TrafficCounts & { readonly service: string; readonly version: number })[];
  readonly total: TrafficCounts;
  /** Why the numbers do not cover the whole change; '' = they do. */
  readonly incomplete: string;
}
