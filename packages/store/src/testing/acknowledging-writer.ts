import { writeSync } from 'node:fs';
import { systemClock } from '@openeas/kernel';
import { openSqliteStore } from '../sqlite/sqlite-store.js';
import { serviceOf, versionOf } from './records.js';

// A process for the kill test: adds services for ever and says which ones were acknowledged.
const [path, round] = process.argv.slice(2) as [string, string];
const store = await openSqliteStore({ path, clock: systemClock });

async function write(worker: number): Promise<never> {
  for (let n = 0; ; n++) {
    const uid = `${round}-${worker}-${n}`;
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf(uid));
      await tx.versions.insert(versionOf(uid, 1));
      await tx.services.setState(uid, { to: 'Running', reason: 'Ready', message: uid, now: n });
    });
    writeSync(1, `${uid}\n`);
  }
}

writeSync(1, 'open\n');
await Promise.all([write(0), write(1), write(2)]);
