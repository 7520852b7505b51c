import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@openeas/kernel';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { openSqliteStore } from './sqlite-store.js';

const WRITER = fileURLToPath(new URL('../../dist/testing/acknowledging-writer.js', import.meta.url));
const ROUNDS = 10;

it('has every acknowledged change after its process was killed at any moment', async () => {
  const path = join(temporaryFolder(), 'openeas.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // From "not open yet" to "hundreds of commits": the moment is counted in acknowledgements, not in time.
    acknowledged.push(...(await writeUntilKilled(path, round, round === 0 ? 0 : round ** 2)));
    const store = await openSqliteStore({ path, clock: systemClock });
    const kept = new Map((await store.read.services.list()).rows.map((row) => [row.uid, row]));
    await store.close();
    for (const uid of acknowledged) {
      expect(kept.get(uid)).toMatchObject({ state: 'Running', message: uid });
    }
    // What was not acknowledged may be there, but never in part.
    for (const row of kept.values()) expect(row.state).toBe('Running');
  }
  expect(acknowledged.length).toBeGreaterThan(ROUNDS);
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
}, 180_000);

async function writeUntilKilled(path: string, round: number, atLeast: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, path, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += String(chunk);
    if (text.split('\n').length > 1 + atLeast) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  // A line cut off by the kill was not acknowledged.
  return text.split('\n').slice(1, -1);
}
