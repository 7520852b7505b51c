import type { Socket } from 'node:net';
import { OpenEasError } from '@openeas/contracts';
import { type AnswerFraming, answerHead, declaredLength } from './answer-head.js';
import type { BodyInlet } from './body-inlet.js';
import { findField } from './fields.js';
import type { HeaderLines } from './header-lines.js';
import type { BodyControl, BodySink, ServerExchange } from './port.js';
import type { RequestHead } from './request-head.js';

/** Answers up to this size go out as one buffer with their head: a copy is cheaper than a second write. */
const JOIN_BYTES = 64 * 1024;

/** What an exchange needs from its connection. */
export interface ExchangeHost {
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** Wall clock, for Date. */
  wallNow(): number;
  /** Whether the connection has to end after an answer given now, as far as the connection is concerned. */
  mustClose(): boolean;
  /** False = the socket is full. */
  send(bytes: Buffer): boolean;
  /** Runs `write` so that its sends leave as one. */
  together(write: () => void): void;
  /** The answer is complete. */
  answered(close: boolean): void;
  /** The answer cannot be completed as announced: cut the connection. */
  cut(): void;
  takeSocket(): { socket: Socket; head: Buffer };
}

type AnswerState =
  | 'open' // no byte of the answer was given
  | 'streaming'
  | 'complete'
  | 'gone'; // the client left, or the connection answered in our place

/** One request and its answer. */
export class Exchange implements ServerExchange {
  readonly startedAt: number;
  onDrain: (() => void) | undefined = undefined;
  onAbort: (() => void) | undefined = undefined;
  readonly #head: RequestHead;
  readonly #host: ExchangeHost;
  /** The body when it was complete as the handler was called. */
  readonly #whole: Buffer | undefined;
  readonly #inlet: BodyInlet | undefined;
  #state: AnswerState = 'open';
  #closeWanted = false;
  #bodyAsked = false;
  /** Answer head not written yet: it waits for the first piece of the body. */
  #pendingHead: string | undefined;
  #chunked = false;
  /** Bytes still owed of a declared length; undefined = none was declared. */
  #owed: number | undefined;
  #closing = false;
  /** HEAD, 204, 304: whatever is written has no place on the wire. */
  #silent = false;

  constructor(
    head: RequestHead,
    host: ExchangeHost,
    startedAt: number,
    whole: Buffer | undefined,
    inlet: BodyInlet | undefined,
  ) {
    this.#head = head;
    this.#host = host;
    this.startedAt = startedAt;
    this.#whole = whole;
    this.#inlet = inlet;
  }

  get method(): string {
    return this.#head.method;
  }

  get target(): string {
    return this.#head.target;
  }

  get path(): string {
    const mark = this.#head.target.indexOf('?');
    return mark < 0 ? this.#head.target : this.#head.target.substring(0, mark);
  }

  get query(): string {
    const mark = this.#head.target.indexOf('?');
    return mark < 0 ? '' : this.#head.target.substring(mark + 1);
  }

  get headers(): readonly string[] {
    return this.#head.headers;
  }

  get contentLength(): number {
    return this.#head.contentLength;
  }

  get upgradeRequested(): boolean {
    return this.#head.upgrade;
  }

  get headMemo(): unknown {
    return this.#head.memo;
  }

  set headMemo(value: unknown) {
    this.#head.memo = value;
  }

  get remoteAddress(): string {
    return this.#host.remoteAddress;
  }

  get localAddress(): string {
    return this.#host.localAddress;
  }

  get answered(): boolean {
    return this.#state !== 'open';
  }

  get ended(): boolean {
    return this.#state === 'complete' || this.#state === 'gone';
  }

  get completeBody(): Buffer | undefined {
    return this.#whole;
  }

