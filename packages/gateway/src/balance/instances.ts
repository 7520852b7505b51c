import type { Endpoint } from '@openeas/contracts';
import type { UpstreamPool } from '@openeas/http1';
import { TrafficBook } from '../traffic/traffic-book.js';
import { Instance } from './instance.js';

/** Every instance of every route, counted: what it knows of an instance outlives a change of the table. */
export class Instances {
  readonly #pool: UpstreamPool;
  readonly #traffic: TrafficBook;
  readonly #known = new Map<string, { instance: Instance; uses: number }>();

  constructor(pool: UpstreamPool, traffic = new TrafficBook()) {
    this.#pool = pool;
    this.#traffic = traffic;
  }

  get size(): number {
    return this.#known.size;
  }

  /** `serviceUid` = whose instance it is. */
  acquire(endpoint: Endpoint, serviceUid: string): Instance {
    const key = keyOf(endpoint);
    let entry = this.#known.get(key);
    if (entry === undefined) {
      entry = {
        instance: new Instance(
          endpoint,
          this.#pool.upstream(dialled(endpoint.host), endpoint.port),
          this.#traffic.acquire(serviceUid, endpoint.version),
        ),
        uses: 0,
      };
      this.#known.set(key, entry);
    }
    entry.uses++;
    return entry.instance;
  }

  /** The last release closes its idle connections; requests under way finish. */
  release(instance: Instance): void {
    const key = keyOf(instance.endpoint);
    const entry = this.#known.get(key);
    if (entry === undefined || --entry.uses > 0) return;
    this.#known.delete(key);
    this.#traffic.release(instance.traffic);
    instance.upstream.retire();
  }
}

/** An instance that listens on every address of this machine is reached by loopback. */
function dialled(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

function keyOf(endpoint: Endpoint): string {
  return `${endpoint.instanceId} ${endpoint.version} ${endpoint.host} ${endpoint.port} ${endpoint.gatewayKey}`;
}
