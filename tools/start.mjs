// `npm start`: set up what is missing, then hand over to `openeas start` with the example service.

import { setup } from './setup.mjs';
import { fail, join, passThrough, root } from './steps.mjs';

try {
  await setup();
} catch (error) {
  fail(error);
}
// The terminal sends Ctrl-C to both; openeas does the stopping, this process waits for its end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.exitCode = await passThrough(process.execPath, [
  join(root, 'apps', 'openeas', 'bin', 'openeas.js'),
  'start',
  '--with-example',
  ...process.argv.slice(2),
]);
