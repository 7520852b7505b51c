import type { InstancePhase, ServiceDescription } from '@openeas/contracts';
import { toOpenEasError } from '@openeas/contracts';
import {
  controlRollout,
  type InstanceChange,
  type InstanceFacts,
  observeInstance,
  type PackageState,
  type PlanSettings,
  type Resources,
  type RolloutProgress,
  type ServiceView,
  type UpdateStrategy,
  type VersionFacts,
} from '@openeas/domain';
import type {
  InstanceRecord,
  RolloutRecord,
  ServiceRecord,
  StoreReader,
  VersionRecord,
} from '@openeas/store';
import type { CompiledVersions } from './compiled-versions.js';
import type { InstanceWatches } from './instance-watches.js';
import type { PackageKeeper } from './package-keeper.js';

export interface SnapshotSources {
  readonly read: StoreReader;
  readonly watches: InstanceWatches;
  readonly packages: PackageKeeper;
  readonly compiled: CompiledVersions;
  readonly capacity: Resources;
  readonly settings: PlanSettings;
}

/** What one pass works from: the rows as read, and the view made of them and of what was seen. */
export interface ServiceSnapshot {
  readonly service: ServiceRecord;
  readonly rows: ReadonlyMap<string, InstanceRecord>;
  readonly versions: ReadonlyMap<number, CompiledVersion>;
  /** Row changes that observations ask for, by instance id. */
  readonly changes: ReadonlyMap<string, InstanceChange>;
  readonly view: ServiceView;
  readonly rollout: RolloutRecord | undefined;
  /** How far the rollout has come with this pass; undefined = as it was. */
  readonly rolloutProgress: RolloutProgress | undefined;
  /** When rollout control falls due by time, milliseconds since the epoch. */
  readonly rolloutWakeAt: number | undefined;
}

export interface CompiledVersion {
  readonly record: VersionRecord;
  /** Undefined when the stored description does not compile. */
  readonly description: ServiceDescription | undefined;
}

const STRATEGY_WITHOUT_VERSION: Pick<UpdateStrategy, 'rolling' | 'graceMs'> = {
  rolling: { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } },
  graceMs: 30_000,
};

/** Reads a service as it is now; undefined when there is none. */
export async function readSnapshot(
  uid: string,
  sources: SnapshotSources,
  now: number,
): Promise<ServiceSnapshot | undefined> {
  const { read, settings } = sources;
  const service = await read.services.get(uid);
  if (service === undefined) return undefined;
  const rows = await read.instances.listByService(uid);
  const versions = new Map<number, CompiledVersion>();
  const facts: VersionFacts[] = [];
  for (const number of new Set([service.currentVersion, ...rows.map((row) => row.version)])) {
    const record = await read.versions.get(uid, number);
    if (record === undefined) continue;
    const { compiled, fact } = compileVersion(service, record, sources);
    versions.set(number, compiled);
    facts.push(fact);
  }

  const changes = new Map<string, InstanceChange>();
  const instances = rows.map((row) => {
    const instance = instanceFacts(row, sources.watches);
    const change = observeInstance(instance, settings, service.generation, now);
    if (change === undefined) return instance;
    changes.set(row.id, change);
    return { ...instance, ...change.patch };
  });

  const description = versions.get(service.currentVersion)?.description;
  const rollout = await read.rollouts.get(uid);
  const control = controlRollout(rollout, { service, versions: facts, instances }, settings, now);
  const strategy = {
    ...(description === undefined
      ? STRATEGY_WITHOUT_VERSION
      : { rolling: description.rollingStrategy, graceMs: description.terminationGracePeriod * 1000 }),
    ...control.strategy,
  };
  const machine = { capacity: sources.capacity, reserved: await read.instances.reserved() };
  return {
    service,
    rows: new Map(rows.map((row) => [row.id, row])),
    versions,
    changes,
    view: { service, versions: facts, instances, machine, strategy },
    rollout,
    rolloutProgress: control.progress,
    rolloutWakeAt: control.wakeAt,
  };
}

function compileVersion(
  service: ServiceRecord,
  record: VersionRecord,
  sources: SnapshotSources,
): { compiled: CompiledVersion; fact: VersionFacts } {
  const { version, revision } = record;
  try {
    const description = sources.compiled.get(record);
    const packages = sources.packages.state({
      serviceUid: service.uid,
      generation: service.generation,
      version: record,
    });
    const fact = { version, revision, resources: description.resources, packages };
    return { compiled: { record, description }, fact };
  } catch (error) {
    const { code, message } = toOpenEasError(error);
    const packages: PackageState = { kind: 'failed', permanent: true, code, message, retryAt: 0 };
    const fact = { version, revision, resources: { cpu: 0, memory: 0 }, packages };
    return { compiled: { record, description: undefined }, fact };
  }
}

function instanceFacts(row: InstanceRecord, watches: InstanceWatches): InstanceFacts {
  const seen = watches.seen(row.serviceUid, {
    instanceId: row.id,
    attempt: row.attempt,
    secret: row.secret,
  });
  // Only this package writes the column, always one of the phases.
  return { ...row, phase: row.phase as InstancePhase, seen };
}
