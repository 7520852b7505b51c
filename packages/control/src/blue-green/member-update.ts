import type { JsonObject, ServiceConfig } from '@openeas/contracts';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import { invalid } from '../api/parameters.js';
import { membersOf } from './blue-green-group.js';

/**
 * The file that created a blue-green partner carries the name of the entry; it serves to update the partner
 * too. Fails when it asks for a partner once more: an update adds none.
 */
export function memberPatch(patch: ServiceConfig, service: ServiceRecord): ServiceConfig {
  const { release, ...metadata } = (patch.metadata ?? {}) as JsonObject;
  if (release === true) {
    throw invalid('metadata.release', true, 'false: only CreateService adds a blue-green partner');
  }
  const own = service.entry !== '' && patch.name === service.entry ? { ...patch, name: service.name } : patch;
  return release === undefined ? own : { ...own, metadata };
}

/**
 * A new token for the only service of its group also ends the tokens that others left to the
 * entry: there has to be a way to withdraw them. While there are partners they stay.
 */
export async function withdrawnEntryToken(
  service: ServiceRecord,
  tx: StoreTransaction,
): Promise<{ entryToken?: null; goneTokens?: readonly string[] }> {
  if (service.entryToken === null && service.goneTokens.length === 0) return {};
  const others = (await membersOf(service.entry, tx.services)).filter(
    ({ uid, desired }) => uid !== service.uid && desired !== 'Deleted',
  );
  return others.length === 0 ? { entryToken: null, goneTokens: [] } : {};
}
