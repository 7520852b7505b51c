import type Database from 'better-sqlite3';
import type { Migration } from './migrations.js';

/** Highest schema version in `migrations`. */
export function schemaVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/** Applies what is missing, each step with its version number in one transaction: all of it or nothing. */
export function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  for (const { version, sql } of migrations) {
    if (version <= (database.pragma('user_version', { simple: true }) as number)) continue;
    database
      .transaction(() => {
        database.exec(sql);
        database.pragma(`user_version = ${version}`);
      })
      .immediate();
  }
}
