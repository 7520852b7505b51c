import type { Socket } from 'node:net';
import { OpenEasError } from '@openeas/contracts';
import type {
  ResponseHead,
  ServerExchange,
  Upstream,
  UpstreamCall,
  UpstreamFailure,
  UpstreamSink,
} from '@openeas/http1';
import { answerError } from './answer-error.js';
import { relayData, relayHead } from './answer-relay.js';
import type { ControlLink } from './control-link.js';
import { forwardedLines } from './headers.js';
import { type BodyReceiver, IncomingBody } from './incoming-body.js';
import { forwardedHead } from './request-head.js';
import type { ForwardTools } from './tools.js';
import { tunnel } from './tunnel.js';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

type Stage = 'body' | 'waiting' | 'answering' | 'over';

/** One request for control (API, console, uploads), passed through as it is. Signatures cover Host, so it stays. */
export class ControlCall implements BodyReceiver, UpstreamSink {
  readonly #tools: ForwardTools;
  readonly #link: ControlLink;
  readonly #exchange: ServerExchange;
  readonly #requestId: string;
  readonly #body: IncomingBody;
  #stage: Stage = 'body';
  #whole: Buffer | undefined;
  #upstream: Upstream | undefined;
  #call: UpstreamCall | undefined;
  #again = true;

  constructor(tools: ForwardTools, link: ControlLink, exchange: ServerExchange, requestId: string) {
    this.#tools = tools;
    this.#link = link;
    this.#exchange = exchange;
    this.#requestId = requestId;
    const { maxControlBodyBytes, bufferBytes } = tools.options;
    this.#body = new IncomingBody(exchange, this, maxControlBodyBytes, bufferBytes);
  }

  start(): void {
    this.#exchange.onAbort = () => this.#leave();
    this.#body.start();
  }

  onWhole(body: Buffer): void {
    this.#whole = body;
    this.#send();
  }

  onStream(): void {
    this.#send();
  }

  onBodyFailure(error: Error): void {
    if (error instanceof OpenEasError) this.#refuse(error);
    else this.#leave();
  }

  #send(): void {
    if (this.#stage !== 'body') return;
    const upstream = this.#link.current();
    if (upstream === undefined) {
      this.#unavailable();
      return;
    }
    this.#stage = 'waiting';
    this.#upstream = upstream;
    const exchange = this.#exchange;
    const whole = this.#whole;
    const framing = whole ?? (this.#body.chunked ? ('chunked' as const) : { length: exchange.contentLength });
    const lines = forwardedLines(exchange);
    const head = forwardedHead(
      exchange,
      exchange.target,
      lines,
      `x-request-id: ${this.#requestId}\r\n`,
      framing,
    );
    const body =
      whole !== undefined
        ? whole.length > 0
          ? whole
          : undefined
        : this.#body.chunked
          ? 'chunked'
          : 'length';
    this.#call = upstream.send({ method: exchange.method, head, body }, this);
    if (whole === undefined) this.#body.streamTo(this.#call);
  }

  onResponse(head: ResponseHead, whole: Buffer | undefined): void {
    this.#stage = 'answering';
    this.#tools.metrics.controlAnswers.inc();
    // Control gives its own RequestId in body and header; it is the one to quote.
    const own = head.headers.indexOf('x-request-id');
    const requestId = own < 0 ? this.#requestId : head.headers[own + 1];
    relayHead(this.#exchange, head, whole, `x-request-id: ${requestId}\r\n`);
    if (whole !== undefined) this.#stage = 'over';
  }

  onData(chunk: Buffer): void {
    relayData(this.#exchange, chunk, this.#call);
  }

  onEnd(): void {
    this.#stage = 'over';
    this.#exchange.end();
  }

  onDrain(): void {
    this.#body.drained();
  }

  onFailure(failure: UpstreamFailure): void {
    if (this.#stage === 'answering') {
      this.#stage = 'over';
      this.#exchange.abortResponse();
      return;
    }
    const moved = this.#link.failed(this.#upstream!);
    const mayRepeat = failure.notStarted && this.#again && this.#whole !== undefined;
    if (mayRepeat && (moved || failure.kind === 'stale')) {
      this.#again = false;
      this.#stage = 'body';
      this.#send();
      return;
    }
    // 503 says that nothing was done. A change that control may have read may have been done.
    if (failure.notStarted || READING.has(this.#exchange.method)) this.#unavailable();
    else this.#refuse(new OpenEasError('ControlLost', { method: this.#exchange.method }));
  }

  onUpgrade(head: ResponseHead, socket: Socket, rest: Buffer): void {
    this.#stage = 'over';
    const client = this.#exchange.upgrade();
    let lines = 'HTTP/1.1 101 Switching Protocols\r\n';
    for (let i = 0; i < head.headers.length; i += 2)
      lines += `${head.headers[i]}: ${head.headers[i + 1]}\r\n`;
    client.socket.write(Buffer.concat([Buffer.from(`${lines}\r\n`, 'latin1'), rest]));
    if (client.head.length > 0) socket.write(client.head);
    tunnel(client.socket, socket, () => {});
  }

  #leave(): void {
    if (this.#stage === 'over') return;
    this.#stage = 'over';
    this.#call?.abort();
  }

  #unavailable(): void {
    this.#tools.metrics.controlDown.inc();
    this.#refuse(new OpenEasError('ControlUnavailable'));
  }

  #refuse(error: OpenEasError): void {
    if (this.#stage === 'over') return;
    this.#stage = 'over';
    this.#call?.abort();
    answerError(this.#exchange, error, this.#requestId);
  }
}
