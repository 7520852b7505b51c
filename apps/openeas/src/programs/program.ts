import { join } from 'node:path';
import { type HomeLayout, OpenEasError } from '@openeas/contracts';
import { writeFileAtomic } from '@openeas/kernel';
import { createLogger, type Logger } from '@openeas/telemetry';
import type { Settings } from '../settings.js';
import { EXIT } from '../supervisor/child-program.js';

/** Where a program leaves the one line that explains why it cannot run; the supervisor shows it. */
export function failureFile(layout: HomeLayout, name: string): string {
  return join(layout.run, `${name}.failure.json`);
}

export interface ServingProgram {
  /** Drains and ends. */
  close(): Promise<void>;
  destroy(): void;
}

/**
 * Runs a program until it is told to stop: SIGTERM, SIGINT, or the death of the supervisor that started it.
 * A failure to start that a restart cannot mend becomes an exit code the supervisor understands.
 */
export async function runProgram(
  name: string,
  settings: Settings,
  start: (log: Logger) => Promise<ServingProgram>,
): Promise<number> {
  const log = createLogger({ name, level: settings.logLevel, format: 'json' });
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'uncaught exception');
    process.exit(EXIT.failed);
  });
  const stopped = stopRequest();
  let program: ServingProgram;
  try {
    program = await start(log);
  } catch (error) {
    log.error({ err: error }, `${name} cannot start`);
    const code = exitCode(error);
    if (code !== EXIT.failed) {
      writeFileAtomic(
        failureFile(settings.layout, name),
        JSON.stringify({ message: (error as Error).message }),
      );
    }
    return code;
  } finally {
    // Not before: a gateway worker gets its socket through the channel, and nothing else keeps it alive until then.
    process.channel?.unref();
  }
  log.info({ reason: await stopped }, `${name} stops`);
  await program.close();
  return EXIT.ok;
}

function stopRequest(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    if (process.channel) process.once('disconnect', () => resolve('the supervisor is gone'));
  });
}

function exitCode(error: unknown): number {
  if (!(error instanceof OpenEasError)) return EXIT.failed;
  if (error.code === 'AddressInUse') return EXIT.addressInUse;
  if (error.code === 'DatabaseDamaged' || error.code === 'DatabaseTooNew') return EXIT.database;
  if (error.code === 'HomeNotWritable') return EXIT.home;
  return EXIT.failed;
}
