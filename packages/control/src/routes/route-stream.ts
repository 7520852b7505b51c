import type { ServerResponse } from 'node:http';
import type { RoutingUpdate } from '@openeas/contracts';
import type { Clock, Ids } from '@openeas/kernel';
import type { RoutePublisher } from './route-publisher.js';

/** A blank line this often, so that both ends notice a dead connection. */
export const HEARTBEAT_MS = 3_000;
/** Names the subscriber; it quotes the value when it says what it has applied. */
export const SUBSCRIBER_HEADER = 'x-openeas-subscriber';
/** What a subscriber may leave unread beyond its snapshot, bytes; more and it is cut off and comes again. */
const MAX_BACKLOG_BYTES = 8 * 2 ** 20;

/** The open streams of routes: newline-delimited JSON, one RoutingUpdate a line. */
export class RouteStreams {
  readonly #publisher: RoutePublisher;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #maxBacklog: number;
  readonly #open = new Map<ServerResponse, () => void>();
  #closed = false;

  constructor(publisher: RoutePublisher, clock: Clock, ids: Ids, maxBacklog = MAX_BACKLOG_BYTES) {
    this.#publisher = publisher;
    this.#clock = clock;
    this.#ids = ids;
    this.#maxBacklog = maxBacklog;
  }

  /** Streams on `response` until either side ends it. */
  async serve(response: ServerResponse, headers: Readonly<Record<string, string>>): Promise<void> {
    await this.#publisher.settled();
    if (response.destroyed) return;
    const subscriber = this.#ids.hex(16);
    response.writeHead(200, {
      ...headers,
      [SUBSCRIBER_HEADER]: subscriber,
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
    });
    if (this.#closed) return void response.end();
    let allowance = this.#maxBacklog;
    const send = (update: RoutingUpdate | undefined): void => {
      const line = update === undefined ? '\n' : `${JSON.stringify(update)}\n`;
      response.write(line);
      // A gap would be noticed anyway; a cut tells at once and frees the memory.
      if (response.writableLength > allowance) response.destroy();
    };
    const { snapshot, cancel } = this.#publisher.subscribe(subscriber, send);
    let stopBeat = (): void => {};
    const beat = (): void => {
      stopBeat = this.#clock.after(HEARTBEAT_MS, () => {
        send(undefined);
        beat();
      });
    };
    const stop = (): void => {
      cancel();
      stopBeat();
      this.#open.delete(response);
    };
    this.#open.set(response, stop);
    response.once('close', stop);
    response.once('error', stop);
    const first = `${JSON.stringify(snapshot)}\n`;
    allowance += Buffer.byteLength(first);
    response.write(first);
    beat();
  }

  /** Ends every stream; gateways keep their routes and connect again. */
  close(): void {
    this.#closed = true;
    for (const [response, stop] of [...this.#open]) {
      stop();
      response.end();
    }
  }
}
