import { OpenEasError } from '@openeas/contracts';
import { entrySplit, participants, planDeparture } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall } from '../api/action.js';
import { groupOf } from './blue-green-group.js';
import { applyShares } from './release-service.js';

/** Each request is compared with all of them; clients that are as many rounds behind have to be told. */
const MAX_GONE_TOKENS = 64;

/**
 * What the deletion of a service means for its blue-green group: the others take its share at once, and the
 * entry keeps the tokens that open it. Fails with EntryWouldClose when it serves the entry alone and nobody
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
  for (const { uid } of rest) {
    if (service.name === entry) await tx.services.update(uid, { entryToken: service.token });
    else if (service.released) await tx.services.update(uid, { goneTokens: leftTokens(service) });
  }
  await applyShares(tx, rows, entry, changes, call);
}

/** Clients that came while this side was released know no other token of the entry than its own. */
function leftTokens({ token, goneTokens }: ServiceRecord): readonly string[] {
  const others = goneTokens.filter((each) => each !== token);
  return token === '' ? others : [...others, token].slice(-MAX_GONE_TOKENS);
}
