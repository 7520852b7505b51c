import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { appendFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceConfig } from '@openeas/contracts';
import { type Clock, isAlive, type ProcessIdentity, signalProcess, sleep } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import type { InstanceDriver, InstanceIdentity, InstanceObservation } from '../port.js';
import { AdminClient } from './admin-client.js';
import { InstanceFolder, isCode, isInstanceId } from './instance-folder.js';
import { logFiles, logTail, shelveLog } from './instance-log.js';
import { killTree, type Trace, traceAttempt } from './instance-process.js';
import { InstanceWatch } from './instance-watch.js';
import { KeyLock } from './key-lock.js';
import { type RuntimeCommand, spawnInstance } from './spawn-instance.js';

export interface ProcessDriverOptions {
  /** Holds one folder per instance; made when absent. */
  readonly root: string;
  readonly command: (configFile: string) => RuntimeCommand;
  readonly clock: Clock;
  readonly log: Logger;
  /** Longest wait for an answer of an admin port, milliseconds. Default 2 s. */
  readonly adminTimeoutMs?: number;
  /** Hears of every process that was spawned. */
  readonly onSpawn?: (pid: number) => void;
}

export interface ProcessDriver extends InstanceDriver {
  /** Ends all watching. Instances run on. */
  close(): void;
}

const DEATH_WAIT_MS = 5_000;
const DEATH_LOOK_MS = 10;
/** Folders on their way out; not a valid instance id. */
const REMOVED = '.removed-';

/** Runs instances as detached processes of this machine. */
export function createProcessDriver(options: ProcessDriverOptions): ProcessDriver {
  mkdirSync(options.root, { recursive: true, mode: 0o700 });
  return new Processes(options);
}

class Processes implements ProcessDriver {
  readonly #options: ProcessDriverOptions;
  readonly #clock: Clock;
  readonly #admin: AdminClient;
  readonly #lock = new KeyLock();
  /** Spawned by this object and not ended: the fast way to know, never the only one. */
  readonly #children = new Map<string, { attempt: number; child: ChildProcess }>();
  readonly #watches = new Map<string, Set<InstanceWatch>>();
  #closed = false;

  constructor(options: ProcessDriverOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#admin = new AdminClient(options.clock, options.adminTimeoutMs ?? 2_000);
  }

