// `npm run conformance -- SUITE DIR`: runs a suite of models with expected answers.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SUITES = { pmml: 'packages/pmml/conformance/run.mjs' };

const [suite, dir, only] = process.argv.slice(2);
const file = SUITES[suite];
if (file === undefined || dir === undefined) {
  console.error(
    `Usage: npm run conformance -- SUITE DIR [PART OF A NAME]\nSuites: ${Object.keys(SUITES).join(', ')}`,
  );
  process.exit(2);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const { runConformance } = await import(pathToFileURL(join(root, file)).href);
process.exitCode = runConformance(dir, console.log, only);
