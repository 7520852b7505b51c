import { existsSync } from 'node:fs';
import { ensureDatabaseFile } from './database-file.js';
import { MIGRATIONS } from './migrations.js';

/** Looks at the database without changing it. Fails with DatabaseDamaged or DatabaseTooNew. */
export function checkDatabase(path: string): 'absent' | 'sound' {
  if (!existsSync(path) && !existsSync(`${path}-wal`)) return 'absent';
  ensureDatabaseFile(path, MIGRATIONS);
  return 'sound';
}
