import { type Artifact, type ArtifactRef, type ArtifactStore, resolveEntry } from '@openeas/artifacts';
import { OpenEasError, type ServiceDescription } from '@openeas/contracts';
import type { PackageState } from '@openeas/domain';
import { backoffDelay, type Clock } from '@openeas/kernel';
import type { VersionRecord } from '@openeas/store';
import { filesBelow } from './files-below.js';

/** Where the packages of one version lie on this machine. */
export interface Packages {
  readonly modelDir: string | null;
  readonly modelEntry: string | null;
  readonly processorDir: string | null;
  readonly warmUpFiles: readonly string[];
}

export interface PackageRequest {
  readonly serviceUid: string;
  readonly accountUid: string;
  readonly generation: number;
  readonly version: VersionRecord;
  readonly description: ServiceDescription;
}

export interface PackageKeeperOptions {
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  /** Keeps the digests with the version, before the packages count as ready. */
  readonly record: (version: VersionRecord, digests: PackageDigests) => Promise<void>;
  /** The state of a service's packages changed. */
  readonly onChange: (serviceUid: string) => void;
  readonly onCollectError: (error: unknown) => void;
  /** Whether there still is this version of that service. */
  readonly isKept: (serviceUid: string, version: number) => Promise<boolean>;
  /** Versions fetched at the same time; the others wait in order. */
  readonly concurrency: number;
}

export interface PackageDigests {
  readonly modelDigest: string | null;
  readonly processorDigest: string | null;
}

interface Entry {
  readonly serviceUid: string;
  readonly version: number;
  readonly revision: number;
  readonly generation: number;
  readonly abort: AbortController;
  state: PackageState;
  packages: Packages | undefined;
  digests: readonly string[];
  failures: number;
}

const RETRY = { initialMs: 1_000, maxMs: 60_000, factor: 2 };

/**
 * Fetches packages in the background, one task per version, so that a slow download holds up nothing else
 * of its service. What is ready is remembered until the service goes.
 */
export class PackageKeeper {
  readonly #options: PackageKeeperOptions;
  readonly #entries = new Map<string, Entry>();
  /** Fetching and collecting exclude each other: what was just fetched must not be swept away unseen. */
  #sweep: Promise<void> = Promise.resolve();
  #collectLater: (() => Promise<ReadonlySet<string>>) | undefined;
  readonly #fetching = new Set<Promise<void>>();
  #free: number;
  readonly #queue: (() => void)[] = [];
  #closed = false;

  constructor(options: PackageKeeperOptions) {
    this.#free = options.concurrency;
    this.#options = options;
  }

  state(request: Pick<PackageRequest, 'serviceUid' | 'generation' | 'version'>): PackageState {
    const entry = this.#entry(request.serviceUid, request.version);
    if (entry === undefined) return { kind: 'missing' };
    // A failure that needs a change has had one.
    const stale = entry.state.kind === 'failed' && entry.generation !== request.generation;
    return stale ? { kind: 'missing' } : entry.state;
  }

  /** The packages of a version whose state is `ready`. */
  get(serviceUid: string, version: VersionRecord): Packages | undefined {
    return this.#entry(serviceUid, version)?.packages;
  }

