import { connect, type Socket } from 'node:net';
import { ChunkedDecoder } from './chunked-decoder.js';
import type { Deadlined } from './deadline-set.js';
import { CHUNKED, UNTIL_CLOSE } from './framing.js';
import { HeadParser } from './head-parser.js';
import { RepeatedHead } from './repeated-head.js';
import { type ResponseHead, responseHead } from './response-head.js';
import { inPlace, keep } from './socket-reader.js';
import { UpstreamFailure, type UpstreamRequest, type UpstreamSink } from './upstream-port.js';

/** Requests up to this size leave in one write, so the other side cannot have read only a part. */
const SINGLE_WRITE_BYTES = 64 * 1024;

/**
 *     connecting ──► idle ◄──► waiting ──► body ──► idle
 *                               (head)   └─► upgraded
 *     any ──► closed
 */
type Phase = 'connecting' | 'idle' | 'waiting' | 'body' | 'upgraded' | 'closed';

/** What a connection needs from its pool. */
export interface UpstreamConnectionHost {
  readonly host: string;
  readonly port: number;
  readonly maxHeaderBytes: number;
  /** The call is over and the connection can take another. */
  released(connection: UpstreamConnection): void;
  /** The connection is gone, or no longer ours. */
  removed(connection: UpstreamConnection): void;
}

/** One connection to an upstream, with at most one request on it at a time. */
export class UpstreamConnection implements Deadlined {
  deadlineAt = 0;
  slot = -1;
  /** Grows with every call, so that a handle of an earlier one can be told. */
  turn = 0;
  readonly #host: UpstreamConnectionHost;
  readonly #socket: Socket;
  readonly #parser: HeadParser;
  readonly #repeated = new RepeatedHead<ResponseHead>();
  /** Method of the request that the remembered head answered: it decides whether there is a body. */
  #repeatedMethod: string | undefined;
  #phase: Phase = 'connecting';
  #request: UpstreamRequest | undefined;
  #sink: UpstreamSink | undefined;
  #carry: Buffer | undefined;
  #decoder: ChunkedDecoder | undefined;
  #bodyLeft = 0;
  #keepAlive = true;
  /** The request body has been handed over completely. */
  #requestDone = true;
  /** A byte of an answer to the present request was read. */
  #heard = false;
  /** The whole request left in one write. */
  #single = false;
  #timedOut = false;
  /** The head of a streamed request waits in the socket for the connection. */
  #headQueued = false;

  constructor(host: UpstreamConnectionHost) {
    this.#host = host;
    this.#parser = new HeadParser(host.maxHeaderBytes);
    // Our half stays open at the other's FIN, for the probe in #ended.
    this.#socket = connect({
      host: host.host,
      port: host.port,
      noDelay: true,
      keepAlive: true,
      allowHalfOpen: true,
      onread: inPlace(() => this.#socket, this.#isOurs, this.#onData),
    });
    const socket = this.#socket;
    socket.on('connect', this.#onConnect);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    socket.on('drain', this.#onDrain);
  }

  get free(): boolean {
    return this.#phase === 'idle' && !this.#socket.destroyed;
  }

  start(request: UpstreamRequest, sink: UpstreamSink): void {
    this.turn++;
    this.#request = request;
    this.#sink = sink;
    this.#heard = false;
    this.deadlineAt = this.#phase === 'connecting' ? this.deadlineAt : 0;
    if (this.#phase === 'connecting') {
      if (typeof request.body !== 'string') return; // written once connected
      this.#requestDone = false;
      this.#headQueued = true;
      this.#socket.write(request.head, 'latin1'); // pieces of the body queue up behind it
      return;
    }
    this.#send(request);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  onDeadline(): void {
    this.#timedOut = true;
    this.#socket.destroy();
  }

  // --- the call

