// `npm test`: set-up, static checks, every test, the conformance cases; closes with the counts.
import { mkdirSync } from 'node:fs';
import { setup } from './setup.mjs';
import {
  cache,
  existsSync,
  fail,
  join,
  passThrough,
  readFileSync,
  rmSync,
  root,
  run,
  step,
} from './steps.mjs';

const totals = { passed: 0, failed: 0, skipped: [], failures: [] };

try {
  process.stderr.write('Setting up\n');
  await setup();
  process.stderr.write('\nChecking\n');
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  await check('Lint and format', () =>
    run(process.execPath, [biome, 'check', '--diagnostic-level=error', '.']),
  );
  await check('Layers', () => run(process.execPath, [join(root, 'tools', 'check-layers.mjs')]));
  process.stderr.write('\nTesting\n');
  await vitest(process.argv.slice(2));
  if (process.argv.length === 2) await conformance('pmml', join(root, '..', 'shared', 'data', 'pmml'));
} catch (error) {
  fail(error);
}

for (const { name, reason } of totals.skipped) process.stdout.write(`skipped: ${name}: ${reason}\n`);
for (const name of totals.failures) process.stdout.write(`failed: ${name}\n`);
const skipped = totals.skipped.length > 0 ? `, ${totals.skipped.length} skipped` : '';
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;

async function check(title, work) {
  try {
    await step(title, work);
    totals.passed += 1;
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    totals.failed += 1;
    totals.failures.push(title);
  }
}

async function vitest(args) {
  const summaryFile = join(cache, 'test-summary.json');
  mkdirSync(cache, { recursive: true });
  rmSync(summaryFile, { force: true });
  const code = await passThrough(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      `--reporter=${join(root, 'tools', 'vitest-reporter.mjs')}`,
      ...args,
    ],
    { env: { ...process.env, OPENEAS_TEST_SUMMARY: summaryFile } },
  );
  if (!existsSync(summaryFile))
    throw new Error(`The test runner ended with exit code ${code} before it could report.`);
  const summary = JSON.parse(readFileSync(summaryFile, 'utf8'));
  if (code !== 0 && summary.failed === 0) summary.failed = 1;
  totals.passed += summary.passed;
  totals.failed += summary.failed;
  totals.skipped.push(...summary.skipped);
  totals.failures.push(...summary.failures);
}

async function conformance(suite, folder) {
  const title = `Conformance: ${suite}`;
  if (!existsSync(folder)) {
    totals.skipped.push({ name: title, reason: 'the folder ../shared/data with the cases is not here' });
    return;
  }
  await check(title, async () => {
    const output = await run(process.execPath, [join(root, 'tools', 'conformance.mjs'), suite, folder]);
    process.stderr.write(`    ${output.trim().split('\n').at(-1)}\n`);
  });
}
