import { OpenEasError, type ServiceConfig } from '@openeas/contracts';
import type { ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { membersOf } from './blue-green-group.js';

const SUFFIX_LENGTH = 8;
/** `name` + `_` + suffix has to fit the 63 characters of a name. */
const MAX_ENTRY_LENGTH = 63 - SUFFIX_LENGTH - 1;

/** What a new service is to be called, and what it shares with the group it joins. */
export interface NewServicePlace {
  readonly name: string;
  readonly config: ServiceConfig;
  readonly membership: Pick<ServiceRecord, 'entry' | 'released' | 'entryToken' | 'goneTokens' | 'weight'>;
}

const ALONE = { entry: '', released: false, entryToken: null, goneTokens: [], weight: 100 } as const;

/**
 * Where CreateService puts a service. With `metadata.release: true` (manual, `create -r`) it becomes the
 * partner of the service called `name`: it is named `{entry}_{8 hex}`, has an address and a token of its own
 * and no share of the entry until it is released. Without, the name must not be somebody's entry.
 */
export async function placeOf(
  config: ServiceConfig,
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<NewServicePlace> {
  const name = String(config.name);
  const { release, ...metadata } = (config.metadata ?? {}) as { release?: unknown };
  const plain: ServiceConfig = { ...config, metadata };
  if (release !== true) {
    if ((await tx.serviceGroups.get(name)) !== undefined) {
      throw new OpenEasError('GroupNameTaken', { name, holder: `service group [${name}]` });
    }
    const holders = await membersOf(name, tx.services);
    if (holders.length > 0 && !holders.some((each) => each.name === name)) {
      const members = holders.map((each) => `[${each.name}]`).join(', ');
      throw new OpenEasError('EntryReserved', { name, members });
    }
    return { name, config: plain, membership: ALONE };
  }
  const group = await groupToJoin(name, call, context, tx);
  const entry = group.entry;
  if (entry.length > MAX_ENTRY_LENGTH) {
    throw new OpenEasError('InvalidParameter', {
      field: 'name',
      value: entry,
      expected: `at most ${MAX_ENTRY_LENGTH} characters for a blue-green partner, as _ and ${SUFFIX_LENGTH} more are added`,
    });
  }
  const own = `${entry}_${context.ids.hex(SUFFIX_LENGTH)}`;
  return {
    name: own,
    config: { ...plain, name: own },
    membership: { ...group, released: false, weight: 0 },
  };
}

/** The group with this entry, or with a member of this name; a service that is in none founds one. */
async function groupToJoin(
  name: string,
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Pick<ServiceRecord, 'entry' | 'entryToken' | 'goneTokens'>> {
  const named = await tx.services.getByName(name);
  const entry = named === undefined || named.entry === '' ? name : named.entry;
  const rows = await membersOf(entry, tx.services);
  const members = rows.length === 0 && named !== undefined ? [named] : rows;
  const alive = members.filter(({ desired }) => desired !== 'Deleted');
  if (members.some(({ accountUid }) => accountUid !== call.caller.accountUid) || alive.length === 0) {
    throw new OpenEasError('ServiceNotFound', { name, region: context.region });
  }
  if (named !== undefined && named.serviceGroup !== '') {
    const reason = `it is in service group [${named.serviceGroup}], whose weights take the place of blue-green. Create the new service with metadata.group ${named.serviceGroup}.`;
    throw new OpenEasError('ReleaseRefused', { name, reason });
  }
  const locked = alive.find(({ safetyLock }) => safetyLock === 'all');
  if (locked !== undefined) {
    throw new OpenEasError('ServiceLocked', { name: locked.name, lock: 'all', action: call.action });
  }
  if (named !== undefined && named.entry === '') {
    await tx.services.update(named.uid, { entry, updatedAt: call.now });
  }
  // Who is there has them all: they were told of each that went.
  return { entry, entryToken: tokenOfGoneFirst(members, entry), goneTokens: alive[0]?.goneTokens ?? [] };
}

/** The first service's token, once that service is there no more: the entry accepts it for ever. */
function tokenOfGoneFirst(members: readonly ServiceRecord[], entry: string): string | null {
  const first = members.find(({ name }) => name === entry);
  if (first !== undefined && first.desired !== 'Deleted') return null;
  return first?.token ?? members.find(({ entryToken }) => entryToken !== null)?.entryToken ?? null;
}
