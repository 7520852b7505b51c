import type { ObjectStore } from '@openeas/artifacts';
import type { Clock, Ids } from '@openeas/kernel';
import type { Store } from '@openeas/store';
import type { Logger } from '@openeas/telemetry';
import type { ServiceDescriptions } from './services/service-descriptions.js';
import type { ServiceKeyMaker } from './services/service-keys.js';

/** The part of an instance driver that the API needs. */
export interface InstanceLogs {
  /** Paths of the log files of the current run, or of the one before it, oldest first. */
  logFiles(instanceId: string, previous: boolean): Promise<readonly string[]>;
}

/** What the handlers of the API work with; compiled once from the options. */
export interface ControlContext {
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly driver: InstanceLogs;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly region: string;
  /** What the endpoints of services begin with, without a slash at the end. */
  readonly publicAddress: () => string;
  readonly processors: readonly string[];
  /** What services may reserve together: cores and MB. */
  readonly capacity: { readonly cpu: number; readonly memory: number };
  readonly version: string;
  readonly descriptions: ServiceDescriptions;
  readonly serviceKeys: ServiceKeyMaker;
  readonly maxServices: number;
}
