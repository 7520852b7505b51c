// The long form of fuzz.test.ts: node packages/http1/fuzz/run.mjs [SEED] [INPUTS]; build first.
import { fuzz } from '../dist/testing/fuzz.js';

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
const inputs = Number(process.argv[3] ?? 1_000_000);
const started = Date.now();
const STEP = 50_000;
let messages = 0;
let refused = 0;
for (let done = 0; done < inputs; done += STEP) {
  const report = await fuzz(seed + done, Math.min(STEP, inputs - done));
  messages += report.messages;
  refused += report.refused;
  for (const failure of report.failures) process.stdout.write(`${failure}\n`);
  if (report.failures.length > 0) {
    process.stdout.write(`failed: seed ${seed + done}\n`);
    process.exit(1);
  }
  process.stdout.write(
    `${done + report.inputs} inputs, ${messages} requests, ${refused} refusals, ${Math.round((Date.now() - started) / 1000)} s\n`,
  );
}
