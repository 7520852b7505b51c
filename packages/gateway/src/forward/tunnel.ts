import type { Socket } from 'node:net';

/** Joins two sockets until either ends (WebSocket). What is slow on one side slows the other. `onEnd` is called once. */
export function tunnel(client: Socket, upstream: Socket, onEnd: () => void): void {
  let open = 2;
  const closed = (other: Socket): void => {
    // What came before the end is still handed over.
    if (other.writableFinished) other.destroy();
    else other.end(() => other.destroy());
    if (--open === 0) onEnd();
  };
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.setTimeout(0);
    from.on('error', () => {});
    from.on('close', () => closed(to));
    from.pipe(to);
    if (from.destroyed) closed(to);
  }
}
