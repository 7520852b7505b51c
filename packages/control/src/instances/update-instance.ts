import { OpenEasError } from '@openeas/contracts';
import type { InstanceRecord, ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { findServiceFor } from '../services/find-service.js';
import { findInstances, refuseReplica } from './find-instance.js';

interface InstanceChange {
  readonly patch: Partial<Pick<InstanceRecord, 'isolated' | 'detached' | 'wish'>>;
  /** CamelCase word of the event. */
  readonly reason: string;
  readonly done: string;
}

/**
 * Takes an instance out of traffic and lets it live: isolated until told otherwise, detached for good, with a new
 * instance in its place.
 */
export async function updateServiceInstance(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('restart', call, context, tx.services);
  refuseReplica(call.query.flag('IsReplica'));
  const [instance] = await findInstances(service, [call.path.InstanceName ?? ''], tx.instances);
  if (instance === undefined) throw new Error('findInstances finds or fails');
  const change = changeOf(call, service, instance);
  const { patch } = change;
  const news = (patch.isolated ?? instance.isolated) !== instance.isolated || patch.detached !== undefined;
  if (news && !(instance.detached && patch.detached)) {
    await tx.instances.update(instance.id, patch);
    await tx.events.append({
      serviceUid: service.uid,
      serviceName: service.name,
      instanceName: instance.name,
      type: 'Normal',
      reason: change.reason,
      message: `Instance ${instance.name} is ${change.done} by request`,
      versionId: instance.version,
      availableInstance: 0,
      unavailableInstance: 0,
      time: call.now,
    });
  }
  return {
    Message: `Instance [${instance.name}] of service [${service.name}] in region [${context.region}] is ${change.done}`,
  };
}

function changeOf(call: ActionCall, service: ServiceRecord, instance: InstanceRecord): InstanceChange {
  const { body } = call;
  // `false` asks for nothing where another key does: clients that write out all three of them are served too.
  if (body.flag('Hibernate') === true) {
    throw invalid('Hibernate', true, 'nothing: instances are not put to sleep here; use Isolate');
  }
  const isolate = body.flag('Isolate');
  const given = body.flag('Detach');
  const detach = given === false && isolate !== undefined ? undefined : given;
  if (isolate !== undefined && detach !== undefined) {
    throw invalid('Detach', detach, 'nothing beside Isolate: a detached instance takes no requests anyway');
  }
  if (detach === true) {
    // A wish is for an instance of the service; from now on it is none.
    return { patch: { detached: true, wish: 'none' }, reason: 'InstanceDetached', done: 'detached' };
  }
  if (detach === false) {
    throw invalid('Detach', false, 'true: an instance that was detached does not come back');
  }
  if (isolate === undefined) {
    throw new OpenEasError('MissingParameter', {
      field: 'Isolate',
      expected: 'Isolate true or false, or Detach true',
    });
  }
  if (instance.detached) {
    const facts = { instance: instance.name, name: service.name, action: 'Isolate' };
    throw new OpenEasError('InstanceDetached', facts);
  }
  return isolate
    ? { patch: { isolated: true }, reason: 'InstanceIsolated', done: 'isolated' }
    : { patch: { isolated: false }, reason: 'InstanceRejoined', done: 'no longer isolated' };
}
