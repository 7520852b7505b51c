import type { InstanceConfig, InstanceStatus } from '@openeas/contracts';

/**
 * Starts, stops and inspects instances. Nothing here assumes a local process: ids, attempts and statuses
 * only. Every method may be repeated after a crash of the caller and then does what is left to do.
 */
export interface InstanceDriver {
  /**
   * Starts attempt `config.attempt` of the instance, or does nothing when that attempt was started before
   * (also by a caller that died since). Resolves once the start is under way, not once it serves.
   */
  start(config: InstanceConfig): Promise<void>;

  /** What can be seen of the instance now. Talks to the instance itself, proving its identity. */
  inspect(identity: InstanceIdentity): Promise<InstanceObservation>;

  /** Calls `onChange` with each new observation until the returned function is called. */
  watch(identity: InstanceIdentity, onChange: (observation: InstanceObservation) => void): () => void;

  /** Asks for a drain and an end: no new requests, answer what is there, at most `graceMs`, then exit. */
  stop(identity: InstanceIdentity, graceMs: number): Promise<void>;

  /** Ends it at once. */
  kill(identity: InstanceIdentity): Promise<void>;

  /** Removes what an ended instance left (folder, log). Refuses while it is alive. */
  remove(instanceId: string): Promise<void>;

  /** Ids of everything this driver has a trace of, for finding orphans. */
  list(): Promise<readonly string[]>;

  /** What the instance was last started with: for starting it again unchanged, or ending one nobody knows. */
  recorded(instanceId: string): Promise<InstanceConfig | undefined>;

  /** Path of the instance's current log file, and of the one of the run before, oldest first. */
  logFiles(instanceId: string, previous: boolean): Promise<readonly string[]>;
}

export interface InstanceIdentity {
  readonly instanceId: string;
  readonly attempt: number;
  readonly secret: string;
}

export type InstanceObservation =
  /** No trace of this attempt. */
  | { readonly kind: 'absent' }
  /** Claimed by a live process that does not answer: not yet, or not any more. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly status: InstanceStatus }
  /** Was there and is gone; the last status it wrote, if any, and the last lines of its log. */
  | {
      readonly kind: 'exited';
      readonly status: InstanceStatus | undefined;
      readonly logTail: readonly string[];
    };
