// Runs one instance as a process of its own: node run-instance.mjs CONFIG [PROCESSOR_MODULE_URL...]
import { randomIds, systemClock } from '@openeas/kernel';
import { runInstance } from '@openeas/runtime';

const [configFile, ...processorModules] = process.argv.slice(2);
process.exitCode = await runInstance({ configFile, processorModules, clock: systemClock, ids: randomIds });
