import { OpenEasError } from '@openeas/contracts';
import { withInstanceCount } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import type { ControlContext } from '../control-context.js';
import { openReceipt } from '../receipts/open-receipt.js';
import { want } from './change-state.js';
import { currentVersion, findServiceFor } from './find-service.js';

export async function scaleService(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('scale', call, context, tx.services);
  const instanceCount = call.body.integer('Instance', { min: 0, max: 1000 });
  const instancesToDelete = await checkedNames(call, tx, service, instanceCount);
  let receipt = {};
  if (instanceCount !== service.instanceCount || instancesToDelete.length > 0) {
    await scaleTo(tx, service, instanceCount, instancesToDelete, call.now);
    receipt = await openReceipt(call, tx, service, 'scale');
  }
  return { Message: `Service [${service.name}] in region [${context.region}] is scaling`, ...receipt };
}

/** Keeps `metadata.instance` of the description in step, so that a later merge starts from what is there. */
async function scaleTo(
  tx: StoreTransaction,
  service: ServiceRecord,
  instanceCount: number,
  instancesToDelete: readonly string[],
  now: number,
): Promise<void> {
  const version = await currentVersion(tx.versions, service);
  const config = JSON.stringify(withInstanceCount(JSON.parse(version.config), instanceCount));
  await tx.versions.update(service.uid, version.version, { config });
  const message = `The service is scaled from ${service.instanceCount} to ${instanceCount} instances`;
  await want(tx, service, 'scale', { instanceCount, instancesToDelete }, message, now);
}

async function checkedNames(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  instanceCount: number,
): Promise<readonly string[]> {
  const names = [...new Set(call.body.texts('InstancesToDelete'))];
  if (names.length === 0) return names;
  const there = await tx.instances.listByService(service.uid);
  for (const name of names) {
    if (!there.some((instance) => instance.name === name || instance.id === name)) {
      throw new OpenEasError('InstanceNotFound', { name: service.name, instance: name });
    }
  }
  const fewer = Math.max(0, service.instanceCount - instanceCount);
  if (names.length > fewer) {
    throw invalid(
      'InstancesToDelete',
      names,
      `at most ${fewer} names, as Instance goes from ${service.instanceCount} to ${instanceCount}`,
    );
  }
  return names;
}
