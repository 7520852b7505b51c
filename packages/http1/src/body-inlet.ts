import { OpenEasError } from '@openeas/contracts';
import type { BodyControl, BodySink } from './port.js';

/** Bytes kept for a handler that has not asked for the body yet; then the socket is held back. */
export const EARLY_BYTES = 64 * 1024;

/** The client left, or its connection broke, before the whole body was here. */
export class BodyAborted extends Error {
  constructor() {
    super('the client left before its request was complete');
    this.name = 'BodyAborted';
  }
}

/** What the connection has to do for the body: give its consent to send it, and hold it back. */
export interface InletHost {
  /** The handler wants the body: the moment for `100 Continue`. */
  bodyWanted(): void;
  /** True = read no more from the socket for now. */
  holdBody(held: boolean): void;
}

/** Between the socket and the handler while a request body comes in: keeps, collects, streams or discards. */
export class BodyInlet {
  ended = false;
  readonly #host: InletHost;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #sink: BodySink | undefined;
  #failure: Error | undefined;
  #discarding = false;
  #held = false;

  constructor(host: InletHost) {
    this.#host = host;
  }

  push(piece: Buffer): void {
    if (this.#discarding) return;
    if (this.#sink !== undefined) {
      this.#sink.onData(piece);
      return;
    }
    this.#early.push(piece);
    this.#earlyBytes += piece.length;
    if (this.#earlyBytes >= EARLY_BYTES) this.#hold(true);
  }

  end(): void {
    this.ended = true;
    if (!this.#discarding) this.#sink?.onEnd();
  }

  fail(error: Error): void {
    if (this.ended || this.#failure !== undefined) return;
    this.#failure = error;
    if (!this.#discarding) this.#sink?.onError(error);
  }

  /** Nobody wants the rest; it is read and dropped. */
  discard(): void {
    this.#discarding = true;
    this.#early = [];
    this.#hold(false);
  }

  stream(sink: BodySink): BodyControl {
    if (this.#sink !== undefined || this.#discarding) throw new Error('the body was asked for before');
    this.#host.bodyWanted();
    // What is here already is handed over a moment later: the caller needs the control first.
    this.#sink = new EarlyGate(this, sink, this.#early, this.ended, this.#failure);
    this.#early = [];
    this.#hold(false);
    return {
      pause: () => this.#hold(true),
      resume: () => this.#hold(false),
    };
  }

  read(limit: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let size = 0;
      this.stream({
        onData: (piece) => {
          size += piece.length;
          if (size > limit) {
            pieces.length = 0;
            this.discard();
            reject(new OpenEasError('PayloadTooLarge', { limit }));
          } else pieces.push(piece);
        },
        onEnd: () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size)),
        onError: reject,
      });
    });
  }

  /** Takes the gate away once the early pieces are through. */
  settle(sink: BodySink): void {
    this.#sink = sink;
  }

  get discarding(): boolean {
    return this.#discarding;
  }

  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#host.holdBody(held);
  }
}

/** Stands in for a sink until the pieces that came before it have been handed over, in order. */
class EarlyGate implements BodySink {
  readonly #pieces: Buffer[];
  #ended: boolean;
  #failure: Error | undefined;

  constructor(
    inlet: BodyInlet,
    sink: BodySink,
    pieces: Buffer[],
    ended: boolean,
    failure: Error | undefined,
  ) {
    this.#pieces = pieces;
    this.#ended = ended;
    this.#failure = failure;
    process.nextTick(() => {
      for (const piece of this.#pieces) {
        if (inlet.discarding) return;
        sink.onData(piece);
      }
      if (inlet.discarding) return;
      if (this.#failure !== undefined) sink.onError(this.#failure);
      else if (this.#ended) sink.onEnd();
      inlet.settle(sink);
    });
  }

  onData(piece: Buffer): void {
    this.#pieces.push(piece);
  }

  onEnd(): void {
    this.#ended = true;
  }

  onError(error: Error): void {
    this.#failure = error;
  }
}
