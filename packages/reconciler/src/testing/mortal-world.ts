import type { ArtifactStore } from '@openeas/artifacts';
import type { InstanceDriver } from '@openeas/drivers';
import type { Store } from '@openeas/store';

/**
 * Counts the calls that leave a reconciler and kills it at one of them, as SIGKILL would: that call happens
 * or not, nothing after it does, and nothing is cleaned up.
 */
export class Mortality {
  /** Calls so far. */
  calls = 0;
  dead = false;
  readonly #deadlyCall: number;
  /** The deadly call still takes effect. */
  readonly #effective: boolean;
  readonly #mourners: (() => void)[] = [];

  constructor(deadlyCall: number, effective: boolean) {
    this.#deadlyCall = deadlyCall;
    this.#effective = effective;
  }

  onDeath(mourner: () => void): void {
    this.#mourners.push(mourner);
  }

  /** Does `call` while alive; the caller of a dead one never hears again. */
  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.dead) return never();
    this.calls++;
    if (this.calls !== this.#deadlyCall) return call();
    this.dead = true;
    for (const mourner of this.#mourners) mourner();
    if (this.#effective) await call();
    return never();
  }
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}

/** The parts of a reconciler that act on the world, mortal; reading is not worth dying at. */
export function mortal(
  mortality: Mortality,
  parts: { store: Store; driver: InstanceDriver; artifacts: ArtifactStore },
): { store: Store; driver: InstanceDriver; artifacts: ArtifactStore } {
  const { store, driver, artifacts } = parts;
  return {
    store: {
      read: store.read,
      transaction: (work) => mortality.pass(() => store.transaction(work)),
      subscribe: (listener) => store.subscribe((uids) => void (mortality.dead || listener(uids))),
      close: () => store.close(),
    },
    driver: {
      start: (config) => mortality.pass(() => driver.start(config)),
      inspect: (identity) => driver.inspect(identity),
      watch: (identity, onChange) =>
        driver.watch(identity, (observation) => void (mortality.dead || onChange(observation))),
      stop: (identity, graceMs) => mortality.pass(() => driver.stop(identity, graceMs)),
      kill: (identity) => mortality.pass(() => driver.kill(identity)),
      remove: (instanceId) => mortality.pass(() => driver.remove(instanceId)),
      list: () => driver.list(),
      recorded: (instanceId) => driver.recorded(instanceId),
      logFiles: (instanceId, previous) => driver.logFiles(instanceId, previous),
    },
    artifacts: {
      ensure: (ref, options) => mortality.pass(() => artifacts.ensure(ref, options)),
      open: (digest) => artifacts.open(digest),
      collect: (keep) => mortality.pass(() => artifacts.collect(keep)),
      close: () => artifacts.close(),
    },
  };
}
