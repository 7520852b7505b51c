import { join } from 'node:path';
import {
  INSTANCE_FILES,
  type InstanceConfig,
  type InstanceFailure,
  type InstancePhase,
  type InstanceStatus,
} from '@openeas/contracts';
import { type Clock, type ProcessIdentity, writeFileAtomic } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';

/** How many requests there are, asked for when a status is made. */
export interface LoadFigures {
  /** Requests accepted and not yet answered, queued ones included. */
  readonly inFlight: number;
  readonly queued: number;
}

type Change = Partial<Pick<InstanceStatus, 'phase' | 'port' | 'adminPort' | 'message' | 'failure'>>;

/** Phases after which nothing may change any more. */
const FINAL: readonly InstancePhase[] = ['Stopped', 'Failed'];

/** The instance's phase and addresses: one setter, which logs, writes `state.json` and tells the watchers. */
export class InstanceState {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #path: string;
  readonly #watchers = new Set<(status: InstanceStatus) => void>();
  #load: () => LoadFigures = () => ({ inFlight: 0, queued: 0 });
  #status: InstanceStatus;

  constructor(
    folder: string,
    config: InstanceConfig,
    identity: ProcessIdentity,
    options: { clock: Clock; log: Logger },
  ) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#path = join(folder, INSTANCE_FILES.state);
    this.#status = {
      instanceId: config.instanceId,
      attempt: config.attempt,
      pid: identity.pid,
      startTime: identity.startTime,
      phase: 'Starting',
      host: config.listen.host,
      port: 0,
      adminPort: 0,
      message: 'The process runs; the model is not read yet',
      failure: null,
      inFlight: 0,
      queued: 0,
      updatedAt: options.clock.now(),
    };
    this.#write();
  }

  get phase(): InstancePhase {
    return this.#status.phase;
  }

  /** The status of this moment, with the figures of this moment. */
  current(): InstanceStatus {
    return { ...this.#status, ...this.#load(), updatedAt: this.#clock.now() };
  }

  measureWith(load: () => LoadFigures): void {
    this.#load = load;
  }

  /** Returns false, and changes nothing, once the instance has ended. */
  set(change: Change): boolean {
    const before = this.#status.phase;
    if (FINAL.includes(before)) return false;
    this.#status = { ...this.#status, ...change };
    const { phase, message } = this.#status;
    if (phase !== before) this.#log.info({ from: before, to: phase }, message);
    this.#write();
    const status = this.current();
    for (const watcher of this.#watchers) watcher(status);
    return true;
  }

  fail(failure: InstanceFailure): boolean {
    return this.set({ phase: 'Failed', failure, message: failure.message });
  }

  /** Calls `watcher` with each change until the returned function is called. */
  watch(watcher: (status: InstanceStatus) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #write(): void {
    try {
      writeFileAtomic(this.#path, `${JSON.stringify(this.current())}\n`);
    } catch (error) {
      // The folder may be gone because the instance is being removed; the admin port still tells the truth.
      this.#log.warn({ err: error }, 'state.json could not be written');
    }
  }
}
