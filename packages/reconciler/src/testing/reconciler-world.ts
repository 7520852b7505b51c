import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, createArtifactStore, createObjectStore } from '@openeas/artifacts';
import type { ServiceState } from '@openeas/contracts';
import type { PlanSettings, Resources } from '@openeas/domain';
import type { InstanceDriver } from '@openeas/drivers';
import { type Behaviour, DoubleWorld } from '@openeas/drivers/conformance';
import { type Clock, type Ids, randomIds, systemClock } from '@openeas/kernel';
import { type InstanceRecord, openSqliteStore, type ServiceRecord, type Store } from '@openeas/store';
import { createLogger } from '@openeas/telemetry';
import { onTestFinished, vi } from 'vitest';
import { createReconciler, type Reconciler, type ReconcilerOptions } from '../reconciler.js';

/** The life cycle at the pace of a test. */
const QUICK: Partial<PlanSettings> = {
  proveMs: 30,
  routeSettleMs: 5,
  startRetryMs: 20,
  stableAfterMs: 500,
  killAfterMs: 100,
  restartBackoff: { initialMs: 20, maxMs: 200, factor: 2 },
};

export interface ServiceWish {
  readonly name?: string;
  readonly instances?: number;
  readonly behaviours?: readonly Behaviour[];
  readonly cpu?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly modelPath?: string;
}

/** A real store, real artifacts, the process driver with the runtime double, and what control would write. */
export class ReconcilerWorld {
  readonly instances = new DoubleWorld();
  readonly clock: Clock = systemClock;
  readonly ids: Ids = randomIds;
  readonly model: string;
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly artifactRoot: string;

  private constructor(folder: string, store: Store, artifacts: ArtifactStore) {
    this.store = store;
    this.artifacts = artifacts;
    this.artifactRoot = join(folder, 'artifacts');
    this.model = join(folder, 'model.txt');
    writeFileSync(this.model, 'a model');
  }

