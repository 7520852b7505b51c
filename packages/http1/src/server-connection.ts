import type { Socket } from 'node:net';
import { errorBody, OpenEasError, toOpenEasError } from '@openeas/contracts';
import { answerHead } from './answer-head.js';
import { BodyAborted, BodyInlet, type InletHost } from './body-inlet.js';
import { ChunkedDecoder } from './chunked-decoder.js';
import type { Deadlined, DeadlineSet } from './deadline-set.js';
import { CHUNKED } from './framing.js';
import { HeadParser } from './head-parser.js';
import { RepeatedHead } from './repeated-head.js';
import { type RequestHead, requestHead } from './request-head.js';
import { Exchange, type ExchangeHost } from './server-exchange.js';
import type { CompiledServerOptions } from './server-options.js';
import { keep, readAccepted } from './socket-reader.js';

/** Bytes of pipelined requests kept while an answer is being made; then the socket is held back. */
const QUEUED_BYTES = 64 * 1024;
/** Rest of an unwanted body that is read and dropped to keep the connection; a longer one ends it. */
const DISCARD_BYTES = 64 * 1024;
/** After a last answer, bytes and milliseconds the client gets to read it before the connection is cut. */
const LINGER_BYTES = 1024 * 1024;
const LINGER_MS = 2_000;

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/**
 * What the next byte from the client belongs to:
 *
 *     head ──► body ──► answer ──► head …       (answer: complete request, answer not finished)
 *       └────────┴──────────┴────► linger ──► closed
 *                           └────► upgraded
 */
type Phase = 'head' | 'body' | 'answer' | 'linger' | 'upgraded' | 'closed';

/** What a connection needs from its server. */
export interface ConnectionHost {
  readonly options: CompiledServerOptions;
  readonly deadlines: DeadlineSet;
  readonly draining: boolean;
  exchangeStarted(): void;
  exchangeEnded(): void;
  connectionClosed(connection: ServerConnection): void;
  socketTaken(connection: ServerConnection, socket: Socket): void;
}

/** One client connection: cuts the byte stream into requests and serves them one after the other. */
export class ServerConnection implements ExchangeHost, InletHost, Deadlined {
  deadlineAt = 0;
  slot = -1;
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #parser: HeadParser;
  readonly #repeated = new RepeatedHead<RequestHead>();
  #phase: Phase = 'head';
  /** The beginning of a head that has not come completely. */
  #carry: Buffer | undefined;
  #carried = 0;
  /** Bytes behind the request being answered. */
  #queued: Buffer | undefined;
  #exchange: Exchange | undefined;
  #inlet: BodyInlet | undefined;
  #decoder: ChunkedDecoder | undefined;
  #bodyLeft = 0;
  #continueOwed = false;
  #bodyHeld = false;
  #pumping = false;
  #lingered = 0;

