import { closeSync, openSync } from 'node:fs';
import { OpenEasError } from '@openeas/contracts';
import Database from 'better-sqlite3';

/**
 * Holds `PATH.lock` until `release`. The operating system drops the lock with the process, so a kill leaves
 * nothing to clean up; SQLite's own locking of a second, empty database is used because Node has no file locks.
 * Fails with DatabaseInUse while anyone else holds it.
 */
export function lockDatabase(path: string): { release(): void } {
  const lockPath = `${path}.lock`;
  closeSync(openSync(lockPath, 'a', 0o600));
  const lock = new Database(lockPath, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new OpenEasError('DatabaseInUse', { path }, { cause: error });
    }
    throw error;
  }
  return { release: () => void lock.close() };
}
