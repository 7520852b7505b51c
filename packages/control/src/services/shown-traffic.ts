import { fullName, shownGroupSplit } from '@openeas/domain';
import type { ServiceGroupReader, ServiceReader, ServiceRecord } from '@openeas/store';
import { shownBlueGreen } from '../blue-green/blue-green-group.js';
import { servicesOfGroup } from '../service-groups/group-membership.js';

/** What the views of a service show of its address and of those it shares one with. */
export interface ShownTraffic {
  /** Names of all members of its blue-green group that are not being deleted. */
  readonly blueGreen: readonly string[];
  /**
   * Percent of a blue-green entry, or of a service group that splits by instances; in a group that splits by weights
   * the weight that was asked for. 100 for a service on its own.
   */
  readonly weight: number;
  /** The address the service is called at. */
  readonly address: string;
}

export async function shownTraffic(
  service: ServiceRecord,
  read: { readonly services: ServiceReader; readonly serviceGroups: ServiceGroupReader },
): Promise<ShownTraffic> {
  const { serviceGroup: group, uid, weight } = service;
  if (service.entry !== '') return shownBlueGreen(service, read.services);
  if (group === '') return { blueGreen: [], weight, address: service.name };
  const address = fullName(group, service.name);
  if ((await read.serviceGroups.get(group))?.trafficMode === 'customized') {
    return { blueGreen: [], weight, address };
  }
  const split = shownGroupSplit(await servicesOfGroup(group, read.services), 'auto');
  return { blueGreen: [], weight: split.get(uid) ?? 0, address };
}