  /** Starts fetching unless that is under way. */
  ensure(request: PackageRequest): void {
    const key = keyOf(request.serviceUid, request.version.version);
    const before = this.#entries.get(key);
    const sameTask = before?.revision === request.version.revision;
    if (this.#closed || (sameTask && before.state.kind === 'fetching')) return;
    before?.abort.abort();
    const again = sameTask && before.generation === request.generation;
    const entry: Entry = {
      serviceUid: request.serviceUid,
      version: request.version.version,
      revision: request.version.revision,
      generation: request.generation,
      abort: new AbortController(),
      state: again ? fetchingAfter(before.state) : { kind: 'fetching' },
      packages: undefined,
      digests: [],
      failures: again ? before.failures : 0,
    };
    this.#entries.set(key, entry);
    const task = this.#fetch(request, entry).finally(() => {
      this.#fetching.delete(task);
      const later = this.#fetching.size === 0 ? this.#collectLater : undefined;
      if (later === undefined) return;
      this.#collectLater = undefined;
      this.collect(later);
    });
    this.#fetching.add(task);
  }

  /** Ends the fetching for a service and forgets what is known of its packages. */
  forget(serviceUid: string): void {
    for (const [key, entry] of this.#entries) {
      if (!key.startsWith(`${serviceUid}/`)) continue;
      entry.abort.abort();
      this.#entries.delete(key);
    }
  }

  /**
   * Removes packages that neither `kept` names nor a version that is still there uses. While something is being fetched
   * it is put off until that is done; fetches that come meanwhile wait for it.
   */
  collect(kept: () => Promise<ReadonlySet<string>>): void {
    if (this.#closed) return;
    if (this.#fetching.size > 0) {
      this.#collectLater = kept;
      return;
    }
    this.#sweep = this.#sweep.then(async () => {
      try {
        await this.#forgetGoneVersions();
        const keep = new Set(await kept());
        for (const entry of this.#entries.values()) for (const digest of entry.digests) keep.add(digest);
        await this.#options.artifacts.collect(keep);
      } catch (error) {
        this.#options.onCollectError(error);
      }
    });
  }

  /** A service that is updated every night leaves versions behind without ever going itself. */
  async #forgetGoneVersions(): Promise<void> {
    for (const [key, entry] of [...this.#entries]) {
      const { serviceUid, version } = entry;
      if (await this.#options.isKept(serviceUid, version)) continue;
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#entries.values()) entry.abort.abort();
    await Promise.allSettled(this.#fetching);
    await this.#sweep;
  }

  #entry(serviceUid: string, version: VersionRecord): Entry | undefined {
    const entry = this.#entries.get(keyOf(serviceUid, version.version));
    return entry?.revision === version.revision ? entry : undefined;
  }

  async #fetch(request: PackageRequest, entry: Entry): Promise<void> {
    const { description, version, accountUid } = request;
    const { signal } = entry.abort;
    const fetch = (ref: Omit<ArtifactRef, 'accountUid'>, digest: string | null): Promise<Artifact> =>
      this.#options.artifacts.ensure({ ...ref, accountUid }, { digest, signal });
    await this.#takeTurn();
    try {
      signal.throwIfAborted();
      await this.#sweep;
      const { model, processor, warmUpDataPath } = description;
      const fetched = {
        model: model && (await fetch(modelRef(model), version.modelDigest)),
        processor:
          processor.kind === 'custom'
            ? await fetch(processorRef(processor.path), version.processorDigest)
            : undefined,
        warmUp: warmUpDataPath === undefined ? undefined : await fetch(warmUpRef(warmUpDataPath), null),
      };
      const digests = {
        modelDigest: fetched.model?.digest ?? null,
        processorDigest: fetched.processor?.digest ?? null,
      };
      entry.digests = Object.values(fetched)
        .map((artifact) => artifact?.digest)
        .filter((digest) => digest !== undefined);
      const packages = {
        modelDir: fetched.model?.dir ?? null,
        modelEntry: fetched.model === undefined ? null : resolveEntry(fetched.model, model?.entry),
        processorDir: fetched.processor?.dir ?? null,
        warmUpFiles: fetched.warmUp === undefined ? [] : await filesBelow(fetched.warmUp.dir),
      };
      await this.#options.record(version, digests);
      entry.packages = packages;
      entry.state = { kind: 'ready' };
    } catch (error) {
      if (signal.aborted) return;
      entry.failures++;
      entry.state = this.#failure(error, entry.failures);
    } finally {
      this.#passTurn();
    }
    this.#options.onChange(request.serviceUid);
  }

  async #takeTurn(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #passTurn(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#free++;
    else next();
  }

  #failure(error: unknown, failures: number): PackageState {
    const known = error instanceof OpenEasError;
    const permanent = known && !error.retryable;
    return {
      kind: 'failed',
      permanent,
      code: known ? error.code : 'InternalError',
      message: error instanceof Error ? error.message : String(error),
      retryAt: this.#options.clock.now() + backoffDelay(failures, RETRY),
    };
  }
}

/** A retry is no news: until it has ended, the failure before it is what there is to say. */
function fetchingAfter(state: PackageState): PackageState {
  if (state.kind !== 'failed') return { kind: 'fetching' };
  const { code, message } = state;
  return { kind: 'fetching', failure: { code, message } };
}

function keyOf(serviceUid: string, version: number): string {
  return `${serviceUid}/${version}`;
}

function modelRef(model: NonNullable<ServiceDescription['model']>): Omit<ArtifactRef, 'accountUid'> {
  return { field: 'model_path', source: model.path, uncompress: model.uncompress };
}

function processorRef(source: string): Omit<ArtifactRef, 'accountUid'> {
  return { field: 'processor_path', source, uncompress: true };
}

function warmUpRef(source: string): Omit<ArtifactRef, 'accountUid'> {
  return { field: 'warm_up_data_path', source, uncompress: true };
}
