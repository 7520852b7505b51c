import type { ArtifactStore, ObjectStore } from '@openeas/artifacts';
import type { RouteLimits } from '@openeas/domain';
import type { Clock, Ids } from '@openeas/kernel';
import type { Store } from '@openeas/store';
import type { Logger, Registry } from '@openeas/telemetry';
import type { ControlContext, InstanceLogs } from './control-context.js';
import { ServiceDescriptions } from './services/service-descriptions.js';
import { ServiceKeyMaker } from './services/service-keys.js';

export interface ControlServerOptions {
  readonly store: Store;
  /** Kept for what the API will tell of packages; nothing is fetched by a call. */
  readonly artifacts?: ArtifactStore;
  readonly objects: ObjectStore;
  /** Where the logs of instances are. */
  readonly driver: InstanceLogs;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Shown at `/metrics`; empty unless given. */
  readonly metrics?: Registry;
  readonly region: string;
  /** `http://127.0.0.1:7300`: what the endpoints of services begin with. Asked for each answer. */
  readonly publicAddress: () => string;
  /** Gateways present it as Bearer token to get the routes. */
  readonly internalKey: string;
  /** The key pairs of services are made from it: losing it changes them all. */
  readonly serviceKeySecret: string;
  /** Codes of the processors that this installation has. */
  readonly processors: readonly string[];
  /** What services may reserve together: cores and MB. */
  readonly capacity: { readonly cpu: number; readonly memory: number };
  readonly version: string;
  /** Largest prediction request, bytes; 64 MiB unless given. */
  readonly maxBodyBytes?: number;
  /** Services of the installation; 10,000 unless given. */
  readonly maxServices?: number;
}

export function compileOptions(options: ControlServerOptions): {
  context: ControlContext;
  routeLimits: RouteLimits;
  internalKey: string;
} {
  const { store, objects, driver, clock, ids, log, region, processors, capacity, version } = options;
  if (options.internalKey === '') throw new RangeError('internalKey must not be empty');
  return {
    context: {
      store,
      objects,
      driver,
      clock,
      ids,
      log,
      region,
      processors,
      capacity,
      version,
      publicAddress: () => options.publicAddress().replace(/\/+$/, ''),
      descriptions: new ServiceDescriptions(),
      serviceKeys: new ServiceKeyMaker(options.serviceKeySecret),
      maxServices: options.maxServices ?? 10_000,
    },
    routeLimits: { marginMs: 1_000, maxBodyBytes: options.maxBodyBytes ?? 64 * 2 ** 20 },
    internalKey: options.internalKey,
  };
}
