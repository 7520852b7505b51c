import type { Clock, Ids } from '@openeas/kernel';
import type { AccessKeyRecord, AccountRecord, Store } from '@openeas/store';

/** Creates the root account with its AccessKey on the first call and finds them on every later one. */
export async function ensureRootAccount(
  store: Store,
  ids: Ids,
  clock: Clock,
): Promise<{ account: AccountRecord; accessKey: AccessKeyRecord; created: boolean }> {
  return store.transaction(async (tx) => {
    const known = (await tx.accounts.list()).find(({ name }) => name === ROOT);
    const account = known ?? { uid: accountUid(ids), name: ROOT, createdAt: clock.now() };
    if (known === undefined) await tx.accounts.insert(account);
    const [key] = await tx.accounts.accessKeysOf(account.uid);
    if (key !== undefined) return { account, accessKey: key, created: false };
    const accessKey = {
      id: `LTAI${ids.resourceId('')}`,
      secret: (ids.resourceId('') + ids.resourceId('')).slice(0, 30),
      accountUid: account.uid,
      active: true,
      createdAt: clock.now(),
    };
    await tx.accounts.insertAccessKey(accessKey);
    return { account, accessKey, created: true };
  });
}

const ROOT = 'root';

/** 16 digits, the first one not 0, as Alibaba Cloud uids. */
function accountUid(ids: Ids): string {
  const value = BigInt(`0x${ids.hex(16)}`) % 9_000_000_000_000_000n;
  return String(1_000_000_000_000_000n + value);
}
