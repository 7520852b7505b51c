import type { ServerExchange, UpstreamCall } from '@openeas/http1';
import { forwardedLines } from '../forward/headers.js';
import { withServiceName } from '../forward/predict-path.js';
import { forwardedHead } from '../forward/request-head.js';
import type { ForwardTools } from '../forward/tools.js';
import { MIRROR_LIMITS } from './mirror-budget.js';
import { MirrorCopy } from './mirror-copy.js';
import type { TrafficMirror } from './traffic-mirror.js';

/**
 * The copies of one request. They are sent once its body is complete and known; until then a body that is streamed
 * is collected as it passes. Nothing here can delay or fail the request itself.
 */
export class RequestCopies {
  readonly #tools: ForwardTools;
  readonly #mirror: TrafficMirror;
  readonly #exchange: ServerExchange;
  readonly #requestId: string;
  readonly #target: string;
  readonly #timeoutMs: number;
  /** What has been collected; undefined = it is over. */
  #pieces: Buffer[] | undefined = [];
  #size = 0;

  constructor(
    tools: ForwardTools,
    mirror: TrafficMirror,
    exchange: ServerExchange,
    request: { readonly id: string; readonly target: string; readonly timeoutMs: number },
  ) {
    this.#tools = tools;
    this.#mirror = mirror;
    this.#exchange = exchange;
    this.#requestId = request.id;
    this.#target = request.target;
    this.#timeoutMs = request.timeoutMs;
  }

  /** Sends the copies with this body. */
  send(body: Buffer): void {
    if (body.length > MIRROR_LIMITS.bodyBytes) this.#drop();
    else for (const target of this.#mirror.targets) this.#sendTo(target, body);
    this.#pieces = undefined;
  }

  /** Passes what is written on to `call`, and sends the copies when that was all. */
  alongside(call: UpstreamCall): UpstreamCall {
    return {
      write: (chunk) => {
        this.#collect(chunk);
        return call.write(chunk);
      },
      end: () => {
        call.end();
        this.#complete();
      },
      pause: () => call.pause(),
      resume: () => call.resume(),
      abort: () => {
        this.abandon();
        call.abort();
      },
    };
  }

  /** The request is over: a body that is not complete by now never will be. */
  abandon(): void {
    if (this.#pieces === undefined) return;
    this.#pieces = undefined;
    this.#tools.mirrorBudget.giveBack(this.#size);
  }

  #collect(chunk: Buffer): void {
    if (this.#pieces === undefined) return;
    const fits = this.#size + chunk.length <= MIRROR_LIMITS.bodyBytes;
    if (!fits || !this.#tools.mirrorBudget.take(chunk.length)) {
      this.abandon();
      this.#drop();
      return;
    }
    this.#size += chunk.length;
    // The chunk is the connection's own memory, which the next one may overwrite.
    this.#pieces.push(Buffer.from(chunk));
  }

  #complete(): void {
    const pieces = this.#pieces;
    if (pieces === undefined) return;
    this.abandon();
    this.send(Buffer.concat(pieces, this.#size));
  }

  #sendTo({ name, balancer, counts }: TrafficMirror['targets'][number], body: Buffer): void {
    const { mirrorBudget, options, deadlines } = this.#tools;
    const now = options.clock.monotonic();
    const instance = balancer.choose([], now);
    if (instance === undefined || counts.open >= MIRROR_LIMITS.perTarget || !mirrorBudget.take(body.length)) {
      counts.dropped.inc();
      return;
    }
    const exchange = this.#exchange;
    const own =
      `x-request-id: ${this.#requestId}\r\nx-openeas-gateway: ${instance.endpoint.gatewayKey}\r\n` +
      `x-openeas-mirrored: ${this.#mirror.source}\r\n`;
    const path = withServiceName(this.#target, name);
    const head = forwardedHead(exchange, path, forwardedLines(exchange), own, body);
    const copy = new MirrorCopy(instance, counts, deadlines, () => mirrorBudget.giveBack(body.length));
    copy.send(
      { method: exchange.method, head, body: body.length > 0 ? body : undefined },
      now + this.#timeoutMs,
    );
  }

  #drop(): void {
    for (const { counts } of this.#mirror.targets) counts.dropped.inc();
  }
}
