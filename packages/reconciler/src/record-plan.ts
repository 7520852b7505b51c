import {
  type DrainReason,
  describeShortages,
  type Resources,
  reserve,
  type ServiceAction,
  type ServicePlan,
} from '@openeas/domain';
import type { Ids } from '@openeas/kernel';
import type { EventRecord, InstanceRecord, Store, StoreTransaction } from '@openeas/store';
import type { ServiceSnapshot } from './service-snapshot.js';

/** Starts that are on record and now have to be done. */
export interface RecordedStart {
  readonly row: InstanceRecord;
  readonly attempt: number;
}

export interface RecordContext {
  readonly store: Store;
  readonly ids: Ids;
  readonly capacity: Resources;
}

/** The service was changed between reading and writing: plan again. */
export class StalePlanError extends Error {
  override readonly name = 'StalePlanError';
}

/**
 * Writes everything that a plan decides, in one transaction, before anything of it is done: a crash at any
 * later point is finished by the next pass. Writes nothing when there is nothing new.
 */
export async function recordPlan(
  snapshot: ServiceSnapshot,
  plan: ServicePlan,
  context: RecordContext,
  now: number,
): Promise<readonly RecordedStart[]> {
  const durable = plan.actions.some((action) => DURABLE.has(action.kind));
  const { changes, rolloutProgress } = snapshot;
  if (!durable && changes.size === 0 && rolloutProgress === undefined) return [];
  return context.store.transaction(async (tx) => {
    await requireUnchanged(snapshot, tx);
    await writeObservations(snapshot, tx, now);
    await writeRollout(snapshot, tx);
    const starts: RecordedStart[] = [];
    for (const action of plan.actions) {
      const start = await recordAction(action, snapshot, context, tx, now);
      if (start !== undefined) starts.push(start);
    }
    return starts;
  });
}

/** Writes what was seen of the instances, and nothing that is decided from it. */
export async function recordObservations(
  snapshot: ServiceSnapshot,
  store: Store,
  now: number,
): Promise<void> {
  await store.transaction(async (tx) => {
    await requireUnchanged(snapshot, tx);
    await writeObservations(snapshot, tx, now);
  });
}

async function writeObservations(
  snapshot: ServiceSnapshot,
  tx: StoreTransaction,
  now: number,
): Promise<void> {
  for (const [id, { patch, event }] of snapshot.changes) {
    await tx.instances.update(id, patch);
    if (event !== undefined) await tx.events.append(instanceEvent(snapshot, id, event, now));
  }
}

async function writeRollout(
  { rollout, rolloutProgress }: ServiceSnapshot,
  tx: StoreTransaction,
): Promise<void> {
  if (rollout === undefined || rolloutProgress === undefined) return;
  await tx.rollouts.put({ ...rollout, ...rolloutProgress });
}

const DURABLE: ReadonlySet<ServiceAction['kind']> = new Set<ServiceAction['kind']>([
  'createInstance',
  'startInstance',
  'drainInstance',
  'setState',
  'markObserved',
  'removeService',
]);

async function requireUnchanged(
  { service, rows, rollout }: ServiceSnapshot,
  tx: StoreTransaction,
): Promise<void> {
  const now = await tx.services.get(service.uid);
  if (
    now === undefined ||
    now.generation !== service.generation ||
    now.desired !== service.desired ||
    now.state !== service.state
  ) {
    throw new StalePlanError(`service ${service.uid} was changed while its plan was made`);
  }
  for (const row of await tx.instances.listByService(service.uid)) {
    const read = rows.get(row.id);
    if (read?.desired !== row.desired || read.wish !== row.wish) {
      throw new StalePlanError(`instance ${row.id} was changed while its plan was made`);
    }
  }
  if (JSON.stringify(await tx.rollouts.get(service.uid)) !== JSON.stringify(rollout)) {
    throw new StalePlanError(`the rollout of service ${service.uid} was changed while its plan was made`);
  }
}

