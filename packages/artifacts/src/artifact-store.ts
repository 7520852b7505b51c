import type { LookupFunction } from 'node:net';
import { OpenEasError } from '@openeas/contracts';
import { type Clock, type Ids, randomIds } from '@openeas/kernel';
import { localFailure } from './build.js';
import { failuresOf, withoutSecrets } from './failures.js';
import { type FetchCall, fetchLocal, fetchObject, fetchObjectFolder } from './fetch-files.js';
import { fetchHttp } from './fetch-http.js';
import { type ArtifactLimits, DEFAULT_LIMITS } from './limits.js';
import { type FetchPolicy, OPEN_POLICY } from './policy.js';
import type { Artifact, ArtifactRef, ArtifactStore, EnsureOptions, ObjectStore } from './port.js';
import { SharedWork } from './shared-work.js';
import { fileVariant, Shelf, treeVariant } from './shelf.js';
import { parseSource, type Source } from './source.js';
import { Workplace } from './workplace.js';

export interface ArtifactStoreOptions {
  /** Folder of the store, made when missing. Several processes of one machine may share it. */
  readonly root: string;
  /** Where `oss://` paths are read from. */
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** OPEN_POLICY unless given. */
  readonly policy?: FetchPolicy;
  /** DEFAULT_LIMITS where not given. */
  readonly limits?: Partial<ArtifactLimits>;
  /** Why an account may not read a bucket, or undefined when it may. All may unless given. */
  readonly refuseObject?: (accountUid: string, bucket: string, key: string) => string | undefined;
  readonly ids?: Ids;
  readonly resolve?: LookupFunction;
  readonly log?: ArtifactLog;
}

/** The part of a pino logger that is used. */
export interface ArtifactLog {
  info(facts: object, message: string): void;
}

/** Opens the store and collects what killed processes left in it. */
export async function createArtifactStore(options: ArtifactStoreOptions): Promise<ArtifactStore> {
  const store = new FileArtifactStore(options);
  await store.prepare();
  return store;
}

class FileArtifactStore implements ArtifactStore {
  readonly #objects: ObjectStore;
  readonly #clock: Clock;
  readonly #policy: FetchPolicy;
  readonly #limits: ArtifactLimits;
  readonly #refuseObject: NonNullable<ArtifactStoreOptions['refuseObject']>;
  readonly #resolve: LookupFunction | undefined;
  readonly #log: ArtifactLog | undefined;
  readonly #workplace: Workplace;
  readonly #shelf: Shelf;
  readonly #running = new Map<string, SharedWork<Artifact>>();
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: ArtifactStoreOptions) {
    this.#objects = options.objects;
    this.#clock = options.clock;
    this.#policy = options.policy ?? OPEN_POLICY;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#refuseObject = options.refuseObject ?? (() => undefined);
    this.#resolve = options.resolve;
    this.#log = options.log;
    this.#workplace = new Workplace(options.root, options.ids ?? randomIds);
    this.#shelf = new Shelf(options.root, this.#workplace, options.clock);
  }

  async prepare(): Promise<void> {
    await this.#workplace.prepare();
    await this.#shelf.prepare();
  }

  async ensure(ref: ArtifactRef, options: EnsureOptions): Promise<Artifact> {
    if (this.#closed) throw new OpenEasError('ShuttingDown');
    options.signal.throwIfAborted();
    const key = JSON.stringify([ref.source, ref.accountUid, ref.uncompress, options.digest]);
    let work = this.#running.get(key);
    if (work === undefined || work.abandoned) {
      work = this.#begin(key, ref, options.digest);
    }
    return work.join(options.signal, options.onProgress?.bind(options));
  }

  open(digest: string): Promise<Artifact | undefined> {
    return this.#shelf.findAny(digest);
  }

  async collect(keep: ReadonlySet<string>): Promise<number> {
    const now = this.#clock.now();
    await this.#workplace.sweep();
    await this.#workplace.expire(now - this.#limits.partialMs);
    return this.#shelf.collect((digest) => !keep.has(digest), now - this.#limits.graceMs);
  }

  /** Aborts what runs; downloads stay where they are and go on after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const work of this.#running.values()) work.abort(new OpenEasError('ShuttingDown'));
    await Promise.all(this.#ending);
  }

  #begin(key: string, ref: ArtifactRef, digest: string | null): SharedWork<Artifact> {
    // One that was abandoned is still putting its download away; waiting for it saves fetching that again.
    const before = this.#running.get(key)?.settled;
    const work = new SharedWork<Artifact>(async (signal, onProgress) => {
      await before;
      signal.throwIfAborted();
      return this.#ensure(ref, { ref, digest, failures: failuresOf(ref), signal, onProgress });
    });
    this.#running.set(key, work);
    const ending = work.settled.then(() => {
      if (this.#running.get(key) === work) this.#running.delete(key);
      this.#ending.delete(ending);
    });
    this.#ending.add(ending);
    return work;
  }

  async #ensure(ref: ArtifactRef, call: FetchCall): Promise<Artifact> {
    const source = parseSource(ref, call.failures);
    this.#checkAccess(ref, source, call);
    if (call.digest !== null) {
      const kept = await this.#shelf.find(call.digest, variantsOf(source, ref.uncompress));
      if (kept !== undefined) return kept;
    }
    const started = this.#clock.monotonic();
    try {
      const artifact = await this.#fetch(source, call);
      const { digest, bytes, files } = artifact;
      const tookMs = Math.round(this.#clock.monotonic() - started);
      this.#log?.info({ source: withoutSecrets(ref.source), digest, bytes, files, tookMs }, 'package kept');
      return artifact;
    } catch (error) {
      call.signal.throwIfAborted();
      throw error instanceof OpenEasError ? error : localFailure(error, call.failures);
    }
  }

  #fetch(source: Source, call: FetchCall): Promise<Artifact> {
    const tools = {
      workplace: this.#workplace,
      shelf: this.#shelf,
      limits: this.#limits,
      policy: this.#policy,
      objects: this.#objects,
      clock: this.#clock,
      ...(this.#resolve === undefined ? {} : { resolve: this.#resolve }),
    };
    switch (source.kind) {
      case 'http':
        return fetchHttp(source, call.ref, call.digest, call.failures, tools, call.signal, call.onProgress);
      case 'object':
        return fetchObject(source, call, tools);
      case 'objectFolder':
        return fetchObjectFolder(source, call, tools);
      case 'local':
        return fetchLocal(source, call, tools);
    }
  }

  #checkAccess(ref: ArtifactRef, source: Source, call: FetchCall): void {
    if (source.kind !== 'object' && source.kind !== 'objectFolder') return;
    const [bucket, key] =
      source.kind === 'object' ? [source.object.bucket, source.object.key] : [source.bucket, source.prefix];
    const reason = this.#refuseObject(ref.accountUid, bucket, key);
    if (reason !== undefined) throw call.failures.fail('ArtifactForbidden', { reason });
  }
}

/** Under which variants the content of a source may be kept, the likelier first. */
function variantsOf(source: Source, uncompress: boolean): readonly string[] {
  if (source.kind === 'objectFolder') return [treeVariant];
  const file = fileVariant(source.name);
  // A local path may be a folder, which is a tree whatever `uncompress` says.
  return uncompress || source.kind === 'local' ? [treeVariant, file] : [file];
}
