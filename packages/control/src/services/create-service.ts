import { OpenEasError, parseServiceDescription } from '@openeas/contracts';
import { fullName } from '@openeas/domain';
import type { StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import { placeOf } from '../blue-green/associated-service.js';
import type { ControlContext } from '../control-context.js';
import { membershipOf } from '../service-groups/group-membership.js';
import { tellNotes } from './key-notes.js';
import { endpointsOf } from './service-view.js';

/**
 * Accepts a service: its row, version 1 and the event in one transaction. Nothing is fetched or started here;
 * the reconciler sees the commit and goes on from there.
 */
export async function createService(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const { caller, now, query } = call;
  const develop = query.choice('Develop', ['true', 'false']);
  if (develop === 'true') throw invalid('Develop', develop, 'false: there is no development mode here');
  const { description, config: given } = parseServiceDescription(call.document, {
    processors: context.processors,
    region: context.region,
  });
  const { total } = await tx.services.list({ limit: 1, offset: 0 });
  if (total >= context.maxServices) {
    throw new OpenEasError('TooManyServices', { count: total, limit: context.maxServices });
  }
  const { name, config, membership } = await placeOf(given, call, context, tx);
  const alone = { name, ...membership, serviceGroup: '' };
  const grouped = await membershipOf(alone, description, call, context, tx);
  const uid = context.ids.resourceId('eas-m-');
  const message = 'The service was accepted; its instances are being prepared';
  await tx.services.insert({
    uid,
    name,
    accountUid: caller.accountUid,
    callerUid: caller.accountUid,
    workspaceId: query.text('WorkspaceId') ?? description.workspaceId ?? '',
    state: 'Creating',
    reason: 'Creating',
    message,
    desired: 'Running',
    generation: 1,
    observedGeneration: 0,
    currentVersion: 1,
    latestVersion: 1,
    instanceCount: description.instance,
    token: description.token ?? context.ids.token(),
    labels: { ...description.labels, ...query.labels('Labels') },
    safetyLock: 'none',
    ...membership,
    serviceGroup: '',
    ...grouped,
    mirror: null,
    restartedAt: 0,
    instancesToDelete: [],
    createdAt: now,
    updatedAt: now,
  });
  await tx.versions.insert({
    serviceUid: uid,
    version: 1,
    revision: 1,
    config: JSON.stringify(config),
    image: '',
    modelDigest: null,
    processorDigest: null,
    message: 'Created with the service',
    createdAt: now,
  });
  await tx.events.append({
    serviceUid: uid,
    serviceName: name,
    instanceName: '',
    type: 'Normal',
    reason: 'Creating',
    message,
    versionId: 1,
    availableInstance: 0,
    unavailableInstance: description.instance,
    time: now,
  });
  await tellNotes(tx, { uid, name }, 1, description.rpc.notes, now);
  return {
    ...endpointsOf(context, description.group === '' ? name : fullName(description.group, name)),
    Region: context.region,
    ServiceId: uid,
    ServiceName: name,
    Status: 'Creating',
  };
}
