import type { Backend } from '@openeas/contracts';
import { Balancer } from '../balance/balancer.js';
import type { Instances } from '../balance/instances.js';
import type { GatewayMetrics, MirrorCounts } from '../metrics.js';

export interface MirrorTarget {
  readonly name: string;
  readonly balancer: Balancer;
  readonly counts: MirrorCounts;
}

const HUNDRED = 100;

/** Has a share of one service's requests copied to other services (contract 7.6.2). */
export class TrafficMirror {
  readonly source: string;
  readonly targets: readonly MirrorTarget[];
  readonly #ratio: number;
  #score: number;

  private constructor(source: string, ratio: number, targets: readonly MirrorTarget[], score: number) {
    this.source = source;
    this.targets = targets;
    this.#ratio = ratio;
    this.#score = score;
  }

  /** Those of a route's backends, by the uid of the service; undefined = nothing of it is copied. */
  static of(
    backends: readonly Backend[],
    instances: Instances,
    metrics: GatewayMetrics,
    before: ReadonlyMap<string, TrafficMirror> | undefined,
  ): ReadonlyMap<string, TrafficMirror> | undefined {
    const mirrors = new Map<string, TrafficMirror>();
    for (const { serviceUid, serviceName, mirror } of backends) {
      if (mirror === undefined) continue;
      const targets = mirror.targets.map((target) => ({
        name: target.serviceName,
        balancer: new Balancer([target], instances, undefined),
        counts: metrics.mirror(serviceName, target.serviceName),
      }));
      const last = before?.get(serviceUid);
      const score = last === undefined ? 0 : last.#score;
      mirrors.set(serviceUid, new TrafficMirror(serviceName, mirror.ratio, targets, score));
    }
    return mirrors.size === 0 ? undefined : mirrors;
  }

  /** Whether the next request is copied: exactly `ratio` of a hundred, evenly spread. */
  take(): boolean {
    this.#score += this.#ratio;
    if (this.#score < HUNDRED) return false;
    this.#score -= HUNDRED;
    return true;
  }

  release(instances: Instances, metrics: GatewayMetrics): void {
    for (const { name, balancer } of this.targets) {
      for (const instance of balancer.instances) instances.release(instance);
      metrics.dropMirror(this.source, name);
    }
  }
}
