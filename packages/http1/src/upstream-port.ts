import type { Socket } from 'node:net';
import type { ResponseHead } from './response-head.js';

/** Why an upstream call failed, in words that decide what may be done about it. */
export type UpstreamFailureKind =
  | 'connect' // no connection came about: refused, unreachable, or not within the time allowed
  | 'exhausted' // as many connections as allowed are busy
  | 'stale' // a kept connection turned out to be closed, and the request was provably never read
  | 'lost' // the connection broke after the request may have been read
  | 'protocol' // the answer cannot be understood
  | 'aborted'; // we gave up ourselves

/** A failed upstream call. `notStarted` = the other side cannot have begun to work on it. */
export class UpstreamFailure extends Error {
  readonly kind: UpstreamFailureKind;

  constructor(kind: UpstreamFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UpstreamFailure';
    this.kind = kind;
  }

  get notStarted(): boolean {
    return this.kind === 'connect' || this.kind === 'exhausted' || this.kind === 'stale';
  }
}

export interface UpstreamRequest {
  readonly method: string;
  /** Request line and headers with the empty line that ends them; the caller vouches for its framing. */
  readonly head: string;
  /** The whole body; 'length' = it follows by `write` as it is; 'chunked' = it follows and is chunked here. */
  readonly body: Buffer | undefined | 'length' | 'chunked';
}

/** Takes an answer. After `onFailure`, `onEnd`, `onUpgrade` or a whole `onResponse` nothing follows. */
export interface UpstreamSink {
  /** `whole`: the complete body when it came with the head, valid during the call only; then nothing follows. */
  onResponse(head: ResponseHead, whole: Buffer | undefined): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(failure: UpstreamFailure): void;
  /** 101: the connection belongs to the caller now. `rest` holds bytes behind the head. */
  onUpgrade?(head: ResponseHead, socket: Socket, rest: Buffer): void;
  /** After a `write` that returned false: there is room again. */
  onDrain?(): void;
}

export interface UpstreamCall {
  /** False = wait for `onDrain`. Only for streamed bodies. */
  write(chunk: Buffer): boolean;
  end(): void;
  /** Holds the answer back. */
  pause(): void;
  resume(): void;
  /** Gives up; the sink hears nothing more. May be called at any time, and twice. */
  abort(): void;
}

/** One address, with its kept connections. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** Calls not finished. */
  readonly outstanding: number;
  /** Idle connections kept. */
  readonly idle: number;
  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall;
  /** Closes idle connections; busy ones end after their answer. Sending is still possible. */
  retire(): void;
}
