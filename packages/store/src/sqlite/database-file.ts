import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import Database from 'better-sqlite3';
import { migrate, schemaVersion } from './migrate.js';
import type { Migration } from './migrations.js';

/** "OEAS": tells our files from other SQLite databases. */
const APPLICATION_ID = 0x4f454153;

/**
 * Makes sure that a sound database of a known schema lies at `path`. A new one is built beside it and renamed
 * into place, so an empty or half-made file at `path` is never ours and is called damaged. An existing one is
 * only read. Fails with DatabaseDamaged or DatabaseTooNew.
 */
export function ensureDatabaseFile(path: string, migrations: readonly Migration[]): void {
  if (existsSync(path)) {
    inspect(path, migrations);
  } else if (existsSync(`${path}-wal`)) {
    throw damaged(path, `its log ${path}-wal is there, but the database itself is missing`);
  } else {
    create(path, migrations);
  }
}

/** The settings every connection that writes needs. */
export function prepareConnection(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // FULL: a commit is on the disk before it is acknowledged, so power loss loses nothing acknowledged.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
}

function create(path: string, migrations: readonly Migration[]): void {
  const temporary = `${path}.new`;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(temporary + suffix, { force: true });
  // Created private before a byte is in it: the database holds tokens and AccessKey secrets.
  closeSync(openSync(temporary, 'wx', 0o600));
  const database = new Database(temporary);
  try {
    prepareConnection(database);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    migrate(database, migrations);
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  sync(temporary);
  renameSync(temporary, path);
  sync(dirname(path));
}

function inspect(path: string, migrations: readonly Migration[]): void {
  if (statSync(path).size === 0) throw damaged(path, 'the file is empty');
  chmodSync(path, 0o600);
  let database: Database.Database | undefined;
  try {
    // Read-only: a damaged file, and its log, stay exactly as they were found.
    database = new Database(path, { readonly: true, fileMustExist: true });
    const verdict = database.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw damaged(path, String(verdict));
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      throw damaged(path, 'it is a database of another program');
    }
    const found = database.pragma('user_version', { simple: true }) as number;
    const known = schemaVersion(migrations);
    if (found > known) throw new OpenEasError('DatabaseTooNew', { path, found, known });
  } catch (error) {
    if (error instanceof Database.SqliteError) throw damaged(path, error.message, error);
    throw error;
  } finally {
    database?.close();
  }
}

function damaged(path: string, reason: string, cause?: unknown): OpenEasError {
  return new OpenEasError('DatabaseDamaged', { path, reason }, { cause });
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
