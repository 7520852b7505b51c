import { OpenEasError } from '@openeas/contracts';
import type { InstanceRecord, ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { findServiceFor } from '../services/find-service.js';
import { CONTAINER } from './containers.js';
import { findInstances, refuseReplica } from './find-instance.js';

/**
 * Puts new instances in the place of the named ones, new before old as an update does; with SoftRestart restarts
 * them in place, one after the other. Detached ones just end.
 */
export async function deleteServiceInstances(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('restart', call, context, tx.services);
  const { query } = call;
  const soft = query.flag('SoftRestart') ?? false;
  refuseReplica(query.flag('IsReplica'));
  const container = query.text('Container');
  if (container !== undefined && (!soft || container !== CONTAINER)) {
    throw invalid('Container', container, `${CONTAINER}, together with SoftRestart=true, or nothing`);
  }
  const names = (query.text('InstanceList') ?? '').split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  if (given.length === 0) {
    throw new OpenEasError('MissingParameter', {
      field: 'InstanceList',
      expected: 'names of instances, comma-separated',
    });
  }
  const instances = await findInstances(service, given, tx.instances);
  for (const instance of instances) await end(call, tx, service, instance, soft);
  const list = instances.map(({ name }) => name).join(',');
  const done = soft ? 'is restarting' : 'was deleted successfully';
  return {
    Message: `Instance(s) [${list}] for service [${service.name}] in region [${context.region}] ${done}`,
  };
}

async function end(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  instance: InstanceRecord,
  soft: boolean,
): Promise<void> {
  if (instance.detached) {
    if (soft) {
      const facts = { instance: instance.name, name: service.name, action: 'SoftRestart' };
      throw new OpenEasError('InstanceDetached', facts);
    }
    await tx.instances.update(instance.id, { desired: 'Stopped' });
  } else {
    // Also asked again: a restart that is under way is not begun twice.
    const wish = soft ? ('restart' as const) : ('replace' as const);
    if (instance.wish === wish) return;
    await tx.instances.update(instance.id, { wish });
  }
  const message = soft ? 'A restart in its place was requested' : 'Its replacement was requested';
  await tx.events.append({
    serviceUid: service.uid,
    serviceName: service.name,
    instanceName: instance.name,
    type: 'Normal',
    reason: soft ? 'RestartRequested' : 'DeletionRequested',
    message: instance.detached ? 'Its end was requested' : message,
    versionId: instance.version,
    availableInstance: 0,
    unavailableInstance: 0,
    time: call.now,
  });
}
