import { OpenEasError } from '@openeas/contracts';
import { isAlive, type ProcessIdentity, signalProcess, sleep, systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import type { Settings } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';
import { stopAllInstances } from '../supervisor/stop-instances.js';
import { runningPrograms } from '../supervisor/supervisor.js';

const DEADLINE_MS = 60_000;

/** `openeas stop`: through the supervisor when it lives, else piece by piece in the same order. */
export async function stop(settings: Settings, options: { keepInstances: boolean }): Promise<number> {
  const { supervisor, control, gateway } = runningPrograms(settings);
  const clock = systemClock;
  if (supervisor !== undefined) {
    signalProcess(supervisor, options.keepInstances ? 'SIGUSR2' : 'SIGTERM');
    await gone(supervisor);
    process.stdout.write('OpenEAS is stopped.\n');
    return EXIT.ok;
  }
  for (const program of [gateway, control]) {
    if (program !== undefined && signalProcess(program, 'SIGTERM')) await gone(program);
  }
  if (!options.keepInstances) {
    const log = createLogger({ name: 'stop', level: 'warn', format: 'text' });
    await stopAllInstances({ root: settings.layout.instances, graceMs: 30_000, clock, log });
  }
  const nothing = control === undefined && gateway === undefined;
  process.stdout.write(
    nothing ? `Nothing was running in ${settings.layout.home}.\n` : 'OpenEAS is stopped.\n',
  );
  return EXIT.ok;
}

async function gone(identity: ProcessIdentity): Promise<void> {
  const deadline = systemClock.monotonic() + DEADLINE_MS;
  while (isAlive(identity)) {
    if (systemClock.monotonic() > deadline) {
      throw new OpenEasError(
        'InternalError',
        {},
        { cause: new Error(`process ${identity.pid} did not end`) },
      );
    }
    await sleep(systemClock, 50);
  }
}
