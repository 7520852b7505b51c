import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { InstanceFolder } from './instance-folder.js';

/** How to start a runtime for a configuration file. */
export interface RuntimeCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the process; the caller's own unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts the process so that it outlives the caller: a session and process group of its own, output straight
 * into its log file (opened for appending, so that the log can be cut while it runs).
 */
export async function spawnInstance(folder: InstanceFolder, command: RuntimeCommand): Promise<ChildProcess> {
  const log = openSync(folder.logFile, 'a', 0o600);
  try {
    const child = spawn(command.file, command.args, {
      cwd: folder.path,
      env: command.env ?? process.env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    // Errors after the start (a signal that could not be sent) are told by their own call.
    child.on('error', () => {});
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
