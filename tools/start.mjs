// `npm start`: set up what is missing, then hand over to `openeas start` with the example service.

import { setup } from './setup.mjs';
import { fail, join, passThrough, root } from './steps.mjs';

try {
  await setup();
} catch (error) {
  fail(error);
}
const args = [
  join(root, 'apps', 'openeas', 'bin', 'openeas.js'),
  'start',
  '--with-example',
  ...process.argv.slice(2),
];
process.exitCode = await passThrough(process.execPath, args, {}, ['SIGINT', 'SIGTERM']);
