import type { ServiceRecord, StoreTransaction } from '@openeas/store';

/** Keys accepted without effect on this platform: an event each, said now rather than discovered later. */
export async function tellNotes(
  tx: StoreTransaction,
  service: Pick<ServiceRecord, 'uid' | 'name'>,
  versionId: number,
  notes: readonly string[],
  now: number,
): Promise<void> {
  for (const message of notes) {
    await tx.events.append({
      serviceUid: service.uid,
      serviceName: service.name,
      instanceName: '',
      type: 'Warning',
      reason: 'KeyWithoutEffect',
      message,
      versionId,
      availableInstance: 0,
      unavailableInstance: 0,
      time: now,
    });
  }
}
