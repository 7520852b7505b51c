// Runs one instance as a process of its own: node run-instance.mjs CONFIG [PROCESSOR_MODULE_URL...]
import { randomIds, systemClock } from '@openeas/kernel';
import { runInstance } from '@openeas/runtime';

const [configFile, ...processorModules] = process.argv.slice(2);
// For the test of a failure that no code foresaw.
process.once('SIGUSR2', () => {
  throw new Error('thrown on purpose');
});
process.exitCode = await runInstance({ configFile, processorModules, clock: systemClock, ids: randomIds });
