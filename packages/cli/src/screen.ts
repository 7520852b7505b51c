import type { Writable } from 'node:stream';
import { OpenEasError } from '@openeas/contracts';
import { printable } from './text/printable.js';

export type OutputFormat = 'table' | 'json';

/** Thrown into a running command when the reader of stdout has gone. */
export class PipeClosed extends Error {}

/**
 * What a command says. With `-o json` stdout carries one JSON document and nothing else: progress moves to
 * stderr, tables are not shown.
 */
export interface Screen {
  readonly format: OutputFormat;
  /** Lines that tell how far the work is. */
  progress(text: string): void;
  /** The result for people; left out with `-o json`. */
  show(text: string): void;
  /** The result for programs; left out otherwise. */
  document(value: unknown): void;
  /** Without a line end: a prompt. */
  prompt(text: string): void;
  /** A line on stderr, in both formats. */
  note(text: string): void;
  /** True when stderr can redraw a line. */
  readonly live: boolean;
  /** Redraws the current line of a live stderr; '' removes it. */
  redraw(text: string): void;
}

/** The two streams, with their ends watched. */
export interface OutputStreams {
  screen(format: OutputFormat): Screen;
  writeOut(text: string): void;
  writeError(text: string): void;
  /** Aborts with PipeClosed when nobody reads stdout any more, or with why it cannot be written. */
  readonly closed: AbortSignal;
  /** Resolves when what was written has left this process: the caller may then exit. */
  flush(): Promise<void>;
  dispose(): void;
}

export function openStreams(stdout: Writable, stderr: Writable): OutputStreams {
  const gone = new AbortController();
  const onStdoutError = (error: NodeJS.ErrnoException): void => {
    const reason = error.code ?? error.message;
    const closed = reason === 'EPIPE' || reason === 'ERR_STREAM_DESTROYED';
    gone.abort(
      closed
        ? new PipeClosed('stdout is closed')
        : new OpenEasError('LocalFileNotWritable', { path: 'stdout', reason }),
    );
  };
  // A closed stderr must not end the command: its result still counts.
  const onStderrError = (): void => undefined;
  stdout.on('error', onStdoutError);
  stderr.on('error', onStderrError);

  function writeOut(text: string): void {
    if (!gone.signal.aborted) stdout.write(text);
  }
  function writeError(text: string): void {
    if (!stderr.destroyed) stderr.write(text);
  }

  return {
    closed: gone.signal,
    writeOut,
    writeError,
    screen(format) {
      const sayProgress = format === 'json' ? writeError : writeOut;
      const live = (stderr as Writable & { isTTY?: boolean }).isTTY === true;
      return {
        format,
        live,
        progress: (text) => sayProgress(`${printable(text)}\n`),
        show: (text) => {
          if (format === 'table') writeOut(`${text}\n`);
        },
        document: (value) => {
          if (format === 'json') writeOut(`${JSON.stringify(value, null, 2)}\n`);
        },
        prompt: (text) => sayProgress(printable(text)),
        note: (text) => writeError(`${printable(text)}\n`),
        redraw: (text) => {
          if (live) writeError(`\r\u001b[K${printable(text)}`);
        },
      };
    },
    async flush() {
      await Promise.all([drained(stdout), drained(stderr)]);
    },
    dispose() {
      stdout.off('error', onStdoutError);
      stderr.off('error', onStderrError);
    },
  };
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) return resolve();
    stream.once('close', () => resolve());
    stream.write('', () => resolve());
  });
}
