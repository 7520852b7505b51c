import type {
  DesiredState,
  InstanceFailure,
  InstancePhase,
  RollingStrategy,
  ServiceState,
} from '@openeas/contracts';
import type { Machine, Resources } from '../placement/reserve.js';

/** Everything a plan is made from, as values. Times are milliseconds since the epoch. */
export interface ServiceView {
  readonly service: ServiceFacts;
  /** The current version and every other one that an instance runs. */
  readonly versions: readonly VersionFacts[];
  readonly instances: readonly InstanceFacts[];
  readonly machine: Machine;
  readonly strategy: UpdateStrategy;
}

/** The part of the service's row that decides; fields as in the store's ServiceRecord. */
export interface ServiceFacts {
  readonly uid: string;
  readonly state: ServiceState;
  readonly reason: string;
  readonly message: string;
  readonly desired: DesiredState;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly currentVersion: number;
  readonly instanceCount: number;
  /** Instances created before it are replaced. 0 = never asked. */
  readonly restartedAt: number;
  /** Ids or names. */
  readonly instancesToDelete: readonly string[];
}

export interface VersionFacts {
  readonly version: number;
  readonly revision: number;
  /** What one instance of it reserves. */
  readonly resources: Resources;
  readonly packages: PackageState;
}

/** Why packages are not there. */
export interface PackageFailure {
  readonly code: string;
  readonly message: string;
}

/** Where the model and processor packages of a version are. */
export type PackageState =
  | { readonly kind: 'missing' }
  /** `failure`: what the try before it failed with, while it is tried again. */
  | { readonly kind: 'fetching'; readonly failure?: PackageFailure }
  | { readonly kind: 'ready' }
  /** `permanent`: only a changed description can help; otherwise the next try is at `retryAt`. */
  | (PackageFailure & {
      readonly kind: 'failed';
      readonly permanent: boolean;
      readonly retryAt: number;
    });

/**
 * What a user asked of one instance: to end its process and start it again under the same name, or to put a new
 * instance in its place.
 */
export type InstanceWish = 'none' | 'restart' | 'replace';

/** The part of an instance's row that decides, and what was last seen of its current attempt. */
export interface InstanceFacts {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly revision: number;
  readonly attempt: number;
  readonly desired: 'Running' | 'Stopped';
  /** What its row reserves: cores and MB. */
  readonly cpu: number;
  readonly memory: number;
  readonly phase: InstancePhase;
  readonly host: string;
  readonly port: number;
  readonly restartCount: number;
  readonly failures: number;
  readonly nextStartAt: number;
  readonly reason: string;
  readonly message: string;
  readonly isolated: boolean;
  readonly detached: boolean;
  readonly wish: InstanceWish;
  readonly createdAt: number;
  readonly startedAt: number;
  readonly readyAt: number;
  readonly drainingAt: number;
  readonly seen: Seen;
}

/** What the driver last said about the instance's current attempt. */
export type Seen =
  /** Nothing yet, e.g. right after control started: the row's last word stands. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'starting'; readonly since: number }
  | {
      readonly kind: 'running';
      readonly since: number;
      readonly phase: InstancePhase;
      readonly host: string;
      readonly port: number;
      readonly message: string;
      readonly failure: InstanceFailure | null;
    }
  | {
      readonly kind: 'exited';
      readonly failure: InstanceFailure | null;
      /** It ended as somebody asked it to, e.g. with the whole installation. */
      readonly asAsked: boolean;
      /** Last line of its log that says something, '' when there is none. */
      readonly lastLine: string;
    };

export interface UpdateStrategy {
  readonly rolling: RollingStrategy;
  /** Longest drain, milliseconds. */
  readonly graceMs: number;
  /** Rollout control (contract 7.6.2): stop creating and draining until it is lifted. */
  readonly paused: boolean;
  /** Instances that stay on the old version (`Partition`); 0 = update all. */
  readonly keepOld: number;
  /** When more of them may go (`Batch`); absent = not by time. */
  readonly nextBatchAt?: number | undefined;
}
