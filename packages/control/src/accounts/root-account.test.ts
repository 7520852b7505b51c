import { join } from 'node:path';
import { randomIds, systemClock } from '@openeas/kernel';
import { openSqliteStore } from '@openeas/store';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { ensureRootAccount } from './root-account.js';

it('makes the account and its AccessKey once, in the shapes clients know', async () => {
  const store = await openSqliteStore({ path: join(temporaryFolder(), 'a.db'), clock: systemClock });
  onTestFinished(() => store.close());
  const [first, second] = await Promise.all([
    ensureRootAccount(store, randomIds, systemClock),
    ensureRootAccount(store, randomIds, systemClock),
  ]);
  expect([first.created, second.created]).toEqual([true, false]);
  expect({ ...second, created: true }).toEqual(first);
  expect(first.account.uid).toMatch(/^[1-9]\d{15}$/);
  expect(first.accessKey.id).toMatch(/^LTAI[a-z0-9]{20}$/);
  expect(first.accessKey.secret).toMatch(/^[a-z0-9]{30}$/);
  expect(await store.read.accounts.list()).toHaveLength(1);
});
