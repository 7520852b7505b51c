import type { IncomingMessage } from 'node:http';
import type { FetchContext } from './http-fetch.js';

/** Bytes that may wait to be written before the connection is made to wait. */
const HIGH_WATER = 256 * 1024;

/**
 * The body's chunks. What has arrived is handed out even when the connection is lost right after: a stream's own
 * buffer would be thrown away with the error, and a download cut again and again would never get on. Fails when
 * nothing comes for `idleMs`, or when the connection ends before the body does.
 */
export function readBody(response: IncomingMessage, { clock, limits }: FetchContext): AsyncIterable<Buffer> {
  const arrived: Buffer[] = [];
  let waiting = 0;
  let failure: Error | undefined;
  let ended = false;
  let wake = (): void => undefined;

  response.on('data', (chunk: Buffer) => {
    arrived.push(chunk);
    waiting += chunk.length;
    if (waiting > HIGH_WATER) response.pause();
    wake();
  });
  response.on('error', (error: Error) => {
    failure ??= error;
    wake();
  });
  response.on('close', () => {
    ended = true;
    wake();
  });
  return chunks();

  async function* chunks(): AsyncIterable<Buffer> {
    try {
      for (;;) {
        for (let chunk = arrived.shift(); chunk !== undefined; chunk = arrived.shift()) {
          waiting -= chunk.length;
          yield chunk;
        }
        if (failure !== undefined) throw failure;
        if (ended) break;
        response.resume();
        await next();
      }
    } finally {
      response.destroy();
    }
    if (!response.complete) throw new Error('the connection ended before the body did');
  }

  /** Only the time spent waiting counts as silence, not the time it takes to write what came. */
  async function next(): Promise<void> {
    const cancel = clock.after(limits.idleMs, () =>
      response.destroy(new Error(`no bytes came for ${limits.idleMs} ms`)),
    );
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    cancel();
  }
}
