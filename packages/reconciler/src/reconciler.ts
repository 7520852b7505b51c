import type { ArtifactStore } from '@openeas/artifacts';
import {
  DEFAULT_PLAN_SETTINGS,
  type PlanSettings,
  planService,
  type Resources,
  type ServiceAction,
} from '@openeas/domain';
import type { InstanceDriver } from '@openeas/drivers';
import type { Clock, Ids, Runnable } from '@openeas/kernel';
import type { Store } from '@openeas/store';
import { createRegistry, type Logger, type Registry } from '@openeas/telemetry';
import { carryOut } from './carry-out.js';
import { CompiledVersions } from './compiled-versions.js';
import type { InstanceDefaults } from './instance-start.js';
import { InstanceWatches } from './instance-watches.js';
import { removeOrphans } from './orphans.js';
import { PackageKeeper } from './package-keeper.js';
import { type ReconcilerMetrics, reconcilerMetrics } from './reconciler-metrics.js';
import { recordObservations, recordPlan, StalePlanError } from './record-plan.js';
import { readSnapshot, type ServiceSnapshot } from './service-snapshot.js';
import { WorkQueue } from './work-queue.js';

export interface ReconcilerOptions {
  readonly store: Store;
  readonly driver: InstanceDriver;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Where its passes are counted; nowhere unless given. */
  readonly metrics?: Registry;
  /** What this machine offers to instances. */
  readonly capacity: Resources;
  readonly region: string;
  readonly defaults: InstanceDefaults;
  /** Departures from the default durations. */
  readonly settings?: Partial<PlanSettings>;
  /** Services worked on at the same time. Default 8. */
  readonly concurrency?: number;
  /** A pass over all services, in case a notice was lost. Default 60 s. */
  readonly resyncMs?: number;
  /**
   * Resolves once those who send traffic to instances know all that was committed before the call, or after a
   * bounded wait. Absent = nobody has to be told.
   */
  readonly routesApplied?: () => Promise<unknown>;
}

export interface Reconciler extends Runnable {
  /** Looks at the service soon, e.g. because something outside the store changed. */
  kick(serviceUid: string): void;
  close(): Promise<void>;
  destroy(): void;
}

const RETRY_MS = 1_000;
const COLLECT_AFTER_MS = 5_000;
/** Versions drop out of updates without a deletion, and what was used lately is spared once: so it is looked for again. */
const COLLECT_EVERY_MS = 600_000;
const FETCHES_AT_ONCE = 8;

