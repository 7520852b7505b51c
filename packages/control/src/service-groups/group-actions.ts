import { normaliseServiceConfig, OpenEasError } from '@openeas/contracts';
import type { ServiceGroupRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { deleteService } from '../services/change-state.js';
import { tellService } from '../services/service-event.js';
import { findGroup } from './find-group.js';
import { assertFree, newGroup, servicesOfGroup } from './group-membership.js';

type Handler = (call: ActionCall, context: ControlContext, tx: StoreTransaction) => Promise<Answer>;

const MODES: readonly ServiceGroupRecord['trafficMode'][] = ['auto', 'customized'];

/** CreateGroup (contract 7.6.6): a group that stays until DeleteGroup, also without services. */
export const createGroup: Handler = async (call, context, tx) => {
  const name = nameOf(call);
  refuseNetwork(call);
  const there = await tx.serviceGroups.get(name);
  if (there !== undefined) throw new OpenEasError('GroupAlreadyExists', { name });
  await assertFree(name, tx);
  const workspace = call.body.value('WorkSpaceId') ?? '';
  if (typeof workspace !== 'string') throw invalid('WorkSpaceId', workspace, 'a text');
  await tx.serviceGroups.insert({
    ...newGroup(name, call, context),
    labels: call.body.value('Labels') === undefined ? {} : call.body.labels('Labels'),
    workspaceId: workspace,
    kept: true,
  });
  return { Message: `Create service group ${name} successfully` };
};

/** UpdateGroup: how the traffic is split; labels are replaced. */
export const updateGroup: Handler = async (call, context, tx) => {
  const group = await findGroup(call, context, tx.serviceGroups);
  refuseNetwork(call);
  const given = (name: string): boolean => call.body.value(name) !== undefined;
  if (!given('TrafficMode') && !given('Labels')) {
    throw new OpenEasError('MissingParameter', { field: 'TrafficMode', expected: 'TrafficMode or Labels' });
  }
  const trafficMode = given('TrafficMode') ? call.body.choice('TrafficMode', MODES) : group.trafficMode;
  await tx.serviceGroups.update(group.name, {
    trafficMode,
    ...(given('Labels') && { labels: call.body.labels('Labels') }),
    updatedAt: call.now,
  });
  if (trafficMode !== group.trafficMode) {
    const how = trafficMode === 'auto' ? 'by the number of instances' : 'by the weights of its services';
    for (const service of await servicesOfGroup(group.name, tx.services)) {
      const message = `Service group [${group.name}] splits its traffic ${how} now (TrafficMode ${trafficMode})`;
      await tellService(tx, service, { reason: 'GroupTrafficMode', message, now: call.now });
    }
  }
  return { Message: `Update service group ${group.name} successfully` };
};

/** DeleteGroup: with CascadeDelete its services too, all or none of them. */
export const deleteGroup: Handler = async (call, context, tx) => {
  const { name } = await findGroup(call, context, tx.serviceGroups);
  const cascade = call.query.choice('CascadeDelete', ['true', 'false']) === 'true';
  const services = await servicesOfGroup(name, tx.services);
  if (services.length > 0 && !cascade) {
    const names = services.map((each) => `[${each.name}]`).join(', ');
    throw new OpenEasError('GroupNotEmpty', { name, services: names });
  }
  for (const service of services) {
    await deleteService({ ...call, path: { ...call.path, ServiceName: service.name } }, context, tx);
  }
  await tx.serviceGroups.remove(name);
  return { Message: `Delete service group ${name} successfully` };
};

/** A group is named like a service: both are part of an address. */
function nameOf(call: ActionCall): string {
  const name = call.body.value('Name');
  if (name === undefined || name === '') {
    throw new OpenEasError('MissingParameter', { field: 'Name', expected: 'the name of the new group' });
  }
  try {
    const { metadata } = normaliseServiceConfig({ metadata: { group: name } });
    return (metadata as { group: string }).group;
  } catch {
    throw invalid(
      'Name',
      name,
      '1 to 63 characters of lower-case letters, digits, _ and -, the first a letter',
    );
  }
}

/** A network setting that asks for something cannot be honoured: there is one gateway on one machine. */
function refuseNetwork(call: ActionCall): void {
  const network = call.body.value('Network') ?? {};
  const asks =
    typeof network !== 'object' || Object.values(network ?? {}).some((each) => each !== '' && each !== null);
  if (asks)
    throw invalid('Network', network, 'nothing: this installation has one gateway and no private networks');
}
