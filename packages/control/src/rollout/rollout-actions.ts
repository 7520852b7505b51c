import { OpenEasError } from '@openeas/contracts';
import type { RolloutRecord, ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { findServiceFor } from '../services/find-service.js';
import { tellService } from '../services/service-event.js';
import { formatInterval } from './interval.js';
import { readRolloutRequest } from './rollout-request.js';

type Handler = (call: ActionCall, context: ControlContext, tx: StoreTransaction) => Promise<Answer>;

/** Rollout control holds for the update that goes on, or for the next one, until it is deleted. */
export const createServiceRollout: Handler = async (call, context, tx) => {
  const service = await findServiceFor('update', call, context, tx.services);
  if ((await tx.rollouts.get(service.uid)) !== undefined) {
    throw new OpenEasError('RolloutExists', { name: service.name });
  }
  const request = askedFor(call);
  await put(call, tx, service, {
    serviceUid: service.uid,
    partition: 0,
    batchSize: 0,
    intervalMs: 0,
    paused: false,
    target: '',
    allowed: 0,
    nextBatchAt: 0,
    createdAt: call.now,
    ...request,
    updatedAt: call.now,
  });
  return { Message: `Rollout of service [${service.name}] in region [${context.region}] is created` };
};

export const updateServiceRollout: Handler = async (call, context, tx) => {
  const { service, rollout } = await findRollout(call, context, tx);
  const request = askedFor(call);
  // Other batches are counted from where the update is then; a pause alone keeps the count and the time.
  const recount = request.batchSize !== undefined && request.batchSize !== rollout.batchSize;
  // Another interval counts from the end of the batch, as if it had been there all along.
  const { intervalMs = rollout.intervalMs } = request;
  const nextBatchAt = rollout.nextBatchAt === 0 ? 0 : rollout.nextBatchAt - rollout.intervalMs + intervalMs;
  await put(call, tx, service, {
    ...rollout,
    nextBatchAt,
    ...(recount && { target: '', allowed: 0, nextBatchAt: 0 }),
    ...request,
    updatedAt: call.now,
  });
  return { Message: `Rollout of service [${service.name}] in region [${context.region}] is updated` };
};

/** The update that goes on ends at the pace of metadata.rolling_strategy. */
export const deleteServiceRollout: Handler = async (call, context, tx) => {
  const { service } = await findRollout(call, context, tx);
  await tx.rollouts.remove(service.uid);
  const message = 'Rollout control has ended; an update that goes on is not held';
  await tellService(tx, service, { reason: 'RolloutDeleted', message, now: call.now });
  return { Message: `Rollout of service [${service.name}] in region [${context.region}] is deleted` };
};

/**
 * A switch back to what instances of before still run aborts the rollout: its partition or batches must not hold
 * back the way back.
 */
export async function endRolloutOnAbort(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  wanted: number,
): Promise<void> {
  if ((await tx.rollouts.get(service.uid)) === undefined) return;
  const rows = await tx.instances.listByService(service.uid);
  const before = rows.some((row) => row.version === wanted && row.desired === 'Running' && !row.detached);
  if (!before) return;
  await tx.rollouts.remove(service.uid);
  const message = `The rollout of version ${service.currentVersion} is aborted: back to version ${wanted}`;
  await tellService(tx, service, { reason: 'RolloutAborted', message, now: call.now });
}

async function findRollout(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<{ service: ServiceRecord; rollout: RolloutRecord }> {
  const service = await findServiceFor('update', call, context, tx.services);
  const rollout = await tx.rollouts.get(service.uid);
  if (rollout === undefined) throw new OpenEasError('RolloutNotFound', { name: service.name });
  return { service, rollout };
}

function askedFor(call: ActionCall): ReturnType<typeof readRolloutRequest> {
  const request = readRolloutRequest(call.body);
  if (Object.keys(request).length > 0) return request;
  throw new OpenEasError('MissingParameter', { field: 'Partition', expected: 'Partition, Batch or Paused' });
}

async function put(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  rollout: RolloutRecord,
): Promise<void> {
  await tx.rollouts.put(rollout);
  const { partition, batchSize, intervalMs, paused } = rollout;
  const pace =
    batchSize > 0
      ? `batches of ${batchSize}, ${formatInterval(intervalMs)} apart`
      : partition > 0
        ? `${partition} instances of before are kept`
        : 'all instances may be replaced';
  const message = `Rollout control: ${pace}${paused ? '; paused' : ''}`;
  await tellService(tx, service, { reason: 'RolloutControl', message, now: call.now });
}
