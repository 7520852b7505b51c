import { stateAfter } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { leaveBlueGreen } from '../blue-green/leave-blue-green.js';
import type { ControlContext } from '../control-context.js';
import { openReceipt } from '../receipts/open-receipt.js';
import { dropEmptyGroup } from '../service-groups/group-membership.js';
import { findServiceFor } from './find-service.js';

type Handler = (call: ActionCall, context: ControlContext, tx: StoreTransaction) => Promise<Answer>;

export const startService: Handler = async (call, context, tx) => {
  const service = await findServiceFor('start', call, context, tx.services);
  // Asked again while it is on its way: the first answer may have been lost.
  if (service.state !== 'Starting') {
    await want(tx, service, 'start', { desired: 'Running' }, 'The service is starting', call.now);
  }
  return { Message: `Service [${service.name}] in region [${context.region}] is starting` };
};

export const stopService: Handler = async (call, context, tx) => {
  const service = await findServiceFor('stop', call, context, tx.services);
  if (service.state !== 'Stopping') {
    await want(
      tx,
      service,
      'stop',
      { desired: 'Stopped' },
      'The service is stopping; its instances drain',
      call.now,
    );
  }
  return { Message: `Service [${service.name}] in region [${context.region}] is stopping` };
};

export const restartService: Handler = async (call, context, tx) => {
  const service = await findServiceFor('restart', call, context, tx.services);
  const message = 'The service is restarting: its instances are being replaced';
  await want(tx, service, 'restart', { restartedAt: call.now }, message, call.now);
  return { Message: 'Service is restarting', ...(await openReceipt(call, tx, service, 'restart')) };
};

export const deleteService: Handler = async (call, context, tx) => {
  const service = await findServiceFor('delete', call, context, tx.services);
  if (service.state !== 'Deleting') {
    await leaveBlueGreen(call, tx, service);
    const message = 'The service is being deleted; its instances drain';
    await want(tx, service, 'delete', { desired: 'Deleted' }, message, call.now);
    await dropEmptyGroup(service.serviceGroup, service.uid, tx);
  }
  return { Message: `Service [${service.name}] in region [${context.region}] is terminating` };
};

/** Records what is wanted now and says so: one more generation for the reconciler to fulfil. */
export async function want(
  tx: StoreTransaction,
  service: ServiceRecord,
  change: Parameters<typeof stateAfter>[0],
  patch: Partial<Omit<ServiceRecord, 'uid' | 'state' | 'message' | 'reason'>>,
  message: string,
  now: number,
): Promise<void> {
  await tx.services.update(service.uid, { ...patch, generation: service.generation + 1, updatedAt: now });
  const to = stateAfter(change, service);
  await tx.services.setState(service.uid, { to, reason: REASONS[change], message, now });
}

/** The event names what was asked for, whatever state that leads to. */
const REASONS: Readonly<Record<Parameters<typeof stateAfter>[0], string>> = {
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  scale: 'Scaling',
  update: 'Updating',
  switchVersion: 'SwitchingVersion',
  delete: 'Deleting',
};