  static async open(): Promise<ReconcilerWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'openeas-reconciler-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'artifacts'));
    mkdirSync(join(folder, 'objects'));
    const store = await openSqliteStore({ path: join(folder, 'test.db'), clock: systemClock });
    onTestFinished(() => store.close());
    const objects = createObjectStore({ root: join(folder, 'objects'), clock: systemClock });
    const artifacts = await createArtifactStore({
      root: join(folder, 'artifacts'),
      objects,
      clock: systemClock,
    });
    onTestFinished(() => artifacts.close());
    return new ReconcilerWorld(folder, store, artifacts);
  }

  /** A reconciler as control would start it, ended with the test. */
  reconciler(overrides: Partial<ReconcilerOptions> = {}): Reconciler {
    const { settings, ...rest } = overrides;
    const reconciler = createReconciler({
      store: this.store,
      driver: this.instances.driver as InstanceDriver,
      artifacts: this.artifacts,
      clock: this.clock,
      ids: this.ids,
      log: createLogger({ name: 'reconciler', level: 'silent', format: 'json' }),
      capacity: { cpu: 100, memory: 100_000 } satisfies Resources,
      region: 'local',
      defaults: { maxBodyBytes: 1_000_000, listenHost: '127.0.0.1' },
      settings: { ...QUICK, ...settings },
      ...rest,
    });
    onTestFinished(() => reconciler.destroy());
    return reconciler;
  }

  async started(overrides: Partial<ReconcilerOptions> = {}): Promise<Reconciler> {
    const reconciler = this.reconciler(overrides);
    await reconciler.start();
    return reconciler;
  }

  // --- what control writes

  async create(wish: ServiceWish = {}): Promise<string> {
    const uid = this.ids.resourceId('eas-m-');
    const now = this.clock.now();
    const service: ServiceRecord = {
      uid,
      name: wish.name ?? 'demo',
      accountUid: '1000000000000001',
      callerUid: '1000000000000001',
      workspaceId: '',
      state: 'Creating',
      message: '',
      reason: '',
      desired: 'Running',
      generation: 1,
      observedGeneration: 0,
      currentVersion: 1,
      latestVersion: 1,
      instanceCount: wish.instances ?? 1,
      token: 'token',
      labels: {},
      safetyLock: 'none',
      weight: 100,
      entry: '',
      released: false,
      entryToken: null,
      goneTokens: [],
      serviceGroup: '',
      mirror: null,
      restartedAt: 0,
      instancesToDelete: [],
      createdAt: now,
      updatedAt: now,
    };
    await this.store.transaction(async (tx) => {
      await tx.services.insert(service);
      await tx.versions.insert(this.#version(uid, 1, wish));
    });
    return uid;
  }

  /** A new version, as UpdateService with a model makes it. */
  async update(uid: string, wish: ServiceWish = {}): Promise<void> {
    await this.store.transaction(async (tx) => {
      const { latestVersion, generation, name } = (await tx.services.get(uid)) as ServiceRecord;
      const version = latestVersion + 1;
      await tx.versions.insert(this.#version(uid, version, { name, ...wish }));
      const next = { currentVersion: version, latestVersion: version, generation: generation + 1 };
      await tx.services.update(uid, next);
    });
  }

  /** A change of the current version in place, as UpdateService without a model makes it. */
  async revise(uid: string, wish: ServiceWish = {}): Promise<void> {
    await this.store.transaction(async (tx) => {
      const { currentVersion, generation, name } = (await tx.services.get(uid)) as ServiceRecord;
      const revision = ((await tx.versions.get(uid, currentVersion))?.revision ?? 0) + 1;
      const { config } = this.#version(uid, currentVersion, { name, ...wish });
      await tx.versions.update(uid, currentVersion, { config, revision });
      await tx.services.update(uid, { generation: generation + 1 });
    });
  }

  async change(uid: string, patch: Partial<Omit<ServiceRecord, 'uid' | 'state'>>): Promise<void> {
    await this.store.transaction(async (tx) => {
      const { generation } = (await tx.services.get(uid)) as ServiceRecord;
      await tx.services.update(uid, { ...patch, generation: generation + 1 });
    });
  }

  // --- what users see

  service(uid: string): Promise<ServiceRecord | undefined> {
    return this.store.read.services.get(uid);
  }

  rows(uid: string): Promise<readonly InstanceRecord[]> {
    return this.store.read.instances.listByService(uid);
  }

  /** Waits until the service is in the state and has fulfilled what was asked for. */
  async reaches(uid: string, state: ServiceState, reason?: RegExp): Promise<ServiceRecord> {
    let last: ServiceRecord | undefined;
    try {
      return await vi.waitUntil(
        async () => {
          last = await this.service(uid);
          return last?.state === state &&
            (reason === undefined || reason.test(`${last.reason} ${last.message}`))
            ? last
            : undefined;
        },
        { timeout: 20_000, interval: 10 },
      );
    } catch (cause) {
      const rows = (await this.rows(uid)).map(
        (row) => `${row.name} v${row.version} ${row.desired} ${row.phase} ${row.attempt}: ${row.message}`,
      );
      throw new Error(
        `wanted ${state}; the service is ${last?.state} (${last?.reason}: ${last?.message})\n${rows.join('\n')}`,
        { cause },
      );
    }
  }

  /** Waits until every instance that is wanted is ready and nothing else is left. */
  async settles(uid: string, version: number, count: number): Promise<readonly InstanceRecord[]> {
    return vi.waitUntil(
      async () => {
        const rows = await this.rows(uid);
        const service = await this.service(uid);
        return rows.length === count &&
          rows.every(
            (row) => row.version === version && row.phase === 'Ready' && row.desired === 'Running',
          ) &&
          service?.state === 'Running' &&
          service.observedGeneration === service.generation
          ? rows
          : undefined;
      },
      { timeout: 20_000, interval: 10 },
    );
  }

  async gone(uid: string): Promise<void> {
    await vi.waitUntil(async () => (await this.service(uid)) === undefined, {
      timeout: 20_000,
      interval: 10,
    });
  }

  instanceFolders(): readonly string[] {
    return readdirSync(this.instances.root);
  }

  #version(serviceUid: string, version: number, wish: ServiceWish) {
    const config = {
      name: wish.name ?? 'demo',
      processor: 'pmml',
      model_path: wish.modelPath ?? this.model,
      model_config: { behaviours: wish.behaviours ?? [{}] },
      metadata: { instance: wish.instances ?? 1, cpu: wish.cpu ?? 1, ...wish.metadata },
    };
    return {
      serviceUid,
      version,
      revision: 1,
      config: JSON.stringify(config),
      image: '',
      modelDigest: null,
      processorDigest: null,
      message: '',
      createdAt: this.clock.now(),
    };
  }
}
