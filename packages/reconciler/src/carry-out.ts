import type { InstanceConfig } from '@openeas/contracts';
import type { ServicePlan } from '@openeas/domain';
import type { InstanceDriver, InstanceIdentity } from '@openeas/drivers';
import type { Clock } from '@openeas/kernel';
import type { InstanceRecord, Store } from '@openeas/store';
import type { Logger } from '@openeas/telemetry';
import { type InstanceDefaults, instanceConfig } from './instance-start.js';
import type { InstanceWatches } from './instance-watches.js';
import type { PackageKeeper } from './package-keeper.js';
import type { RecordedStart } from './record-plan.js';
import type { ServiceSnapshot } from './service-snapshot.js';

export interface CarryOutContext {
  readonly store: Store;
  readonly driver: InstanceDriver;
  readonly packages: PackageKeeper;
  readonly watches: InstanceWatches;
  readonly clock: Clock;
  readonly log: Logger;
  readonly place: InstanceDefaults & { readonly region: string };
  /** Instances whose stop this process has asked for: asking again changes nothing but costs a call. */
  readonly stopsAsked: Set<string>;
  /** See ReconcilerOptions.routesApplied. */
  readonly routesApplied: () => Promise<unknown>;
}

/**
 * Does what a recorded plan says, all instances at once. Everything may be repeated; what fails is thrown
 * after the rest is done, and done again by the next pass. Returns the number of instances removed.
 */
export async function carryOut(
  snapshot: ServiceSnapshot,
  plan: ServicePlan,
  starts: readonly RecordedStart[],
  context: CarryOutContext,
): Promise<number> {
  const { driver, log } = context;
  const work: Promise<unknown>[] = starts.map((start) => startInstance(snapshot, start, context));
  const ended: InstanceRecord[] = [];
  for (const action of plan.actions) {
    if (action.kind === 'ensurePackages') ensurePackages(snapshot, action.version, context);
    if (!('instanceId' in action)) continue;
    const row = snapshot.rows.get(action.instanceId);
    if (row === undefined) continue;
    switch (action.kind) {
      case 'stopInstance':
        if (!context.stopsAsked.has(row.id)) {
          context.stopsAsked.add(row.id);
          work.push(askToStop(row, action.graceMs, context));
        }
        break;
      case 'killInstance':
        log.warn({ instanceId: row.id, reason: action.reason }, 'killing an instance');
        work.push(driver.kill(identityOf(row)));
        break;
      case 'removeInstance':
        work.push(driver.remove(row.id).then(() => ended.push(row)));
        break;
    }
  }
  const outcomes = await Promise.allSettled(work);
  if (ended.length > 0) await forgetInstances(ended, context);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await noteDeleteFailure(snapshot, failed.reason, context);
    throw failed.reason;
  }
  return ended.length;
}

async function askToStop(row: InstanceRecord, graceMs: number, context: CarryOutContext): Promise<void> {
  try {
    // Its replacement must be known before it stops taking requests, also if we die in between.
    await context.routesApplied();
    await context.driver.stop(identityOf(row), graceMs);
  } catch (error) {
    context.stopsAsked.delete(row.id);
    throw error;
  }
}

async function startInstance(
  snapshot: ServiceSnapshot,
  { row, attempt }: RecordedStart,
  context: CarryOutContext,
): Promise<void> {
  const identity = { instanceId: row.id, attempt, secret: row.secret };
  // What was stopped was the attempt before.
  context.stopsAsked.delete(row.id);
  context.watches.seen(row.serviceUid, identity);
  try {
    const config = await configFor(snapshot, row, attempt, context);
    // The packages went between plan and now: seen as absent, the next pass fetches them first.
    if (config !== undefined) await context.driver.start(config);
  } catch (error) {
    context.log.error({ err: error, instanceId: row.id }, 'an instance could not be started');
    const message = `it could not be started: ${error instanceof Error ? error.message : String(error)}`;
    context.watches.noteStartFailure(row.id, attempt, message);
  }
}

/** An instance older than its version's present revision starts again with what it was started with. */
async function configFor(
  { service, versions }: ServiceSnapshot,
  row: InstanceRecord,
  attempt: number,
  context: CarryOutContext,
): Promise<InstanceConfig | undefined> {
  const version = versions.get(row.version);
  if (version?.record.revision !== row.revision) {
    const recorded = await context.driver.recorded(row.id);
    if (recorded !== undefined) return { ...recorded, attempt, token: service.token };
    throw new Error(`what it was started with is gone, and version ${row.version} has changed since`);
  }
  const packages = context.packages.get(service.uid, version.record);
  if (version.description === undefined || packages === undefined) return undefined;
  return instanceConfig(service, row, attempt, version.description, packages, context.place);
}

function ensurePackages(
  { service, versions }: ServiceSnapshot,
  number: number,
  context: CarryOutContext,
): void {
  const version = versions.get(number);
  if (version?.description === undefined) return;
  const { uid: serviceUid, accountUid, generation } = service;
  context.packages.ensure({
    serviceUid,
    accountUid,
    generation,
    version: version.record,
    description: version.description,
  });
}

/** The folder goes first, then the row: a crash in between leaves a row whose folder is removed again. */
async function forgetInstances(ended: readonly InstanceRecord[], context: CarryOutContext): Promise<void> {
  await context.store.transaction(async (tx) => {
    for (const row of ended) await tx.instances.remove(row.id);
  });
  for (const row of ended) {
    context.watches.forget(row.id);
    context.stopsAsked.delete(row.id);
  }
}

async function noteDeleteFailure(
  { service }: ServiceSnapshot,
  cause: unknown,
  context: CarryOutContext,
): Promise<void> {
  if (service.desired !== 'Deleted') return;
  const message = `Something could not be removed: ${cause instanceof Error ? cause.message : String(cause)}; it is tried again`;
  if (service.state === 'DeleteFailed' && service.message === message) return;
  await context.store.transaction((tx) =>
    tx.services.setState(service.uid, {
      to: 'DeleteFailed',
      reason: 'DeleteFailed',
      message,
      now: context.clock.now(),
    }),
  );
}

function identityOf(row: InstanceRecord): InstanceIdentity {
  return { instanceId: row.id, attempt: row.attempt, secret: row.secret };
}
