import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import { ManualClock } from '@openeas/kernel';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { storeConformance } from '../conformance/store-conformance.js';
import type { Store } from '../port.js';
import { serviceOf, versionOf } from '../testing/records.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { MIGRATIONS } from './migrations.js';
import { openSqliteStore } from './sqlite-store.js';

const clock = new ManualClock();

storeConformance('SQLite', (options) =>
  openSqliteStore({ path: join(temporaryFolder(), 'openeas.db'), ...options }),
);

async function openAt(path: string): Promise<Store> {
  const store = await openSqliteStore({ path, clock });
  onTestFinished(() => store.close());
  return store;
}

/** A closed database with some services in it. */
async function filledDatabase(services = 200): Promise<string> {
  const path = join(temporaryFolder(), 'openeas.db');
  const store = await openAt(path);
  await store.transaction(async (tx) => {
    for (let n = 0; n < services; n++) {
      await tx.services.insert(serviceOf(`s${n}`));
      await tx.versions.insert(versionOf(`s${n}`, 1, { config: JSON.stringify({ name: 'x'.repeat(500) }) }));
    }
  });
  await store.close();
  return path;
}

async function refusal(path: string): Promise<OpenEasError> {
  const error = await openAt(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OpenEasError);
  return error as OpenEasError;
}

it('finds everything again after it was closed', async () => {
  const path = await filledDatabase(3);
  expect((await (await openAt(path)).read.services.list()).total).toBe(3);
});

it('keeps its files private', async () => {
  const path = join(temporaryFolder(), 'openeas.db');
  const store = await openAt(path);
  await store.transaction((tx) => tx.services.insert(serviceOf('a')));
  for (const suffix of ['', '-wal', '-shm', '.lock']) {
    expect([suffix, (statSync(path + suffix).mode & 0o777).toString(8)]).toEqual([suffix, '600']);
  }
});

it('writes ahead and waits for the disk', async () => {
  const path = await filledDatabase(1);
  await openAt(path);
  const probe = new Database(path, { readonly: true });
  onTestFinished(() => void probe.close());
  expect(probe.pragma('journal_mode', { simple: true })).toBe('wal');
});

it('lets a second control on the same database go away with a clear line, and in again later', async () => {
  const path = join(temporaryFolder(), 'openeas.db');
  const first = await openAt(path);
  expect(await refusal(path)).toMatchObject({ code: 'DatabaseInUse' });
  await first.transaction((tx) => tx.services.insert(serviceOf('a')));
  await first.close();
  expect((await (await openAt(path)).read.services.list()).total).toBe(1);
});

it.each<[string, (path: string) => void]>([
  ['an empty file', (path) => truncateSync(path, 0)],
  ['a file cut in the middle', (path) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)],
  ['a file that is no database', (path) => writeFileSync(path, 'hello '.repeat(1000))],
  ['a file with overwritten pages', (path) => overwrite(path, 4096 * 5, 4096 * 20)],
  ['a file with an overwritten header', (path) => overwrite(path, 0, 100)],
])('calls %s damaged and changes nothing', async (_, damage) => {
  const path = await filledDatabase();
  damage(path);
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  const error = await refusal(path);
  expect(error.code).toBe('DatabaseDamaged');
  expect(error.message).toContain(path);
  expect(readFileSync(path).equals(readFileSync(copy))).toBe(true);
});

it('does not start empty when only the log is left of a database', async () => {
  const path = join(temporaryFolder(), 'openeas.db');
  writeFileSync(`${path}-wal`, 'what is left');
  expect(await refusal(path)).toMatchObject({ code: 'DatabaseDamaged' });
  expect(existsSync(path)).toBe(false);
});

it('refuses a database of another program', async () => {
  const path = join(temporaryFolder(), 'openeas.db');
  const foreign = new Database(path);
  foreign.exec('create table t (x)');
  foreign.close();
  expect((await refusal(path)).message).toContain('another program');
});

it('refuses a database of a newer OpenEAS and leaves it alone', async () => {
  const path = await filledDatabase(1);
  const database = new Database(path);
  database.pragma('user_version = 999');
  database.close();
  expect(await refusal(path)).toMatchObject({ code: 'DatabaseTooNew' });
  expect((await refusal(path)).message).toContain(`schema 999, this one knows ${MIGRATIONS.at(-1)?.version}`);
});

it('starts over when a first start was cut off before the database was in place', async () => {
  const path = join(temporaryFolder(), 'openeas.db');
  writeFileSync(`${path}.new`, 'half made');
  expect((await (await openAt(path)).read.services.list()).total).toBe(0);
});

it.each([
  [{ limit: 20, offset: 40 }],
  [{ accountUid: '1', limit: 20 }],
  [{ accountUid: '1', sort: 'UpdateTime', limit: 20 }],
  [{ accountUid: '1', sort: 'ServiceName', order: 'asc', limit: 20 }],
  [{ accountUid: '1', sort: 'Status', limit: 20 }],
] as const)('reads a page %j along an index, without sorting', async (query) => {
  const path = await filledDatabase(1);
  const plans: string[] = [];
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const sort = {
    UpdateTime: 'updatedAt',
    ServiceName: 'name',
    Status: 'state',
    CreateTime: 'createdAt',
  } as const;
  const column = sort['sort' in query ? query.sort : 'CreateTime'];
  const order = 'order' in query ? query.order : 'desc';
  const where = 'accountUid' in query ? "where accountUid = '1'" : '';
  const text = `explain query plan select * from services ${where} order by ${column} ${order}, uid ${order} limit 20`;
  for (const row of database.prepare(text).all() as { detail: string }[]) plans.push(row.detail);
  expect(plans.join('\n')).toMatch(/USING INDEX/);
  expect(plans.join('\n')).not.toMatch(/TEMP B-TREE/);
});

function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0x5a, from, Math.min(to, bytes.length));
  writeFileSync(path, bytes);
}
