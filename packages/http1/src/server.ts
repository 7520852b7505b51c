import { createServer, type Server, type Socket } from 'node:net';
import { DeadlineSet } from './deadline-set.js';
import type { Http1Server, Http1ServerOptions, ListenOptions } from './port.js';
import { type ConnectionHost, ServerConnection } from './server-connection.js';
import { compileServerOptions } from './server-options.js';

/** An HTTP/1.1 server on plain sockets (RFC 9112), strict about what it reads. See `Http1Server`. */
export function createHttp1Server(raw: Http1ServerOptions): Http1Server {
  const options = compileServerOptions(raw);
  const shortest = Math.min(options.headerTimeoutMs, options.idleTimeoutMs, options.bodyStallMs, 2_000);
  const deadlines = new DeadlineSet(options.clock, Math.max(10, Math.min(250, shortest / 8)));
  const connections = new Set<ServerConnection>();
  const taken = new Set<Socket>();
  let inFlight = 0;
  let draining = false;
  let whenEmpty: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const host: ConnectionHost = {
    options,
    deadlines,
    get draining() {
      return draining;
    },
    exchangeStarted() {
      inFlight++;
    },
    exchangeEnded() {
      inFlight--;
    },
    connectionClosed(connection) {
      connections.delete(connection);
      deadlines.remove(connection);
      checkEmpty();
    },
    socketTaken(connection, socket) {
      connections.delete(connection);
      deadlines.remove(connection);
      taken.add(socket);
      socket.once('close', () => {
        taken.delete(socket);
        checkEmpty();
      });
    },
  };

  // Both halves are ours to close: a client's FIN must not end an answer that is being written.
  // Paused, so that no byte is read before the connection says where to.
  const settings = { allowHalfOpen: true, noDelay: true, keepAlive: true, pauseOnConnect: true };
  const server = createServer(settings, (socket) => {
    if (connections.size >= options.maxConnections) {
      socket.destroy();
      return;
    }
    const connection = new ServerConnection(socket, host);
    connections.add(connection);
    deadlines.add(connection);
  });

  function checkEmpty(): void {
    if (draining && connections.size === 0 && taken.size === 0) whenEmpty?.();
  }

  function destroy(): void {
    draining = true;
    server.close();
    for (const connection of [...connections]) connection.destroy();
    for (const socket of [...taken]) socket.destroy();
  }

  async function drain(graceMs: number): Promise<void> {
    draining = true;
    server.close();
    const empty = new Promise<void>((resolve) => {
      whenEmpty = resolve;
    });
    const endIdle = (): void => {
      for (const connection of [...connections]) connection.endIdle();
    };
    const cancelLinger = options.clock.after(Math.min(options.drainLingerMs, graceMs), endIdle);
    if (options.drainLingerMs === 0) endIdle();
    const cancelGrace = options.clock.after(graceMs, destroy);
    checkEmpty();
    await empty;
    cancelLinger();
    cancelGrace();
  }

  return {
    listen: (where) => listen(where),
    close(graceMs = 30_000) {
      closing ??= drain(graceMs);
      return closing;
    },
    destroy,
    get connections() {
      return connections.size;
    },
    get inFlight() {
      return inFlight;
    },
    get handle() {
      return (server as Server & { readonly _handle?: object | null })._handle ?? undefined;
    },
  };

  function listen(where: ListenOptions): Promise<{ host: string; port: number }> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const done = (): void => {
        server.off('error', reject);
        server.on('error', () => {}); // accept failures (too many files) pass; the listener stays
        const address = server.address();
        resolve(
          typeof address === 'object' && address !== null
            ? { host: address.address, port: address.port }
            : { host: where.host, port: where.port },
        );
      };
      if (where.handle !== undefined) server.listen(where.handle, done);
      else {
        server.listen(
          {
            host: where.host,
            port: where.port,
            backlog: 4096,
            ...(where.reusePort === true ? { reusePort: true } : {}),
          },
          done,
        );
      }
    });
  }
}
