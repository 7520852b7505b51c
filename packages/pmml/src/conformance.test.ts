import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as engine from './index.js';

const shared = process.env.OPENEAS_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const data = join(shared, 'data', 'pmml');
const runner = new URL('../conformance/run-case.mjs', import.meta.url).href;

type Verdict = { pass: boolean; vendor: boolean; reason?: string };

if (!existsSync(data))
  console.log('pmml conformance: skipped, the folder shared/data/pmml is not beside the repository');

test.skipIf(!existsSync(data))(
  'every case outside the vendor constructs is answered as expected',
  async () => {
    const { runCase } = (await import(runner)) as { runCase(dir: string, with_: unknown): Verdict };
    const failures: string[] = [];
    for (const source of readdirSync(data, { withFileTypes: true })) {
      if (!source.isDirectory()) continue;
      for (const name of readdirSync(join(data, source.name))) {
        const folder = join(data, source.name, name);
        if (!existsSync(join(folder, 'case.json'))) continue;
        const { pass, vendor, reason } = runCase(folder, engine);
        if (!pass && !vendor) failures.push(`${source.name}/${name}: ${reason}`);
      }
    }
    expect(failures).toEqual([]);
  },
  180_000,
);
