import { OpenEasError } from '@openeas/contracts';
import { EasApiError, EasConnectionError } from '@openeas/sdk';
import { type Command, CommanderError } from 'commander';
import { type EascmdIo, EXIT } from './io.js';
import { buildProgram } from './program.js';
import { type OutputStreams, openStreams, PipeClosed } from './screen.js';
import { type GlobalOptions, openSession, type Session } from './session.js';
import { oneLine } from './text/printable.js';

/**
 * Runs one command; resolves with the exit code (`EXIT`) when everything it wrote has left the process.
 * Never rejects, and never ends the process itself. `argv` holds the arguments only.
 */
export async function runEascmd(argv: readonly string[], io: EascmdIo): Promise<number> {
  const streams = openStreams(io.stdout, io.stderr);
  const signal = io.signal === undefined ? streams.closed : AbortSignal.any([streams.closed, io.signal]);
  const sessions: Session[] = [];
  const open = (command: Command): Session => {
    const options = globalOptions(command);
    const session = openSession(io, streams.screen(options.output), signal, options);
    sessions.push(session);
    return session;
  };
  const program = buildProgram({ open }, streams);
  let code: number;
  try {
    signal.throwIfAborted();
    await program.parseAsync([...argv], { from: 'user' });
    code = EXIT.ok;
  } catch (error) {
    code = exitCodeOf(error, signal);
    if (!signal.aborted) report(error, streams);
  }
  for (const session of sessions) session.close();
  await streams.flush();
  if (streams.closed.aborted) {
    const { reason } = streams.closed;
    code = reason instanceof PipeClosed ? EXIT.pipeClosed : EXIT.failed;
    if (code === EXIT.failed) report(reason, streams);
    await streams.flush();
  }
  streams.dispose();
  return code;
}

/** `-i` and its like may stand before or behind the command: they belong to the program. */
function globalOptions(command: Command): GlobalOptions {
  let top = command;
  while (top.parent !== null) top = top.parent;
  return top.opts<GlobalOptions>();
}

function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return EXIT.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const wrongArgument =
    error instanceof OpenEasError && (error.code === 'InvalidParameter' || error.code === 'MissingParameter');
  return wrongArgument ? EXIT.usage : EXIT.failed;
}

function report(error: unknown, streams: OutputStreams): void {
  const line = errorText(error);
  if (line !== undefined) streams.writeError(`[ERROR] ${oneLine(line)}\n`);
}

function errorText(error: unknown): string | undefined {
  if (error instanceof CommanderError) return undefined; // Commander has written it.
  if (error instanceof EasApiError) {
    // For whoever writes a client, the text that the server signed is the key to the fault; here it hides it.
    const message = error.message.replace(/; the server signed this text:.*/s, '.');
    return error.requestId === '' ? message : `${message} [RequestId: ${error.requestId}]`;
  }
  if (error instanceof OpenEasError || error instanceof EasConnectionError) return error.message;
  return `eascmd failed: ${error instanceof Error ? error.message : String(error)}. This is a defect; please report it.`;
}
