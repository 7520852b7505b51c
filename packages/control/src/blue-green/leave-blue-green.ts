import { OpenEasError } from '@openeas/contracts';
import { entrySplit, participants, planDeparture } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall } from '../api/action.js';
import { groupOf } from './blue-green-group.js';
import { applyShares } from './release-service.js';

/**
 * What the deletion of a service means for its blue-green group: the others take its share at once, and the
 * entry keeps the first service's token. Fails with EntryWouldClose when it serves the entry alone and nobody
 * else of the group is ready; the last service of a group may always go.
 */
export async function leaveBlueGreen(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
): Promise<void> {
  if (service.entry === '') return;
  const { entry, rows, members } = await groupOf(service, tx);
  const rest = members.filter(({ uid, desired }) => uid !== service.uid && desired !== 'Deleted');
  if (rest.length === 0) return;
  const self = members.find(({ uid }) => uid === service.uid);
  const serves = self?.ready === true && (entrySplit(members, entry).get(service.uid) ?? 0) > 0;
  const changes = planDeparture(members, entry, service.uid);
  const after = rest.map((each) => ({ ...each, ...changes.find(({ uid }) => uid === each.uid) }));
  if (serves && !participants(after, entry).some(({ ready }) => ready)) {
    const others = rest.map(({ name }) => `[${name}]`).join(', ');
    throw new OpenEasError('EntryWouldClose', { name: service.name, entry, others });
  }
  if (service.name === entry) {
    for (const { uid } of rest) await tx.services.update(uid, { entryToken: service.token });
  }
  await applyShares(tx, rows, entry, changes, call);
}
