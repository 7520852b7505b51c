import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceFolder } from './instance-folder.js';
import { isCode } from './instance-folder.js';

const TAIL_LINES = 20;
const TAIL_BYTES = 8 * 1024;

/** `instance.log`, and `instance.log.1` and up, which the runtime cuts off when the log grows large. */
const CURRENT = /^instance\.log(\.\d+)?$/;
const PREVIOUS = /^instance\.previous\.log(\.\d+)?$/;

/** Makes the log of the attempt before the previous one; the new attempt starts an empty file. */
export async function shelveLog(folder: InstanceFolder): Promise<void> {
  const current = await names(folder, CURRENT);
  if (current.length === 0) return;
  for (const name of await names(folder, PREVIOUS)) await rm(join(folder.path, name), { force: true });
  for (const name of current) {
    await rename(
      join(folder.path, name),
      join(folder.path, name.replace('instance.log', 'instance.previous.log')),
    );
  }
}

/** Existing log files of the run now, or of the one before it, oldest first. */
export async function logFiles(folder: InstanceFolder, previous: boolean): Promise<readonly string[]> {
  const found = await names(folder, previous ? PREVIOUS : CURRENT);
  const age = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
  return found.sort((a, b) => age(b) - age(a)).map((name) => join(folder.path, name));
}

/** The last lines of the current log, at most 20 and 8 KiB. */
export function logTail(folder: InstanceFolder): readonly string[] {
  let file: number;
  try {
    file = openSync(folder.logFile, 'r');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
  try {
    const size = fstatSync(file).size;
    const start = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(file, bytes, 0, bytes.length, start);
    const lines = bytes
      .subarray(0, read)
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    // The first line of a cut is a part of one.
    if (start > 0) lines.shift();
    return lines.slice(-TAIL_LINES);
  } finally {
    closeSync(file);
  }
}

async function names(folder: InstanceFolder, pattern: RegExp): Promise<string[]> {
  try {
    return (await readdir(folder.path)).filter((name) => pattern.test(name));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}
