import { OpenEasError, type ServiceConfig, type ServiceDescription } from '@openeas/contracts';
import type { ServiceGroupRecord, ServiceReader, ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import { membersOf } from '../blue-green/blue-green-group.js';
import type { ControlContext } from '../control-context.js';

/** Services that are not being deleted, oldest first. */
export async function servicesOfGroup(
  name: string,
  services: ServiceReader,
): Promise<readonly ServiceRecord[]> {
  const { rows } = await services.list({ serviceGroup: name, sort: 'CreateTime', order: 'asc' });
  return rows.filter(({ desired }) => desired !== 'Deleted');
}

/** What a service keeps of the group that its description names. */
export type Membership = Pick<ServiceRecord, 'serviceGroup' | 'released' | 'weight'>;

/**
 * Lets a service into the group that its description names; a group that is not there is made. `service` as it is
 * so far (a new one: as it comes). Fails with GroupRefused, GroupNameTaken and InvalidParameter.
 */
export async function membershipOf(
  service: Pick<ServiceRecord, 'name' | 'entry' | 'serviceGroup' | 'released' | 'weight'>,
  { group, trafficState }: Pick<ServiceDescription, 'group' | 'trafficState'>,
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Membership | undefined> {
  if (group === '') {
    if (trafficState === 'grouping') {
      throw invalid('networking.traffic_state', trafficState, 'standalone, or metadata.group beside it');
    }
    // Without a group these three belong to blue-green.
    return service.serviceGroup === '' ? undefined : { serviceGroup: '', released: false, weight: 100 };
  }
  if (service.entry !== '') {
    const reason = `it is one of the blue-green services of [${service.entry}]; a service shares an address in one of the two ways.`;
    throw new OpenEasError('GroupRefused', { name: service.name, group, reason });
  }
  if (group === service.name) throw taken(group, 'the service itself');
  const there = await tx.serviceGroups.get(group);
  if (there === undefined) {
    await assertFree(group, tx);
    await tx.serviceGroups.insert(newGroup(group, call, context));
  } else if (there.accountUid !== call.caller.accountUid) throw taken(group, 'something else');
  const weight = service.serviceGroup === group ? service.weight : 100;
  return { serviceGroup: group, released: trafficState === 'grouping', weight };
}

/**
 * An update that takes a service out of its group also ends its part in the group's traffic, unless it speaks of
 * that itself: the state came by a release, and whoever leaves cannot be asked to undo that first.
 */
export function leavingPatch(
  patch: ServiceConfig,
  service: Pick<ServiceRecord, 'serviceGroup'>,
): ServiceConfig {
  const group = (patch.metadata as { group?: unknown } | undefined)?.group;
  const state = (patch.networking as { traffic_state?: unknown } | undefined)?.traffic_state;
  const leaves = service.serviceGroup !== '' && (group === '' || group === null);
  if (!leaves || state !== undefined) return patch;
  const networking = typeof patch.networking === 'object' ? patch.networking : {};
  return { ...patch, networking: { ...networking, traffic_state: null } };
}

/** A group that was made for its services goes with the last of them; `left` = whom it does not count any more. */
export async function dropEmptyGroup(name: string, left: string, tx: StoreTransaction): Promise<void> {
  const group = name === '' ? undefined : await tx.serviceGroups.get(name);
  if (group === undefined || group.kept) return;
  const rest = (await servicesOfGroup(name, tx.services)).filter(({ uid }) => uid !== left);
  if (rest.length === 0) await tx.serviceGroups.remove(name);
}

export function newGroup(
  name: string,
  { caller, now }: ActionCall,
  { ids }: ControlContext,
): ServiceGroupRecord {
  return {
    name,
    accountUid: caller.accountUid,
    callerUid: caller.accountUid,
    workspaceId: '',
    token: ids.token(),
    trafficMode: 'auto',
    labels: {},
    kept: false,
    createdAt: now,
    updatedAt: now,
  };
}

/** An address has one owner. Fails with GroupNameTaken where a service is called by that name. */
export async function assertFree(name: string, tx: StoreTransaction): Promise<void> {
  const service = await tx.services.getByName(name);
  if (service !== undefined) throw taken(name, `service [${name}]`);
  const holders = await membersOf(name, tx.services);
  if (holders.length > 0) {
    throw taken(name, `the blue-green group of ${holders.map((each) => `[${each.name}]`).join(', ')}`);
  }
}

function taken(name: string, holder: string): OpenEasError {
  return new OpenEasError('GroupNameTaken', { name, holder });
}
