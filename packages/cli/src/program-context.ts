import type { Command } from 'commander';
import type { Session } from './session.js';

/** What the registration of a command gets: how to open the session that its action works in. */
export interface ProgramContext {
  open(command: Command): Session;
}

/** Lines for the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
