import type { Upstream, UpstreamPool } from '@openeas/http1';
import type { ControlAddress } from '../options.js';

/** Where control is. Asked for once, and again after a failure: control may have come back elsewhere. */
export class ControlLink {
  readonly #ask: () => ControlAddress | undefined;
  readonly #pool: UpstreamPool;
  #upstream: Upstream | undefined;

  constructor(ask: () => ControlAddress | undefined, pool: UpstreamPool) {
    this.#ask = ask;
    this.#pool = pool;
  }

  current(): Upstream | undefined {
    if (this.#upstream === undefined) {
      const address = this.#ask();
      if (address !== undefined) this.#upstream = this.#pool.upstream(address.host, address.port);
    }
    return this.#upstream;
  }

  /** `upstream` failed. True when control is now said to be elsewhere. */
  failed(upstream: Upstream): boolean {
    if (this.#upstream === upstream) {
      this.#upstream.retire();
      this.#upstream = undefined;
    }
    const next = this.current();
    return next !== undefined && (next.port !== upstream.port || next.host !== upstream.host);
  }
}
