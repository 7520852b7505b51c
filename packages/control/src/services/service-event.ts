import { takesRequests } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';

/** Puts down what happened to a service, with the number of its instances that take requests at this moment. */
export async function tellService(
  tx: StoreTransaction,
  service: Pick<ServiceRecord, 'uid' | 'name' | 'currentVersion' | 'instanceCount'>,
  { reason, message, now }: { readonly reason: string; readonly message: string; readonly now: number },
): Promise<void> {
  const available = (await tx.instances.listByService(service.uid)).filter(takesRequests).length;
  await tx.events.append({
    serviceUid: service.uid,
    serviceName: service.name,
    instanceName: '',
    type: 'Normal',
    reason,
    message,
    versionId: service.currentVersion,
    availableInstance: available,
    unavailableInstance: Math.max(0, service.instanceCount - available),
    time: now,
  });
}