async function recordAction(
  action: ServiceAction,
  snapshot: ServiceSnapshot,
  context: RecordContext,
  tx: StoreTransaction,
  now: number,
): Promise<RecordedStart | undefined> {
  const { service } = snapshot;
  switch (action.kind) {
    case 'createInstance':
      return createInstance(action.version, action.revision, snapshot, context, tx, now);
    case 'startInstance': {
      const row = snapshot.rows.get(action.instanceId);
      if (row === undefined) return undefined;
      const { attempt } = action;
      const restartCount = row.restartCount + (attempt > row.attempt ? 1 : 0);
      const patch = {
        attempt,
        restartCount,
        phase: 'Starting',
        port: 0,
        startedAt: now,
        readyAt: 0,
        // The end of a restart in place.
        ...(row.drainingAt > 0 && { drainingAt: 0, wish: 'none' as const, reason: 'Starting', message: '' }),
      };
      await tx.instances.update(row.id, patch);
      return { row: { ...row, ...patch }, attempt };
    }
    case 'drainInstance': {
      const message = DRAIN_WORDS[action.reason];
      await tx.instances.update(action.instanceId, {
        ...(action.reason !== 'RestartedInPlace' && { desired: 'Stopped' as const }),
        drainingAt: now,
        phase: 'Draining',
        reason: action.reason,
        message,
      });
      const event = { type: 'Normal' as const, reason: action.reason, message };
      await tx.events.append(instanceEvent(snapshot, action.instanceId, event, now));
      return undefined;
    }
    case 'setState':
      await tx.services.setState(service.uid, {
        to: action.to,
        reason: action.reason,
        message: action.message,
        now,
      });
      return undefined;
    case 'markObserved':
      await tx.services.update(service.uid, {
        observedGeneration: action.generation,
        // Named once, removed once: a later scale-in must not find the names again.
        ...(service.instancesToDelete.length > 0 ? { instancesToDelete: [] } : {}),
      });
      return undefined;
    case 'removeService':
      await tx.events.append({
        ...serviceEvent(snapshot, now),
        type: 'Normal',
        reason: 'Deleted',
        message: 'The service, its instances and their files are removed',
      });
      await tx.services.remove(service.uid);
      return undefined;
    default:
      return undefined;
  }
}

const DRAIN_WORDS: Readonly<Record<DrainReason, string>> = {
  Replaced: 'Drains: a newer instance serves in its place, or needs its room',
  ScaledIn: 'Drains: fewer instances are wanted',
  ServiceStopped: 'Drains: the service is being stopped',
  ServiceDeleted: 'Drains: the service is being deleted',
  DeletedByUser: 'Drains: this instance was deleted by request',
  RestartedInPlace: 'Drains, then starts again: a restart was requested',
  DetachedEnded: 'Is removed: it was detached and has ended',
};

async function createInstance(
  version: number,
  revision: number,
  snapshot: ServiceSnapshot,
  context: RecordContext,
  tx: StoreTransaction,
  now: number,
): Promise<RecordedStart | undefined> {
  const { service, versions } = snapshot;
  const resources = versions.get(version)?.description?.resources;
  if (resources === undefined) return undefined;
  // Another service may have taken the room since the plan was made.
  const machine = { capacity: context.capacity, reserved: await tx.instances.reserved() };
  const reservation = reserve(machine, resources);
  if (!reservation.fits) {
    throw new StalePlanError(`the room was taken meanwhile: ${describeShortages(reservation.shortages)}`);
  }
  const row: InstanceRecord = {
    id: context.ids.resourceId('i-'),
    serviceUid: service.uid,
    name: `${service.name}-${context.ids.hex(6)}`,
    version,
    revision,
    attempt: 1,
    secret: context.ids.hex(64),
    gatewayKey: context.ids.hex(64),
    desired: 'Running',
    cpu: resources.cpu,
    memory: resources.memory,
    phase: 'Starting',
    host: '',
    port: 0,
    restartCount: 0,
    failures: 0,
    nextStartAt: 0,
    reason: 'Starting',
    message: '',
    isolated: false,
    detached: false,
    wish: 'none',
    // A clock that was set back must not make a new instance look older than the restart that asked for it.
    createdAt: Math.max(now, service.restartedAt),
    startedAt: now,
    readyAt: 0,
    drainingAt: 0,
  };
  await tx.instances.insert(row);
  await tx.events.append({
    ...serviceEvent(snapshot, now),
    instanceName: row.name,
    type: 'Normal',
    reason: 'InstanceCreated',
    message: `Instance ${row.name} of version ${version} starts`,
    versionId: version,
  });
  return { row, attempt: 1 };
}

function instanceEvent(
  snapshot: ServiceSnapshot,
  id: string,
  event: Pick<EventRecord, 'type' | 'reason' | 'message'>,
  now: number,
): EventRecord {
  const row = snapshot.rows.get(id);
  const base = serviceEvent(snapshot, now);
  return { ...base, ...event, instanceName: row?.name ?? id, versionId: row?.version ?? base.versionId };
}

/** Availability as the event's moment sees it: observations of this pass included. */
function serviceEvent({ service, view }: ServiceSnapshot, now: number): EventRecord {
  const available = view.instances.filter(
    (instance) => instance.phase === 'Ready' && instance.desired === 'Running',
  ).length;
  return {
    serviceUid: service.uid,
    serviceName: service.name,
    instanceName: '',
    type: 'Normal',
    reason: '',
    message: '',
    versionId: service.currentVersion,
    availableInstance: available,
    unavailableInstance: Math.max(0, service.instanceCount - available),
    time: now,
  };
}
