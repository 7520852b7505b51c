import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { claimFile } from '@openeas/contracts';
import type { ProcessIdentity } from '@openeas/kernel';

/**
 * Takes attempt `attempt` of the instance whose folder this is. The file system decides: of any number of
 * processes exactly one creates the file, whatever they know of each other.
 * @returns false when another process has (or had) this attempt
 */
export function claimAttempt(folder: string, attempt: number, identity: ProcessIdentity): boolean {
  let file: number;
  try {
    file = openSync(join(folder, claimFile(attempt)), 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(file, JSON.stringify(identity));
  } finally {
    closeSync(file);
  }
  return true;
}
