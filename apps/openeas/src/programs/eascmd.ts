import { homedir } from 'node:os';
import { runEascmd } from '@openeas/cli';
import { randomIds, systemClock } from '@openeas/kernel';

export function eascmd(argv: readonly string[]): Promise<number> {
  return runEascmd(argv, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    homeDir: homedir(),
    isTTY: process.stdin.isTTY === true,
    clock: systemClock,
    ids: randomIds,
  });
}
