import { OpenEasError } from '@openeas/contracts';
import type { InstanceReader, InstanceRecord, ServiceRecord } from '@openeas/store';
import { invalid } from '../api/parameters.js';

/** The instances of these names or ids, each once. Fails with InstanceNotFound. */
export async function findInstances(
  service: ServiceRecord,
  names: readonly string[],
  instances: InstanceReader,
): Promise<readonly InstanceRecord[]> {
  const there = await instances.listByService(service.uid);
  const found = new Map<string, InstanceRecord>();
  for (const name of names) {
    const row = there.find((each) => each.name === name || each.id === name);
    if (row === undefined || row.desired === 'Stopped') {
      throw new OpenEasError('InstanceNotFound', { name: service.name, instance: name });
    }
    found.set(row.id, row);
  }
  return [...found.values()];
}

/** There are no replicas of several instances on one machine. */
export function refuseReplica(isReplica: boolean | undefined): void {
  if (isReplica === true) throw invalid('IsReplica', true, 'false: an instance is one process here');
}
