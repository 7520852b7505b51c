// Times one model in a process of its own, as the reference has one: prints JSON with the rows per second of batches
// and of single records. `node pmml-engine.mjs MODEL ROWS SECONDS`
import { readFileSync } from 'node:fs';
import { loadEngine, readRows } from './pmml-files.mjs';

const [modelFile, rowsFile, seconds] = process.argv.slice(2);
const { loadPmmlSync } = await loadEngine();
const rows = readRows(rowsFile);
const model = loadPmmlSync(readFileSync(modelFile), { results: 'all' });
const batch = measure(() => model.predictBatch(rows));
const single = measure(() => {
  for (const row of rows) model.predict(row);
});
console.log(JSON.stringify({ batch, single }));

/** Rows per second of CPU time (collector and compiler included), the best of five after warming up. */
function measure(run) {
  let best = 0;
  for (let round = 0; round < 6; round++) {
    const start = process.cpuUsage();
    let count = 0;
    let elapsed = 0;
    while (elapsed < Number(seconds)) {
      run();
      count += rows.length;
      const { user, system } = process.cpuUsage(start);
      elapsed = (user + system) / 1e6;
    }
    if (round > 0) best = Math.max(best, count / elapsed);
  }
  return best;
}
