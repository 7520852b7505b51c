import type { Readable, Writable } from 'node:stream';
import type { Clock, Ids } from '@openeas/kernel';

/** Everything of the surrounding process that eascmd touches. */
export interface EascmdIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Whether a person sits at stdin: their Enter ends the line of a prompt, a pipe's does not. */
  readonly isTTY: boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  /** What relative file names start from; the process's own folder unless given. */
  readonly cwd?: string;
  /** Abandons the command; it then ends with exit code 130 and says nothing. */
  readonly signal?: AbortSignal;
}

export const EXIT = {
  ok: 0,
  /** The server, a file or the network said no; one `[ERROR]` line tells. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** As after Ctrl-C (128 + SIGINT). */
  interrupted: 130,
  /** The reader of our output went away (128 + SIGPIPE), as in `eascmd ls | head -1`. */
  pipeClosed: 141,
} as const;
