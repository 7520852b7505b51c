// `npm run bench -- SCENARIO [ARGS]`: runs bench/src/SCENARIO.mjs after printing the machine it runs on.
import { readdirSync } from 'node:fs';
import os from 'node:os';
import { pathToFileURL } from 'node:url';
import { setup } from './setup.mjs';
import { existsSync, fail, join, root } from './steps.mjs';

const folder = join(root, 'bench', 'src');
const [scenario, ...args] = process.argv.slice(2);
const file = join(folder, `${scenario}.mjs`);
if (scenario === undefined || !existsSync(file)) {
  const known = readdirSync(folder)
    .filter((name) => /^[a-z][a-z0-9-]*\.mjs$/.test(name))
    .map((name) => name.slice(0, -4));
  fail(`Usage: npm run bench -- SCENARIO [ARGS]\nScenarios: ${known.join(', ')}`);
}
try {
  await setup();
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  console.log(
    `machine: ${os.availableParallelism()} × ${cpu}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}, Node ${process.versions.node}`,
  );
  const { run } = await import(pathToFileURL(file).href);
  await run(args);
} catch (error) {
  fail(error);
}