  constructor(accepted: Socket, host: ConnectionHost) {
    this.#host = host;
    this.#socket = readAccepted(accepted, this.#isOurs, this.#onData);
    const socket = this.#socket;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.#parser = new HeadParser(host.options.maxHeaderBytes);
    this.#deadlineIn(host.options.headerTimeoutMs);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('error', ignore); // 'close' follows and does the work
    socket.on('drain', this.#onDrain);
  }

  /** Asked of the socket each time: hardly anyone wants to know. */
  get localAddress(): string {
    return this.#socket.localAddress ?? '';
  }

  /** Nothing of a request is here: neither a byte of a next one nor an answer still to be made. */
  get idle(): boolean {
    return this.#phase === 'head' && this.#parser.untouched;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends an idle connection in an orderly way. */
  endIdle(): void {
    if (this.idle) this.#linger();
  }

  // --- called by the exchange

  wallNow(): number {
    return this.#host.options.clock.now();
  }

  mustClose(): boolean {
    if (this.#host.draining) return true;
    if (this.#phase !== 'body') return false;
    // The body is not here yet. Reading a short rest is cheaper than a new connection; a long one, or one
    // that the client may never send because it waits for 100 Continue, is not worth it.
    return this.#continueOwed || this.#decoder !== undefined || this.#bodyLeft > DISCARD_BYTES;
  }

  send(bytes: Buffer): boolean {
    if (this.#socket.destroyed) return true;
    if (this.#socket.write(bytes)) return true;
    if (this.deadlineAt === 0) this.#deadlineIn(this.#host.options.writeStallMs);
    return false;
  }

  together(write: () => void): void {
    this.#socket.cork();
    try {
      write();
    } finally {
      this.#socket.uncork();
    }
  }

  answered(close: boolean): void {
    this.#host.exchangeEnded();
    if (close) {
      this.#inlet?.discard();
      this.#exchange = undefined;
      this.#linger();
    } else if (this.#phase === 'body') this.#inlet?.discard();
    else this.#next();
  }

  cut(): void {
    this.#socket.destroy();
  }

  takeSocket(): { socket: Socket; head: Buffer } {
    const socket = this.#socket;
    if (this.#phase === 'body') throw new Error('read the body before upgrading');
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('drain', this.#onDrain);
    this.#phase = 'upgraded';
    this.deadlineAt = 0;
    this.#exchange = undefined;
    socket.pause();
    this.#host.exchangeEnded();
    this.#host.socketTaken(this, socket);
    const head = this.#queued ?? Buffer.alloc(0);
    this.#queued = undefined;
    return { socket, head };
  }

  bodyWanted(): void {
    if (!this.#continueOwed) return;
    this.#continueOwed = false;
    this.#socket.write(CONTINUE, 'latin1');
  }

  holdBody(held: boolean): void {
    this.#bodyHeld = held;
    if (this.#phase !== 'body') return;
    if (held) {
      this.#socket.pause();
      this.deadlineAt = 0;
    } else {
      this.#socket.resume();
      this.#deadlineIn(this.#host.options.bodyStallMs);
    }
  }

  // --- called by time

  onDeadline(): void {
    switch (this.#phase) {
      case 'head':
        if (this.#parser.untouched) this.#socket.destroy();
        else this.#refuse(this.#timeout('head', this.#host.options.headerTimeoutMs));
        return;
      case 'body':
        if (this.#exchange?.answered === true) this.#socket.destroy();
        else this.#refuse(this.#timeout('body', this.#host.options.bodyStallMs));
        return;
      default:
        // The client does not read the answer, or does not leave after the last one.
        this.#socket.destroy();
    }
  }

  // --- called by the socket

  readonly #isOurs = (): boolean => this.#phase !== 'upgraded';

  readonly #onData = (chunk: Buffer): void => {
    this.#pump(chunk);
  };

  readonly #onEnd = (): void => {
    // A client that stops sending has left: it cannot be told from one that only closed its half, and work
    // for nobody is worse than an answer not given (nginx decides alike).
    if (this.#phase === 'linger') this.#socket.destroy();
    else if (this.#phase === 'head' && !this.#parser.untouched) this.#socket.destroy();
    else if (this.#phase === 'head') this.#socket.end();
    else this.#socket.destroy();
    this.#leave();
  };

  readonly #onClose = (): void => {
    this.#leave();
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.deadlineAt = 0;
    this.#carry = undefined;
    this.#queued = undefined;
    this.#host.connectionClosed(this);
  };

  readonly #onDrain = (): void => {
    if (this.#phase === 'answer') this.deadlineAt = 0;
    this.#exchange?.onDrain?.();
  };

  /** The client is gone: whoever works for it learns so. */
  #leave(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.ended) return;
    this.#exchange = undefined;
    this.#host.exchangeEnded();
    exchange.abandon(new BodyAborted());
  }

  #pump(chunk: Buffer): void {
    let position = 0;
    this.#pumping = true;
    try {
      while (position < chunk.length) {
        if (this.#phase === 'head') position = this.#readHead(chunk, position);
        else if (this.#phase === 'body') position = this.#readBody(chunk, position);
        else break;
      }
    } catch (error) {
      this.#refuse(toOpenEasError(error));
      return;
    } finally {
      this.#pumping = false;
    }
    if (position < chunk.length) this.#keep(chunk.subarray(position));
  }

  /** Bytes that came too early, or too late. */
  #keep(rest: Buffer): void {
    if (this.#phase === 'answer') {
      this.#queued = this.#queued === undefined ? keep(rest) : Buffer.concat([this.#queued, rest]);
      if (this.#queued.length > QUEUED_BYTES) this.#socket.pause();
    } else if (this.#phase === 'linger') {
      this.#lingered += rest.length;
      if (this.#lingered > LINGER_BYTES) this.#socket.destroy();
    } else if (this.#phase === 'upgraded') this.#socket.unshift(keep(rest));
  }

  #readHead(chunk: Buffer, position: number): number {
    if (this.#carried > 0) return this.#readCarriedHead(chunk, position);
    const again = this.#parser.untouched ? this.#repeated.match(chunk, position) : undefined;
    if (again !== undefined) return this.#begin(again, chunk, position + this.#repeated.length);
    const after = this.#parser.parse(chunk, position, chunk.length);
    if (after < 0) {
      this.#deadlineIn(this.#host.options.headerTimeoutMs);
      this.#addCarry(chunk, position, chunk.length);
      return chunk.length;
    }
    const head = requestHead(this.#parser, chunk.toString('latin1', position, after));
    this.#repeated.remember(head, chunk, position, after);
    return this.#begin(head, chunk, after);
  }

  #readCarriedHead(chunk: Buffer, position: number): number {
    const before = this.#carried;
    // Never more than the limit, so that a long chunk behind a started head is not copied for nothing.
    const take = Math.min(chunk.length - position, this.#host.options.maxHeaderBytes - before);
    this.#addCarry(chunk, position, position + take);
    const after = this.#parser.parse(this.#carry!, 0, this.#carried);
    if (after < 0) return position + take;
    const head = requestHead(this.#parser, this.#carry!.toString('latin1', 0, after));
    this.#carried = 0;
    this.#carry = undefined;
    return this.#begin(head, chunk, position + (after - before));
  }

  #addCarry(chunk: Buffer, from: number, to: number): void {
    const needed = this.#carried + (to - from);
    if (this.#carry === undefined || needed > this.#carry.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(256, needed * 2));
      this.#carry?.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    chunk.copy(this.#carry, this.#carried, from, to);
    this.#carried = needed;
  }

  /** A head is complete: makes the exchange and calls the handler. Returns how far `chunk` is used up. */
  #begin(head: RequestHead, chunk: Buffer, position: number): number {
    this.deadlineAt = 0;
    const length = head.contentLength;
    let whole: Buffer | undefined;
    if (length === 0) whole = EMPTY;
    else if (length > 0 && length <= chunk.length - position) {
      whole = keep(chunk, position, position + length);
      position += length;
    }
    if (whole !== undefined) {
      this.#phase = 'answer';
      this.#inlet = undefined;
    } else {
      this.#phase = 'body';
      this.#inlet = new BodyInlet(this);
      this.#decoder = length === CHUNKED ? new ChunkedDecoder() : undefined;
      this.#bodyLeft = Math.max(0, length);
      this.#continueOwed = head.expectContinue && position === chunk.length;
      this.#bodyHeld = false;
      this.#deadlineIn(this.#host.options.bodyStallMs);
    }
    const exchange = new Exchange(head, this, this.#host.options.clock.monotonic(), whole, this.#inlet);
    this.#exchange = exchange;
    this.#host.exchangeStarted();
    try {
      this.#host.options.handler(exchange);
    } catch (error) {
      this.#host.options.onHandlerError(error);
      this.#refuse(new OpenEasError('InternalError', {}, { cause: error }));
    }
    return position;
  }

  #readBody(chunk: Buffer, position: number): number {
    const inlet = this.#inlet!;
    this.#continueOwed = false;
    if (!this.#bodyHeld) this.#deadlineIn(this.#host.options.bodyStallMs);
    if (this.#decoder !== undefined) {
      position = this.#decoder.decode(chunk, position, chunk.length, (piece) => inlet.push(keep(piece)));
      if (!this.#decoder.done) return position;
    } else {
      const take = Math.min(this.#bodyLeft, chunk.length - position);
      inlet.push(keep(chunk, position, position + take));
      position += take;
      this.#bodyLeft -= take;
      if (this.#bodyLeft > 0) return position;
    }
    if (this.#phase !== 'body') return position; // the handler ended the exchange meanwhile
    this.#phase = 'answer';
    this.#decoder = undefined;
    this.deadlineAt = 0;
    if (this.#bodyHeld) this.#socket.resume(); // so that a leaving client is noticed
    this.#inlet = undefined;
    inlet.end();
    if (this.#phase === 'answer' && this.#exchange?.ended === true) this.#next();
    return position;
  }

  /** Request and answer are complete, and the connection stays. */
  #next(): void {
    this.#exchange = undefined;
    this.#phase = 'head';
    this.#parser.reset();
    this.#deadlineIn(this.#host.options.idleTimeoutMs);
    if (this.#pumping) return; // the loop that called the handler goes on
    const queued = this.#queued;
    if (queued === undefined) {
      if (this.#host.draining) this.endIdle();
      return;
    }
    this.#queued = undefined;
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#pump(queued);
  }

  /** Answers an error on the connection's own account and ends it. */
  #refuse(error: OpenEasError): void {
    if (this.#phase === 'closed' || this.#phase === 'linger' || this.#phase === 'upgraded') return;
    const exchange = this.#exchange;
    this.#host.options.onRefusal(error, this.remoteAddress);
    if (exchange?.answered === true && !exchange.ended) {
      this.#socket.destroy(); // half an answer is out; there is no way to say more
      return;
    }
    if (exchange?.ended !== true) this.#answerRefusal(error);
    if (exchange !== undefined && !exchange.ended) {
      this.#exchange = undefined;
      this.#host.exchangeEnded();
      exchange.abandon(error);
    }
    this.#linger();
  }

  #answerRefusal(error: OpenEasError): void {
    const requestId = this.#host.options.newRequestId();
    const body = JSON.stringify(errorBody(error, requestId));
    const head = answerHead(
      error.status,
      ['content-type', 'application/json', 'x-request-id', requestId],
      { length: Buffer.byteLength(body), chunked: false, close: true, keepAliveNamed: false },
      this.wallNow(),
    );
    this.#socket.write(Buffer.from(head + body));
  }

  /** Sends what is left and then only waits for the client to go: closing at once could cost it the answer. */
  #linger(): void {
    if (this.#phase === 'closed' || this.#phase === 'upgraded') return;
    this.#phase = 'linger';
    this.#queued = undefined;
    this.#carry = undefined;
    this.#deadlineIn(this.#socket.writableLength > 0 ? this.#host.options.writeStallMs : LINGER_MS);
    this.#socket.end();
    this.#socket.resume();
  }

  #timeout(part: string, limit: number): OpenEasError {
    return new OpenEasError('RequestTimeout', { part, limit });
  }

  #deadlineIn(ms: number): void {
    this.deadlineAt = this.#host.deadlines.now + ms;
  }
}

const EMPTY = Buffer.alloc(0);

function ignore(): void {}