/** Brings every service to what the store says it should be, and keeps it there. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  return new StoreReconciler(options);
}

class StoreReconciler implements Reconciler {
  readonly name = 'reconciler';
  readonly #options: ReconcilerOptions;
  readonly #settings: PlanSettings;
  readonly #metrics: ReconcilerMetrics;
  readonly #queue: WorkQueue;
  readonly #watches: InstanceWatches;
  readonly #packages: PackageKeeper;
  readonly #compiled = new CompiledVersions();
  /** Stops that this process has asked for, by instance id. */
  readonly #stopsAsked = new Set<string>();
  /** Services that wait for room on the machine. */
  readonly #short = new Set<string>();
  #unsubscribe = (): void => {};
  #cancelResync = (): void => {};
  #cancelCollect: (() => void) | undefined;
  #collectingSoon = false;
  #closed = false;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_PLAN_SETTINGS, ...options.settings };
    this.#metrics = reconcilerMetrics(options.metrics ?? createRegistry());
    const { clock, store, driver, artifacts, log } = options;
    this.#queue = new WorkQueue({
      clock,
      concurrency: options.concurrency ?? 8,
      work: (uid) => this.#timedPass(uid),
      onError: (uid, error) => {
        if (error instanceof StalePlanError) {
          this.#queue.add(uid);
          return;
        }
        log.error({ err: error, serviceUid: uid }, 'a service could not be brought up to date');
        this.#queue.addAfter(uid, RETRY_MS);
      },
    });
    const kick = (uid: string): void => this.kick(uid);
    this.#watches = new InstanceWatches({
      driver,
      clock,
      listenHost: options.defaults.listenHost,
      onChange: kick,
    });
    this.#packages = new PackageKeeper({
      artifacts,
      clock,
      onChange: kick,
      concurrency: FETCHES_AT_ONCE,
      isKept: async (uid, version) => (await store.read.versions.get(uid, version)) !== undefined,
      onCollectError: (error) => log.warn({ err: error }, 'old packages could not be collected'),
      record: async ({ serviceUid, version, modelDigest, processorDigest }, digests) => {
        const same = digests.modelDigest === modelDigest && digests.processorDigest === processorDigest;
        if (same) return;
        await store.transaction(async (tx) => {
          if ((await tx.versions.get(serviceUid, version)) !== undefined) {
            await tx.versions.update(serviceUid, version, digests);
          }
        });
      },
    });
  }

  async start(): Promise<void> {
    const { store, driver, log } = this.#options;
    const rows = await store.read.instances.listAll();
    await removeOrphans(driver, new Set(rows.map((row) => row.id)), log);
    this.#unsubscribe = store.subscribe((uids) => {
      for (const uid of uids) this.#queue.add(uid);
    });
    await this.#resync();
    this.#collectSoon();
  }

  kick(serviceUid: string): void {
    this.#queue.add(serviceUid);
  }

  async close(): Promise<void> {
    this.#end();
    await this.#queue.close();
    this.#watches.close();
    await this.#packages.close();
  }

  destroy(): void {
    this.#end();
    this.#queue.destroy();
    this.#watches.close();
    void this.#packages.close();
  }

  #end(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelResync();
    this.#cancelCollect?.();
  }

  async #resync(): Promise<void> {
    try {
      const { rows } = await this.#options.store.read.services.list();
      for (const { uid } of rows) this.#queue.add(uid);
    } finally {
      if (!this.#closed) {
        this.#cancelResync = this.#options.clock.after(this.#options.resyncMs ?? 60_000, () => {
          this.#resync().catch((error: unknown) =>
            this.#options.log.error({ err: error }, 'the services could not be listed'),
          );
        });
      }
    }
  }

  async #timedPass(uid: string): Promise<void> {
    const { clock } = this.#options;
    const from = clock.monotonic();
    const changed = await this.#pass(uid);
    const seconds = (clock.monotonic() - from) / 1000;
    this.#metrics[changed ? 'changed' : 'unchanged'].observe(seconds);
  }

  /** read → plan → record → do. False = there was nothing to do. */
  async #pass(uid: string): Promise<boolean> {
    const { store, clock, capacity, ids } = this.#options;
    const now = clock.now();
    const snapshot = await readSnapshot(
      uid,
      {
        read: store.read,
        watches: this.#watches,
        packages: this.#packages,
        compiled: this.#compiled,
        capacity,
        settings: this.#settings,
      },
      now,
    );
    if (snapshot === undefined) {
      this.#forget(uid);
      return true;
    }
    const plan = planService(snapshot.view, this.#settings, now);
    const routesApplied = this.#options.routesApplied ?? (async () => {});
    if (snapshot.changes.size > 0 && plan.actions.some(announcesRunning)) {
      // Who reads "Running" may call at once: the routes go first, the word by the pass that this commit causes.
      await recordObservations(snapshot, store, now);
      await routesApplied();
      return true;
    }
    const starts = await recordPlan(snapshot, plan, { store, ids, capacity }, now);
    const removed = await carryOut(snapshot, plan, starts, {
      store,
      driver: this.#options.driver,
      packages: this.#packages,
      watches: this.#watches,
      clock,
      log: this.#options.log,
      place: { ...this.#options.defaults, region: this.#options.region },
      stopsAsked: this.#stopsAsked,
      routesApplied,
    });
    if (removed > 0) this.#roomFreed();
    const due = [plan.requeueAfterMs, snapshot.rolloutWakeAt && Math.max(0, snapshot.rolloutWakeAt - now)];
    const soonest = Math.min(...due.map((ms) => ms ?? Number.POSITIVE_INFINITY));
    if (Number.isFinite(soonest)) this.#queue.addAfter(uid, soonest);
    this.#noteShortage(snapshot, plan.actions.find((action) => action.kind === 'setState')?.to);
    if (plan.actions.some((action) => action.kind === 'removeService')) this.#forget(uid);
    return plan.actions.length > 0 || snapshot.changes.size > 0;
  }

  #noteShortage({ service }: ServiceSnapshot, to: string = service.state): void {
    if (to === 'Waiting') this.#short.add(service.uid);
    else this.#short.delete(service.uid);
  }

  #roomFreed(): void {
    for (const uid of this.#short) this.#queue.add(uid);
  }

  #forget(uid: string): void {
    this.#packages.forget(uid);
    this.#compiled.forget(uid);
    this.#short.delete(uid);
    this.#collectSoon();
  }

  /** Many deletions make one sweep. */
  #collectSoon(): void {
    if (this.#collectingSoon) return;
    this.#collectingSoon = true;
    this.#cancelCollect?.();
    this.#collectAfter(COLLECT_AFTER_MS);
  }

  #collectAfter(ms: number): void {
    if (this.#closed) return;
    this.#cancelCollect = this.#options.clock.after(ms, () => {
      this.#collectingSoon = false;
      this.#packages.collect(() => this.#options.store.read.versions.digests());
      this.#collectAfter(COLLECT_EVERY_MS);
    });
  }
}

function announcesRunning(action: ServiceAction): boolean {
  return action.kind === 'setState' && action.to === 'Running';
}
