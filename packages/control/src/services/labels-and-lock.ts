import { OpenEasError } from '@openeas/contracts';
import { SAFETY_LOCKS } from '@openeas/domain';
import type { StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { findServiceFor } from './find-service.js';

export async function updateServiceLabel(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('relabel', call, context, tx.services);
  const labels = { ...service.labels, ...call.body.labels('Labels') };
  await tx.services.update(service.uid, { labels, updatedAt: call.now });
  return { Message: `Succeed to update labels of service [${service.name}] in region [${context.region}]` };
}

/** `Keys` (comma-joined) and `LabelKeys` (JSON list) mean the same; keys that are not there are no error. */
export async function deleteServiceLabel(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('relabel', call, context, tx.services);
  const listed = call.query.value('LabelKeys') ?? [];
  if (!Array.isArray(listed) || !listed.every((key) => typeof key === 'string')) {
    throw invalid('LabelKeys', listed, 'a JSON list of texts');
  }
  const keys = [...(call.query.list('Keys') ?? []), ...(listed as string[])];
  if (keys.length === 0) {
    throw new OpenEasError('MissingParameter', {
      field: 'Keys',
      expected: 'the keys of the labels to delete',
    });
  }
  const labels = Object.fromEntries(Object.entries(service.labels).filter(([key]) => !keys.includes(key)));
  await tx.services.update(service.uid, { labels, updatedAt: call.now });
  return { Message: `Succeed to delete labels of service [${service.name}] in region [${context.region}]` };
}

export async function updateServiceSafetyLock(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('lock', call, context, tx.services);
  const safetyLock = call.body.choice('Lock', SAFETY_LOCKS);
  await tx.services.update(service.uid, { safetyLock, updatedAt: call.now });
  return { Message: `service safety lock updated to ${safetyLock}` };
}
