import { OpenEasError } from '@openeas/contracts';
import {
  type BodyControl,
  type BodySink,
  CHUNKED,
  type ServerExchange,
  type UpstreamCall,
} from '@openeas/http1';

/** What becomes of a request body: known whole, or to be streamed as it comes. */
export interface BodyReceiver {
  /** The whole body; can be sent as often as needed. */
  onWhole(body: Buffer): void;
  /** Too large to keep: give the call to `streamTo`. */
  onStream(): void;
  /** PayloadTooLarge, or the client's connection broke. */
  onBodyFailure(error: Error): void;
}

/** Takes in the body of one request: keeps a small one, passes a large one on with back-pressure. */
export class IncomingBody implements BodySink {
  readonly #exchange: ServerExchange;
  readonly #receiver: BodyReceiver;
  readonly #limit: number;
  readonly #keepBytes: number;
  #control: BodyControl | undefined;
  #pieces: Buffer[] = [];
  #size = 0;
  #streaming = false;
  #ended = false;
  #failed = false;
  #target: UpstreamCall | undefined;

  constructor(exchange: ServerExchange, receiver: BodyReceiver, limit: number, keepBytes: number) {
    this.#exchange = exchange;
    this.#receiver = receiver;
    this.#limit = limit;
    this.#keepBytes = Math.min(keepBytes, limit);
  }

  /** Framing of a streamed body. */
  get chunked(): boolean {
    return this.#exchange.contentLength === CHUNKED;
  }

  start(): void {
    const exchange = this.#exchange;
    const whole = exchange.completeBody;
    if (whole !== undefined) {
      if (whole.length > this.#limit) this.#fail();
      else this.#receiver.onWhole(whole);
      return;
    }
    if (exchange.contentLength > this.#limit) {
      this.#fail();
      return;
    }
    if (exchange.contentLength > this.#keepBytes) {
      this.#streaming = true;
      this.#receiver.onStream();
    } else this.#control = exchange.streamBody(this);
  }

  /** Sends what is here and what comes to `call`. Once only. */
  streamTo(call: UpstreamCall): void {
    this.#target = call;
    let room = true;
    for (const piece of this.#pieces) room = call.write(piece);
    this.#pieces = [];
    if (this.#ended) call.end();
    else if (this.#control === undefined) this.#control = this.#exchange.streamBody(this);
    if (!room) this.#control?.pause();
    else this.#control?.resume();
  }

  /** The target has room again. */
  drained(): void {
    if (!this.#ended) this.#control?.resume();
  }

  onData(chunk: Buffer): void {
    if (this.#failed) return;
    this.#size += chunk.length;
    if (this.#size > this.#limit) {
      this.#fail();
      return;
    }
    if (this.#target !== undefined) {
      if (!this.#target.write(chunk)) this.#control?.pause();
      return;
    }
    this.#pieces.push(chunk);
    if (this.#streaming || this.#size <= this.#keepBytes) return;
    this.#streaming = true;
    this.#control?.pause();
    this.#receiver.onStream();
  }

  onEnd(): void {
    if (this.#failed) return;
    this.#ended = true;
    if (this.#target !== undefined) this.#target.end();
    else if (!this.#streaming) {
      const whole = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#size);
      this.#pieces = [];
      this.#receiver.onWhole(whole);
    }
  }

  onError(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#receiver.onBodyFailure(error);
  }

  #fail(): void {
    this.#failed = true;
    this.#pieces = [];
    this.#receiver.onBodyFailure(new OpenEasError('PayloadTooLarge', { limit: this.#limit }));
  }
}
