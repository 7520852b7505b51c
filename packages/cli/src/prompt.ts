import type { EascmdIo } from './io.js';
import type { Screen } from './screen.js';

/**
 * Asks a `[Y/n]` question and reads one line of stdin: `Y`, `yes` or Enter agree, anything else and the end
 * of the input do not. Works from a pipe too, as in `echo Y | eascmd delete demo`.
 */
export async function confirm(
  io: Pick<EascmdIo, 'stdin' | 'isTTY'>,
  screen: Screen,
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  screen.prompt(`${question} [Y/n] `);
  const line = await readLine(io.stdin, signal);
  // On a terminal the person's Enter ended the line; otherwise nothing did.
  if (!io.isTTY) screen.prompt('\n');
  return line !== undefined && /^\s*(y|yes)?\s*$/i.test(line);
}

/** The next line without its end, or undefined at the end of the input. Longer than 1 KB counts as an end. */
function readLine(stdin: EascmdIo['stdin'], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (stdin.readableEnded || stdin.destroyed) return resolve(undefined);
    let text = '';
    const settle = (act: () => void): void => {
      stdin.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      signal.removeEventListener('abort', onAbort);
      stdin.pause(); // An open stdin must not keep the process alive.
      act();
    };
    const onData = (chunk: Buffer | string): void => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end !== -1) settle(() => resolve(text.slice(0, end)));
      else if (text.length > 1024) settle(() => resolve(undefined));
    };
    const onEnd = (): void => settle(() => resolve(text === '' ? undefined : text));
    const onAbort = (): void => settle(() => reject(signal.reason));
    stdin.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