  header(name: string): string | undefined {
    return findField(this.#head.headers, name);
  }

  readBody(limit: number): Promise<Buffer> {
    if (this.#whole !== undefined) {
      return this.#whole.length > limit
        ? Promise.reject(new OpenEasError('PayloadTooLarge', { limit }))
        : Promise.resolve(this.#whole);
    }
    // Refused before a byte is read, and before the client is told to go on.
    if (this.contentLength > limit) return Promise.reject(new OpenEasError('PayloadTooLarge', { limit }));
    return this.#inlet!.read(limit);
  }

  streamBody(sink: BodySink): BodyControl {
    if (this.#inlet !== undefined) return this.#inlet.stream(sink);
    if (this.#bodyAsked) throw new Error('the body was asked for before');
    this.#bodyAsked = true;
    process.nextTick(() => {
      if (this.#state === 'gone') return;
      if (this.#whole!.length > 0) sink.onData(this.#whole!);
      sink.onEnd();
    });
    return { pause() {}, resume() {} };
  }

  respond(status: number, headers: readonly string[] | HeaderLines, body?: Uint8Array | string): void {
    if (!this.#mayBegin()) return;
    const bodiless = status === 204 || status === 304 || status < 200;
    const length = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const close = this.#decideClose();
    const head = answerHead(
      status,
      headers,
      { length: bodiless ? undefined : length, chunked: false, close, keepAliveNamed: !this.#head.modern },
      this.#host.wallNow(),
    );
    this.#state = 'complete';
    const sent = bodiless || this.#head.method === 'HEAD' ? 0 : length;
    if (sent > JOIN_BYTES) {
      this.#sendLong(head, typeof body === 'string' ? Buffer.from(body) : asBuffer(body!), close);
      return;
    }
    const bytes = Buffer.allocUnsafe(head.length + sent);
    bytes.write(head, 0, 'latin1');
    if (sent > 0) {
      if (typeof body === 'string') bytes.write(body, head.length);
      else bytes.set(body!, head.length);
    }
    this.#host.send(bytes);
    this.#host.answered(close);
  }

  startResponse(status: number, headers: readonly string[] | HeaderLines): void {
    if (!this.#mayBegin()) return;
    const bodiless = status === 204 || status === 304 || status < 200;
    const length = bodiless ? undefined : declaredLength(headers);
    const chunked = !bodiless && length === undefined && this.#head.modern;
    const close = this.#decideClose() || (!bodiless && length === undefined && !chunked);
    const framing: AnswerFraming = { length, chunked, close, keepAliveNamed: !this.#head.modern };
    this.#pendingHead = answerHead(status, headers, framing, this.#host.wallNow());
    this.#state = 'streaming';
    this.#closing = close;
    const silent = bodiless || this.#head.method === 'HEAD';
    this.#chunked = chunked && !silent;
    this.#owed = silent ? 0 : length;
    this.#silent = silent;
    process.nextTick(() => this.#flushHead());
  }

  write(chunk: Uint8Array): boolean {
    if (this.#state === 'gone' || this.#silent) return true;
    if (this.#state !== 'streaming') throw new Error('write comes between startResponse and end');
    if (chunk.length === 0) return true;
    if (this.#owed !== undefined) {
      if (chunk.length > this.#owed) {
        this.#host.cut();
        throw new RangeError('more was written than content-length announced');
      }
      this.#owed -= chunk.length;
    }
    const before = (this.#pendingHead ?? '') + (this.#chunked ? `${chunk.length.toString(16)}\r\n` : '');
    const after = this.#chunked ? '\r\n' : '';
    this.#pendingHead = undefined;
    if (before === '') return this.#host.send(asBuffer(chunk));
    if (chunk.length <= JOIN_BYTES) {
      const bytes = Buffer.allocUnsafe(before.length + chunk.length + after.length);
      bytes.write(before, 0, 'latin1');
      bytes.set(chunk, before.length);
      if (after !== '') bytes.write(after, before.length + chunk.length, 'latin1');
      return this.#host.send(bytes);
    }
    let room = true;
    this.#host.together(() => {
      this.#host.send(Buffer.from(before, 'latin1'));
      room = this.#host.send(asBuffer(chunk));
      if (after !== '') room = this.#host.send(Buffer.from(after, 'latin1'));
    });
    return room;
  }

  end(): void {
    if (this.#state === 'gone') return;
    if (this.#state !== 'streaming') throw new Error('end comes after startResponse');
    if (this.#owed !== undefined && this.#owed > 0) {
      // The client counts on bytes that will never come; only a cut connection tells it so.
      this.#host.cut();
      return;
    }
    const rest = (this.#pendingHead ?? '') + (this.#chunked ? '0\r\n\r\n' : '');
    this.#pendingHead = undefined;
    this.#state = 'complete';
    if (rest !== '') this.#host.send(Buffer.from(rest, 'latin1'));
    this.#host.answered(this.#closing || this.#closeWanted);
  }

  closeAfterResponse(): void {
    this.#closeWanted = true;
  }

  abortResponse(): void {
    if (!this.ended) this.#host.cut();
  }

  upgrade(): { socket: Socket; head: Buffer } {
    if (!this.#mayBegin()) throw new Error('the client is gone');
    this.#state = 'complete';
    return this.#host.takeSocket();
  }

  /** The connection broke, or answers in our place: from now on every call of the handler has no effect. */
  abandon(bodyError: Error): void {
    if (this.ended) return;
    this.#state = 'gone';
    this.#pendingHead = undefined;
    this.#inlet?.fail(bodyError);
    this.onAbort?.();
  }

  /** Piece by piece as the client reads, so that one who does not is told from one who is slow. */
  #sendLong(head: string, body: Buffer, close: boolean): void {
    this.#state = 'streaming';
    let sent = 0;
    const go = (): void => {
      while (sent < body.length && this.#state === 'streaming') {
        const piece = body.subarray(sent, sent + JOIN_BYTES);
        sent += piece.length;
        if (!this.#host.send(piece)) break;
      }
      if (sent < body.length || this.#state !== 'streaming') return;
      this.onDrain = undefined;
      this.#state = 'complete';
      this.#host.answered(close);
    };
    this.onDrain = go;
    this.#host.send(Buffer.from(head, 'latin1'));
    go();
  }

  #mayBegin(): boolean {
    if (this.#state === 'gone') return false;
    if (this.#state !== 'open') throw new Error('this request was answered before');
    return true;
  }

  #decideClose(): boolean {
    return this.#closeWanted || !this.#head.keepAlive || this.#host.mustClose();
  }

  #flushHead(): void {
    if (this.#pendingHead === undefined || this.#state !== 'streaming') return;
    const head = this.#pendingHead;
    this.#pendingHead = undefined;
    this.#host.send(Buffer.from(head, 'latin1'));
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
