import { fileURLToPath } from 'node:url';
import { createProcessDriver, type InstanceDriver } from '@openeas/drivers';
import type { Clock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';

const EXECUTABLE = fileURLToPath(new URL('../../bin/openeas.js', import.meta.url));

/** The process driver of this installation: instances run `openeas runtime`. */
export function createInstanceDriver(options: {
  readonly root: string;
  readonly clock: Clock;
  readonly log: Logger;
}): InstanceDriver {
  return createProcessDriver({
    ...options,
    command: (configFile) => ({
      file: process.execPath,
      // A small young generation keeps an idle instance small; models live in the old one.
      args: ['--max-semi-space-size=8', EXECUTABLE, 'runtime', '--config', configFile],
      env: instanceEnvironment(process.env),
    }),
  });
}

/** Instances see a clean environment: nothing of the operator's shell, no secrets of this installation. */
function instanceEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS']) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
