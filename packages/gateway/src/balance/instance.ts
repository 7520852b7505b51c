import type { Endpoint } from '@openeas/contracts';
import type { Upstream } from '@openeas/http1';
import { backoffDelay } from '@openeas/kernel';
import { TrafficCounter } from '../traffic/traffic-counter.js';

const REST = { initialMs: 100, maxMs: 5_000, factor: 2 } as const;

/** One instance as the gateway sees it: how much it has to do, and whether it can be reached. */
export class Instance {
  readonly endpoint: Endpoint;
  readonly upstream: Upstream;
  /** Counts the requests of its version. */
  readonly traffic: TrafficCounter;
  /** Requests given to it and not answered. */
  outstanding = 0;
  #failures = 0;
  #restUntil = 0;

  constructor(
    endpoint: Endpoint,
    upstream: Upstream,
    traffic: TrafficCounter = new TrafficCounter(0, '', endpoint.version),
  ) {
    this.endpoint = endpoint;
    this.upstream = upstream;
    this.traffic = traffic;
  }

  /** Monotonic milliseconds until which it should be left alone; 0 = it works. */
  get restUntil(): number {
    return this.#restUntil;
  }

  /** It answered, whatever the answer. */
  succeeded(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#restUntil = 0;
  }

  /** It could not be reached, broke off, or is not ready: it rests, longer with every failure in a row. */
  failed(now: number): void {
    // Requests that were under way together fail together; they are one failure.
    if (now < this.#restUntil) return;
    this.#failures++;
    this.#restUntil = now + backoffDelay(this.#failures, REST);
  }
}

/**
 * The instance with the least to do among those that do not rest; when all rest, the one that has rested
 * longest, because no answer is worse than a doubtful one. `start` rotates ties. Undefined = none is left.
 */
export function leastLoaded(
  instances: readonly Instance[],
  tried: readonly Instance[],
  now: number,
  start: number,
): Instance | undefined {
  let best: Instance | undefined;
  let bestResting = false;
  const count = instances.length;
  for (let i = 0; i < count; i++) {
    const instance = instances[(start + i) % count]!;
    if (tried.length > 0 && tried.includes(instance)) continue;
    const resting = instance.restUntil > now;
    const better =
      best === undefined ||
      (bestResting && !resting) ||
      (bestResting === resting &&
        (resting ? instance.restUntil < best.restUntil : instance.outstanding < best.outstanding));
    if (!better) continue;
    best = instance;
    bestResting = resting;
  }
  return best;
}
