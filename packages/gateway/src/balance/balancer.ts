import type { Backend } from '@openeas/contracts';
import type { Instance } from './instance.js';
import { leastLoaded } from './instance.js';
import type { Instances } from './instances.js';
import { chooseWeighted, type Weighted } from './weighted-choice.js';

interface Share extends Weighted {
  readonly serviceUid: string;
  readonly instances: readonly Instance[];
}

/** Chooses an instance for each request of one route: the service by weight, the instance by load. */
export class Balancer {
  readonly #shares: readonly Share[];
  #turn = 0;

  /** `before` = the balancer this one replaces; the split goes on where that one stopped. */
  constructor(backends: readonly Backend[], instances: Instances, before: Balancer | undefined) {
    this.#shares = backends.map((backend) => ({
      serviceUid: backend.serviceUid,
      weight: backend.weight,
      score: before?.scoreOf(backend.serviceUid, backend.weight) ?? 0,
      instances: backend.endpoints.map((endpoint) => instances.acquire(endpoint, backend.serviceUid)),
    }));
  }

  scoreOf(serviceUid: string, weight: number): number {
    const share = this.#shares.find((one) => one.serviceUid === serviceUid && one.weight === weight);
    return share?.score ?? 0;
  }

  /** An instance not in `tried`; undefined when there is none. A second try stays in the same service if it can. */
  choose(tried: readonly Instance[], now: number): Instance | undefined {
    const only = this.#shares.length === 1 ? this.#shares[0]! : undefined;
    if (only !== undefined) {
      return only.weight === 0 ? undefined : leastLoaded(only.instances, tried, now, this.#turn++);
    }
    const last = tried.at(-1);
    if (last !== undefined) {
      const same = this.#shares.find((share) => share.weight > 0 && share.instances.includes(last));
      const neighbour = same && leastLoaded(same.instances, tried, now, this.#turn++);
      if (neighbour !== undefined) return neighbour;
    }
    const share = chooseWeighted(this.#shares, (one) => one.instances.some((each) => !tried.includes(each)));
    return share && leastLoaded(share.instances, tried, now, this.#turn++);
  }

  get instances(): readonly Instance[] {
    return this.#shares.flatMap((share) => share.instances);
  }
}
