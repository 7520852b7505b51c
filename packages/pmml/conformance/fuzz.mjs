// `node packages/pmml/conformance/fuzz.mjs DIR [COUNT] [SEED]`: mutates the models of the case folders below DIR. A
// mutant must be refused with a ModelError or score rows, each with an answer or a RecordError, within a few seconds.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as engine from '../dist/index.js';
import { mutate } from '../dist/testing/mutate.js';
import { randomSource } from '../dist/testing/random-model.js';
import { parseCsv } from './csv.mjs';

const LARGEST = 60_000;
const PATIENCE_MS = 5000;

const [dir, count = '20000', seed = '1'] = process.argv.slice(2);
if (dir === undefined) {
  console.error('Usage: fuzz.mjs DIR [COUNT] [SEED]');
  process.exit(2);
}
const cases = readdirSync(dir, { recursive: true })
  .filter((file) => file.endsWith('model.pmml') && statSync(join(dir, file)).size < LARGEST)
  .map((file) => join(dir, file));
const faults = new Map();
const tally = { models: 0, refused: 0, slow: 0 };
for (let run = 0; run < Number(count); run++) {
  const random = randomSource(Number(seed) * 1e6 + run);
  const file = cases[Math.floor(random() * cases.length)];
  const text = mutate(readFileSync(file, 'utf8'), random);
  const start = Date.now();
  try {
    const model = engine.loadPmmlSync(text, {
      results: 'all',
      verify: run % 3 === 0,
      limits: { streamAfterBytes: run % 2 === 0 ? 0 : 1e9 },
    });
    const [header, ...rows] = parseCsv(readFileSync(file.replace('model.pmml', 'input.csv'), 'utf8')).slice(
      0,
      4,
    );
    const records = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
    model.predictBatch(records);
    tally.models++;
  } catch (error) {
    if (error instanceof engine.ModelError) tally.refused++;
    else {
      const where = String(error.stack).split('\n').slice(0, 3).join(' | ');
      if (!faults.has(where)) console.log(`run ${run} ${file}\n  ${where}`);
      faults.set(where, (faults.get(where) ?? 0) + 1);
    }
  }
  if (Date.now() - start > PATIENCE_MS) {
    tally.slow++;
    console.log(`run ${run} ${file}: ${Date.now() - start} ms`);
  }
}
console.log(
  `${count} mutants of ${cases.length} models: ${tally.models} scored, ${tally.refused} refused, ${tally.slow} slow, ${faults.size} kinds of fault`,
);
process.exitCode = faults.size > 0 || tally.slow > 0 ? 1 : 0;
