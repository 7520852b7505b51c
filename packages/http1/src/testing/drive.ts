import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { systemClock } from '@openeas/kernel';
import { DeadlineSet } from '../deadline-set.js';
import type { ServerExchange } from '../port.js';
import { type ConnectionHost, ServerConnection } from '../server-connection.js';
import { compileServerOptions } from '../server-options.js';

/** A request as a handler saw it, body included. */
export interface SeenMessage {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

export interface Outcome {
  /** Requests whose bodies came completely, in order. */
  readonly messages: readonly SeenMessage[];
  /** Status of the error that the connection answered itself. */
  readonly refused: number | undefined;
  /** No further request is taken from this connection. */
  readonly closed: boolean;
}

/** The part of a socket that a connection uses, without an operating system behind it. */
class FakeSocket extends EventEmitter {
  destroyed = false;
  ended = false;
  readonly remoteAddress = '192.0.2.1';
  readonly writableLength = 0;
  #paused = false;

  write(): boolean {
    return true;
  }
  cork(): void {}
  uncork(): void {}
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
  }
  pause(): void {
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
  }
  isPaused(): boolean {
    return this.#paused;
  }
}

/** Gives `pieces` to a server connection one after the other, as a socket would, and tells what came of it. */
export async function drive(pieces: readonly Buffer[], maxHeaderBytes = 16 * 1024): Promise<Outcome> {
  const messages: SeenMessage[] = [];
  let refused: number | undefined;
  const host: ConnectionHost = {
    options: compileServerOptions({
      handler: (exchange) => take(exchange, messages),
      maxHeaderBytes,
      onRefusal: (error) => {
        refused = error.status;
      },
      onHandlerError: (error) => {
        throw error;
      },
    }),
    deadlines: new DeadlineSet(systemClock, 1000),
    draining: false,
    exchangeStarted() {},
    exchangeEnded() {},
    connectionClosed() {},
    socketTaken() {},
  };
  const socket = new FakeSocket();
  new ServerConnection(socket as unknown as Socket, host);
  for (const piece of pieces) {
    // As the real reader does: the bytes are only good during the call.
    const lent = Buffer.from(piece);
    socket.emit('data', lent);
    lent.fill(0xee);
    if (pieces.length < 16) await settled();
  }
  await settled();
  return { messages, refused, closed: socket.ended || socket.destroyed };
}

function take(exchange: ServerExchange, messages: SeenMessage[]): void {
  const done = (body: string): void => {
    messages.push({ method: exchange.method, target: exchange.target, headers: exchange.headers, body });
    exchange.respond(200, []);
  };
  if (exchange.completeBody !== undefined) {
    done(exchange.completeBody.toString('latin1'));
    return;
  }
  let body = '';
  exchange.streamBody({
    onData: (chunk) => {
      body += chunk.toString('latin1');
    },
    onEnd: () => done(body),
    onError() {},
  });
}

/** Everything that was put off with nextTick has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(() => process.nextTick(() => process.nextTick(resolve))));
}
