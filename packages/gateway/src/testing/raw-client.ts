import { connect, type Socket } from 'node:net';

/** A client that says exactly what it is told, and keeps what it hears. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far, as latin1. */
  received(): string;
  send(bytes: string | Uint8Array): void;
  /** Resolves once `received` fits; rejects when the connection ends before. */
  until(fits: (text: string) => boolean): Promise<string>;
  /** Resolves with everything received once the connection has ended in any way. */
  ended(): Promise<string>;
}

export function rawClient(port: number): RawClient {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let text = '';
  let closed = false;
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += String(chunk);
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    wake();
  });
  return {
    socket,
    received: () => text,
    send: (bytes) => void socket.write(bytes),
    until: (fits) =>
      new Promise((resolve, reject) => {
        const watcher = (): void => {
          if (fits(text)) {
            watchers.delete(watcher);
            resolve(text);
          } else if (closed) {
            watchers.delete(watcher);
            reject(new Error(`the connection ended after ${JSON.stringify(text)}`));
          }
        };
        watchers.add(watcher);
        watcher();
      }),
    ended: () =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (!closed) return;
          watchers.delete(watcher);
          resolve(text);
        };
        watchers.add(watcher);
        watcher();
      }),
  };
}
