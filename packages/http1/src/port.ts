import type { Socket } from 'node:net';
import type { OpenEasError } from '@openeas/contracts';
import type { Clock } from '@openeas/kernel';
import type { HeaderLines } from './header-lines.js';

export interface ListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Several processes share the port; Node 22.12 and newer on Linux. */
  readonly reusePort?: boolean;
  /** A listening socket opened elsewhere (`{ fd }` or a net.Server); host and port are then ignored. */
  readonly handle?: object;
}

/**
 * The server side of the data plane's HTTP layer, as gateway and runtime see it.
 * Hot path: one object per request, headers as flat name/value pairs, no promises unless asked for.
 */
export interface Http1Server {
  /** `handle`: an object with a listening handle or file descriptor, instead of host and port. */
  listen(options: ListenOptions): Promise<{ host: string; port: number }>;
  /** Stops accepting, answers `Connection: close` to what comes on open connections, resolves when all are idle. */
  close(graceMs?: number): Promise<void>;
  /** Cuts every connection. */
  destroy(): void;
  readonly connections: number;
  readonly inFlight: number;
  /** The listening socket, which another process may be given; undefined when it does not listen. */
  readonly handle: object | undefined;
}

export interface Http1ServerOptions {
  readonly handler: (exchange: ServerExchange) => void;
  /** Bytes of request line and headers together; over = 431 and close. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Milliseconds a client may take to send request line and headers; over = 408 and close. Default 10 s. */
  readonly headerTimeoutMs?: number;
  /** Milliseconds an idle keep-alive connection is kept. Default 75 s. */
  readonly idleTimeoutMs?: number;
  /** Milliseconds without a byte of an expected body before the exchange is aborted with 408. Default 30 s. */
  readonly bodyStallMs?: number;
  /** Milliseconds a client may leave an answer unread, with the socket full, before it is cut off. Default 60 s. */
  readonly writeStallMs?: number;
  /** Milliseconds `close` leaves idle connections open, so that a request on its way still gets an answer. Default 0. */
  readonly drainLingerMs?: number;
  /** Connections beyond this are closed as they come. Default: no limit but that of the operating system. */
  readonly maxConnections?: number;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** RequestId of the errors that the server answers itself. Default: random. */
  readonly newRequestId?: () => string;
  /** The handler threw: a fault of ours. The client has been answered 500. */
  readonly onHandlerError?: (error: unknown) => void;
  /** A request was refused before the handler saw it, or while its body came in; for logs and counters. */
  readonly onRefusal?: (error: OpenEasError, remoteAddress: string) => void;
}

/** Name and value alternate: `['content-type', 'application/json', …]`. Names of requests are lower case. */
export type HeaderPairs = readonly string[];

export interface ServerExchange {
  readonly method: string;
  /** Exactly as received: path and query. */
  readonly target: string;
  /** Target up to `?`. */
  readonly path: string;
  /** Target after `?`, '' when there is none. */
  readonly query: string;
  readonly headers: HeaderPairs;
  /** First value of a header, name in lower case. */
  header(name: string): string | undefined;
  /**
   * Room for what the handler derives from method, target and headers. A client that sends the same head
   * again, byte by byte, on the same connection gives the same room again; any other head gives an empty one.
   */
  headMemo: unknown;
  readonly remoteAddress: string;
  /** The address of this machine that the client reached. */
  readonly localAddress: string;
  /** performance.now() at the first byte of this request. */
  readonly startedAt: number;
  /** Declared length; -1 = chunked; 0 = none. */
  readonly contentLength: number;

  /** The client asks for another protocol (`Upgrade`, also named in `Connection`). */
  readonly upgradeRequested: boolean;
  /** The whole body when it had arrived as the handler was called: the fast path without a promise. */
  readonly completeBody: Buffer | undefined;

  /** The whole body. Rejects with PayloadTooLarge (OpenEasError) over `limit`, or BodyAborted when the client leaves. */
  readBody(limit: number): Promise<Buffer>;
  /** The body in pieces as they come; `pause`/`resume` of the returned control hold the socket back. */
  streamBody(sink: BodySink): BodyControl;

  /** Whole answer. Sets Content-Length; adds Connection: close when due. HEAD sends no body. */
  respond(status: number, headers: HeaderPairs | HeaderLines, body?: Uint8Array | string): void;
  /** Streamed answer: with a `content-length` header as given, else chunked (close-delimited for HTTP/1.0). */
  startResponse(status: number, headers: HeaderPairs | HeaderLines): void;
  /** False = the socket is full; wait for `onDrain`. */
  write(chunk: Uint8Array): boolean;
  end(): void;
  onDrain: (() => void) | undefined;

  /** Called once when the client left, or the connection broke, before the answer was complete. */
  onAbort: (() => void) | undefined;
  /** Cuts the connection, so that the client notices that a streamed answer is not complete. */
  abortResponse(): void;
  /** The connection ends after this answer. */
  closeAfterResponse(): void;
  /** Takes the raw socket over (WebSocket); `head` holds bytes already received. */
  upgrade(): { socket: Socket; head: Buffer };
  readonly answered: boolean;
}

export interface BodySink {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

export interface BodyControl {
  pause(): void;
  resume(): void;
}