  write(chunk: Buffer): boolean {
    if (this.#request === undefined || this.#socket.destroyed || chunk.length === 0) return true;
    if (this.#request.body !== 'chunked') return this.#socket.write(chunk);
    this.#socket.cork();
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(chunk);
    const room = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return room;
  }

  end(): void {
    if (this.#request === undefined || this.#socket.destroyed) return;
    if (this.#request.body === 'chunked') this.#socket.write('0\r\n\r\n', 'latin1');
    this.#requestDone = true;
  }

  pause(): void {
    if (this.#phase === 'body') this.#socket.pause();
  }

  resume(): void {
    if (this.#phase === 'body') this.#socket.resume();
  }

  abort(): void {
    if (this.#sink === undefined) return;
    this.#sink = undefined;
    this.#socket.destroy();
  }

  // --- the socket

  readonly #onConnect = (): void => {
    if (this.#phase !== 'connecting') return;
    this.deadlineAt = 0;
    this.#phase = 'idle';
    if (this.#request !== undefined) this.#send(this.#request);
    else this.#host.released(this);
  };

  #send(request: UpstreamRequest): void {
    this.#phase = 'waiting';
    this.#parser.reset();
    const body = request.body;
    if (body === undefined) {
      this.#single = request.head.length <= SINGLE_WRITE_BYTES;
      this.#requestDone = true;
      this.#socket.write(request.head, 'latin1');
    } else if (typeof body === 'string') {
      this.#single = false;
      if (this.#headQueued) {
        this.#headQueued = false;
        return;
      }
      this.#requestDone = false;
      this.#socket.write(request.head, 'latin1');
    } else {
      const size = request.head.length + body.length;
      this.#requestDone = true;
      this.#single = size <= SINGLE_WRITE_BYTES;
      if (this.#single) {
        const bytes = Buffer.allocUnsafe(size);
        bytes.write(request.head, 0, 'latin1');
        body.copy(bytes, request.head.length);
        this.#socket.write(bytes);
      } else {
        this.#socket.cork();
        this.#socket.write(request.head, 'latin1');
        this.#socket.write(body);
        this.#socket.uncork();
      }
    }
  }

  readonly #isOurs = (): boolean => this.#phase !== 'upgraded';

  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#read(chunk);
    } catch (error) {
      this.#fail(new UpstreamFailure('protocol', (error as Error).message, { cause: error }));
    }
  };

  #read(chunk: Buffer): void {
    if (this.#phase === 'waiting') this.#readHead(chunk);
    else if (this.#phase === 'body') this.#readBody(chunk, 0);
    else if (this.#phase !== 'upgraded') this.#socket.destroy(); // words nobody asked for
  }

  #readHead(piece: Buffer): void {
    this.#heard = true;
    let chunk = piece;
    if (this.#parser.untouched && this.#request!.method === this.#repeatedMethod) {
      const again = this.#repeated.match(chunk, 0);
      if (again !== undefined) {
        this.#beginBody(again, chunk, this.#repeated.length);
        return;
      }
    }
    if (this.#carry !== undefined) {
      // Answers in several pieces are rare enough to join them anew each time; the parser does not start over.
      chunk = Buffer.concat([this.#carry, piece]);
      this.#carry = undefined;
    }
    const after = this.#parser.parse(chunk, 0, chunk.length);
    if (after < 0) {
      this.#carry = chunk === piece ? keep(chunk) : chunk;
      return;
    }
    const head = responseHead(this.#parser, chunk.toString('latin1', 0, after), this.#request!.method);
    if (head.status < 200) this.#readInterim(head, keep(chunk, after));
    else {
      this.#repeated.remember(head, chunk, 0, after);
      this.#repeatedMethod = this.#request!.method;
      this.#beginBody(head, chunk, after);
    }
  }

  #readInterim(head: ResponseHead, rest: Buffer): void {
    if (head.status === 101) {
      const sink = this.#sink;
      if (sink?.onUpgrade === undefined)
        throw new Error('the answer is 101 to a request that did not ask for it');
      this.#letGo();
      this.#phase = 'upgraded';
      this.#host.removed(this);
      sink.onUpgrade(head, this.#socket, rest);
      return;
    }
    // 100 and 103 tell us nothing we act on; the real answer follows.
    this.#parser.reset();
    if (rest.length > 0) this.#readHead(rest);
  }

  #beginBody(head: ResponseHead, chunk: Buffer, after: number): void {
    this.#keepAlive = head.keepAlive;
    const length = head.contentLength;
    const available = chunk.length - after;
    if (length >= 0 && available >= length) {
      if (available > length) this.#keepAlive = false; // more than it owes: do not trust what comes next
      const sink = this.#sink;
      const whole = chunk.subarray(after, after + length);
      this.#finish();
      sink?.onResponse(head, whole);
      return;
    }
    this.#phase = 'body';
    this.#bodyLeft = length;
    this.#decoder = length === CHUNKED ? new ChunkedDecoder() : undefined;
    this.#sink?.onResponse(head, undefined);
    if (available > 0 && this.#phase === 'body') this.#readBody(chunk, after);
  }

  #readBody(chunk: Buffer, position: number): void {
    if (this.#decoder !== undefined) {
      const after = this.#decoder.decode(chunk, position, chunk.length, (piece) =>
        this.#sink?.onData(keep(piece)),
      );
      if (!this.#decoder.done) return;
      if (after < chunk.length) this.#keepAlive = false;
    } else if (this.#bodyLeft === UNTIL_CLOSE) {
      this.#sink?.onData(keep(chunk, position));
      return;
    } else {
      const take = Math.min(this.#bodyLeft, chunk.length - position);
      this.#bodyLeft -= take;
      if (take > 0) this.#sink?.onData(keep(chunk, position, position + take));
      if (this.#bodyLeft > 0) return;
      if (position + take < chunk.length) this.#keepAlive = false;
    }
    const sink = this.#sink;
    this.#finish();
    sink?.onEnd();
  }

  /** The answer is complete: keep the connection, or part with it. */
  #finish(): void {
    this.#sink = undefined;
    this.#request = undefined;
    this.#decoder = undefined;
    // An answer before the whole request was sent leaves the rest of that request in the way.
    if (!this.#keepAlive || !this.#requestDone || this.#socket.destroyed) {
      this.#phase = 'closed';
      this.#socket.destroy();
      this.#host.removed(this);
      return;
    }
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#phase = 'idle';
    this.#host.released(this);
  }

  readonly #onEnd = (): void => {
    if (this.#phase === 'body' && this.#bodyLeft === UNTIL_CLOSE && this.#decoder === undefined) {
      const sink = this.#sink;
      this.#keepAlive = false;
      this.#finish();
      sink?.onEnd();
      return;
    }
    if (this.#phase === 'waiting' && this.#mayBeUnread()) this.#probe();
    else this.#fail(this.#closedFailure(false));
  };

  /**
   * The other side closed the connection and answered nothing. Either its process read the request and
   * died, or it had closed before the request came. In the second case its kernel has answered our bytes
   * with RST, so a further write fails at once (EPIPE); in the first one it goes through. CR LF is harmless:
   * empty lines between requests are ignored.
   */
  #probe(): void {
    this.#socket.write('\r\n', 'latin1', (error) => {
      this.#fail(this.#closedFailure(error != null));
    });
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    const refused = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    this.#fail(this.#closedFailure(refused && this.#mayBeUnread(), error));
  };

  readonly #onClose = (): void => {
    this.#fail(this.#closedFailure(false));
    if (this.#phase === 'closed' || this.#phase === 'upgraded') return;
    this.#phase = 'closed';
    this.deadlineAt = 0;
    this.#host.removed(this);
  };

  readonly #onDrain = (): void => {
    this.#sink?.onDrain?.();
  };

  /**
   * A kernel sends RST when a process ends or closes with bytes of the request unread, and FIN when it had read
   * them all. A request that left in one write and drew RST, before a byte of an answer, was not read to its end.
   */
  #mayBeUnread(): boolean {
    return !this.#heard && this.#single;
  }

  #closedFailure(unread: boolean, cause?: Error): UpstreamFailure {
    const where = `${this.#host.host}:${this.#host.port}`;
    if (this.#phase === 'connecting') {
      const why = this.#timedOut ? 'no answer in time' : (cause?.message ?? 'closed');
      return new UpstreamFailure('connect', `${where} cannot be reached: ${why}`, { cause });
    }
    if (unread) return new UpstreamFailure('stale', `${where} had closed the connection`, { cause });
    return new UpstreamFailure('lost', `${where} closed the connection before its answer was complete`, {
      cause,
    });
  }

  #fail(failure: UpstreamFailure): void {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#request = undefined;
    this.#socket.destroy();
    sink?.onFailure(failure);
  }

  #letGo(): void {
    const socket = this.#socket;
    socket.off('connect', this.#onConnect);
    socket.off('end', this.#onEnd);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
    socket.off('drain', this.#onDrain);
    socket.on('error', () => {});
    socket.pause();
    this.#sink = undefined;
    this.#request = undefined;
  }
}