  start(config: InstanceConfig): Promise<void> {
    return this.#lock.run(config.instanceId, async () => {
      const folder = this.#folder(config.instanceId);
      folder.create();
      const recorded = folder.config()?.attempt ?? 0;
      if (recorded > config.attempt) return;
      if (this.#trace(folder, config.instanceId, config.attempt).kind !== 'absent') {
        // Whoever watches may not have seen it yet, or would not have asked.
        this.#nudge(config.instanceId);
        return;
      }
      await this.#endEarlier(folder, config);
      if (recorded !== config.attempt) await shelveLog(folder);
      folder.writeConfig(config);
      folder.forgetOldClaims(config.attempt);
      await this.#spawn(folder, config);
      this.#nudge(config.instanceId);
    });
  }

  async inspect(identity: InstanceIdentity): Promise<InstanceObservation> {
    const folder = this.#folder(identity.instanceId);
    const trace = this.#trace(folder, identity.instanceId, identity.attempt);
    if (trace.kind === 'absent') return { kind: 'absent' };
    if (trace.kind === 'exited') return { kind: 'exited', status: trace.status, logTail: logTail(folder) };
    const port = trace.kind === 'alive' ? (trace.status?.adminPort ?? 0) : 0;
    const status = port === 0 ? undefined : await this.#admin.status(port, identity);
    return status === undefined ? { kind: 'starting' } : { kind: 'running', status };
  }

  watch(identity: InstanceIdentity, onChange: (observation: InstanceObservation) => void): () => void {
    const { instanceId, attempt } = identity;
    const folder = this.#folder(instanceId);
    const watch = new InstanceWatch(
      identity,
      {
        clock: this.#clock,
        admin: this.#admin,
        trace: () => this.#trace(folder, instanceId, attempt),
        logTail: () => logTail(folder),
      },
      onChange,
    );
    if (this.#closed) return () => {};
    const watches = this.#watches.get(instanceId) ?? new Set();
    this.#watches.set(instanceId, watches.add(watch));
    const forget = (): void => {
      watches.delete(watch);
      if (watches.size === 0 && this.#watches.get(instanceId) === watches) this.#watches.delete(instanceId);
    };
    void watch
      .run()
      .catch((error: unknown) => this.#options.log.error({ err: error, instanceId }, 'watching failed'))
      .finally(forget);
    return () => {
      watch.stop();
      forget();
    };
  }

  async stop(identity: InstanceIdentity, graceMs: number): Promise<void> {
    const { instanceId, attempt } = identity;
    const folder = this.#folder(instanceId);
    if (!folder.exists()) return;
    // Barred first: what is spawned and has not claimed yet ends by itself.
    if (folder.bar(attempt)) return this.#nudge(instanceId);
    const trace = this.#trace(folder, instanceId, attempt);
    if (trace.kind !== 'alive') return;
    const port = trace.status?.adminPort ?? 0;
    if (port > 0 && (await this.#admin.stop(port, identity, graceMs))) return;
    signalProcess(trace.owner, 'SIGTERM');
  }

  kill(identity: InstanceIdentity): Promise<void> {
    const { instanceId, attempt } = identity;
    return this.#lock.run(instanceId, async () => {
      const folder = this.#folder(instanceId);
      if (!folder.exists()) return;
      if (!folder.bar(attempt)) await this.#killOwner(folder, attempt);
      this.#nudge(instanceId);
    });
  }

  remove(instanceId: string): Promise<void> {
    return this.#lock.run(instanceId, async () => {
      const folder = this.#folder(instanceId);
      const spawned = this.#children.get(instanceId);
      if (spawned !== undefined && folder.exists()) folder.bar(spawned.attempt);
      const alive = this.#owners(folder)[0];
      if (alive !== undefined) {
        throw new Error(`instance ${instanceId} is alive (pid ${alive.pid}); stop it before removing it`);
      }
      const away = `${REMOVED}${instanceId}`;
      await rm(join(this.#options.root, away), { recursive: true, force: true });
      try {
        await rename(folder.path, join(this.#options.root, away));
      } catch (error) {
        if (isCode(error, 'ENOENT')) return;
        throw error;
      }
      // One that claimed between the look and the renaming: nobody else knows it any more.
      for (const late of this.#owners(new InstanceFolder(this.#options.root, instanceId, away)))
        killTree(late);
      await rm(join(this.#options.root, away), { recursive: true, force: true });
      this.#nudge(instanceId);
    });
  }

  async list(): Promise<readonly string[]> {
    const names = await readdir(this.#options.root);
    for (const name of names.filter((each) => each.startsWith(REMOVED))) {
      await rm(join(this.#options.root, name), { recursive: true, force: true });
    }
    return names.filter(isInstanceId);
  }

  async recorded(instanceId: string): Promise<InstanceConfig | undefined> {
    return this.#folder(instanceId).config();
  }

  logFiles(instanceId: string, previous: boolean): Promise<readonly string[]> {
    return logFiles(this.#folder(instanceId), previous);
  }

  close(): void {
    this.#closed = true;
    for (const watches of this.#watches.values()) for (const watch of watches) watch.stop();
    this.#watches.clear();
  }

  #folder(instanceId: string): InstanceFolder {
    return new InstanceFolder(this.#options.root, instanceId);
  }

  #trace(folder: InstanceFolder, instanceId: string, attempt: number): Trace {
    const spawnedHere = this.#children.get(instanceId)?.attempt === attempt;
    return traceAttempt(folder, attempt, spawnedHere, this.#clock.now());
  }

  /** A command that cannot be run ends the attempt like a process that dies at once, with the cause in its log. */
  async #spawn(folder: InstanceFolder, config: InstanceConfig): Promise<void> {
    try {
      const child = await spawnInstance(folder, this.#options.command(folder.configFile));
      this.#adoptChild(folder, config, child);
    } catch (error) {
      this.#options.log.error({ err: error, instanceId: config.instanceId }, 'the runtime cannot be started');
      await appendFile(folder.logFile, `The runtime cannot be started: ${(error as Error).message}\n`);
      folder.bar(config.attempt);
    }
  }

  #adoptChild(folder: InstanceFolder, config: InstanceConfig, child: ChildProcess): void {
    const entry = { attempt: config.attempt, child };
    if (child.pid !== undefined) this.#options.onSpawn?.(child.pid);
    this.#children.set(config.instanceId, entry);
    child.once('exit', (code, signal) => {
      if (this.#children.get(config.instanceId) === entry) this.#children.delete(config.instanceId);
      this.#options.log.info(
        { instanceId: config.instanceId, pid: child.pid, code, signal },
        'process ended',
      );
      // It ended before it could claim: the attempt is over all the same.
      if (folder.exists()) folder.bar(config.attempt);
      this.#nudge(config.instanceId);
    });
  }

  /** Before an attempt begins nothing of an earlier one may live, nor come to life. */
  async #endEarlier(folder: InstanceFolder, config: InstanceConfig): Promise<void> {
    if (config.attempt > 1) folder.bar(config.attempt - 1);
    for (const attempt of folder.attempts()) {
      if (attempt < config.attempt) await this.#killOwner(folder, attempt);
    }
  }

  async #killOwner(folder: InstanceFolder, attempt: number): Promise<void> {
    const owner = folder.claim(attempt);
    if (owner === undefined || owner.pid === 0 || !isAlive(owner)) return;
    killTree(owner);
    const giveUpAt = this.#clock.monotonic() + DEATH_WAIT_MS;
    while (isAlive(owner)) {
      if (this.#clock.monotonic() >= giveUpAt) throw new Error(`process ${owner.pid} survives SIGKILL`);
      await sleep(this.#clock, DEATH_LOOK_MS);
    }
  }

  #owners(folder: InstanceFolder): readonly ProcessIdentity[] {
    return folder
      .attempts()
      .map((attempt) => folder.claim(attempt))
      .filter((claim) => claim !== undefined && claim.pid > 0 && isAlive(claim)) as ProcessIdentity[];
  }

  #nudge(instanceId: string): void {
    for (const watch of this.#watches.get(instanceId) ?? []) watch.nudge();
  }
}
