// `npm run conformance -- pmml DIR`: every case folder below DIR, failing cells and one closing line.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import * as engine from '../dist/index.js';
import { runCase } from './run-case.mjs';

/** Runs the cases below a folder; resolves to the exit status. */
export function runConformance(dir, print = console.log, only = '') {
  const root = resolve(dir);
  if (!existsSync(root)) {
    print(`pmml: skipped, ${dir} is not there`);
    return 0;
  }
  const counts = { all: [0, 0], tierA: [0, 0], vendor: [0, 0] };
  const add = (count, pass) => {
    count[1]++;
    if (pass) count[0]++;
  };
  let failed = false;
  for (const folder of caseFolders(root)) {
    const name = relative(root, folder) || '.';
    if (!name.includes(only)) continue;
    const { pass, tier, vendor, reason } = runCase(folder, engine);
    add(counts.all, pass);
    if (tier === 'A') add(counts.tierA, pass);
    if (vendor) add(counts.vendor, pass);
    if (!pass) {
      if (!vendor) failed = true;
      print(`${vendor ? 'fail (vendor)' : 'fail'} ${name}: ${reason}`);
    }
  }
  const of = ([a, b]) => `${a} of ${b}`;
  print(
    `pmml: ${of(counts.all)} cases pass; tier A: ${of(counts.tierA)}; vendor constructs: ${of(counts.vendor)}`,
  );
  return failed ? 1 : 0;
}

function caseFolders(root) {
  const found = [];
  const walk = (dir) => {
    const entries = readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (entries.some((e) => e.name === 'case.json')) {
      found.push(dir);
      return;
    }
    for (const entry of entries) if (entry.isDirectory()) walk(join(dir, entry.name));
  };
  walk(root);
  return found;
}
