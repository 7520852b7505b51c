import { type GroupMember, groupMember, shownSplit } from '@openeas/domain';
import type { InstanceReader, ServiceReader, ServiceRecord } from '@openeas/store';

/** A blue-green group as the store has it: members in order of creation, those being deleted included. */
export interface BlueGreenGroup {
  readonly entry: string;
  readonly rows: readonly ServiceRecord[];
  readonly members: readonly GroupMember[];
}

interface Reader {
  readonly services: ServiceReader;
  readonly instances: InstanceReader;
}

/** The group of a service; one that is in none is a group of its own. */
export async function groupOf(service: ServiceRecord, read: Reader): Promise<BlueGreenGroup> {
  const entry = service.entry === '' ? service.name : service.entry;
  const rows = service.entry === '' ? [service] : await membersOf(entry, read.services);
  const members: GroupMember[] = [];
  for (const row of rows) {
    members.push(groupMember({ service: row, instances: await read.instances.listByService(row.uid) }));
  }
  return { entry, rows, members };
}

/** Everybody who belongs to an entry, oldest first: one query, so that a release is seen whole or not at all. */
export async function membersOf(entry: string, services: ServiceReader): Promise<readonly ServiceRecord[]> {
  return (await services.list({ entry, sort: 'CreateTime', order: 'asc' })).rows;
}

/** The split as it was asked for, as far as stops and deletions leave it. */
export async function shownBlueGreen(
  service: ServiceRecord,
  services: ServiceReader,
): Promise<{ blueGreen: readonly string[]; weight: number; address: string }> {
  const rows = await membersOf(service.entry, services);
  // Readiness comes and goes; what is shown is the split that was asked for and that stops and deletions leave.
  const split = shownSplit(
    rows.map((row) => ({ ...row, ready: true })),
    service.entry,
  );
  return {
    blueGreen: rows.filter(({ desired }) => desired !== 'Deleted').map(({ name }) => name),
    weight: split.get(service.uid) ?? 0,
    address: service.released ? service.entry : service.name,
  };
}
