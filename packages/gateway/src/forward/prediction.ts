import type { Socket } from 'node:net';
import { OpenEasError } from '@openeas/contracts';
import type {
  Deadlined,
  ResponseHead,
  ServerExchange,
  UpstreamCall,
  UpstreamFailure,
  UpstreamSink,
} from '@openeas/http1';
import type { Instance } from '../balance/instance.js';
import { RequestCopies } from '../mirror/request-copies.js';
import type { ActiveRoute } from '../routing/active-route.js';
import { answerError } from './answer-error.js';
import { relayData, relayHead } from './answer-relay.js';
import { forwardedLines } from './headers.js';
import { type BodyReceiver, IncomingBody } from './incoming-body.js';
import { forwardedHead } from './request-head.js';
import type { ForwardTools } from './tools.js';
import { tunnel } from './tunnel.js';
import { refusedUnstarted } from './unstarted.js';

const NONE: readonly Instance[] = [];

/**
 * One prediction on its way: body in, instance chosen, answer out.
 *
 *     body ──► waiting ──► answering ──► over
 *                │  ▲          └─► tunnelling ──► over
 *                └──┘ another instance, as long as nothing can have started
 */
type Stage = 'body' | 'waiting' | 'answering' | 'tunnelling' | 'over';

export class Prediction implements BodyReceiver, UpstreamSink, Deadlined {
  deadlineAt: number;
  slot = -1;
  readonly #tools: ForwardTools;
  readonly #active: ActiveRoute;
  readonly #exchange: ServerExchange;
  readonly #requestId: string;
  readonly #target: string;
  readonly #body: IncomingBody;
  #stage: Stage = 'body';
  /** The body while it can be sent again. */
  #whole: Buffer | undefined;
  #tried = NONE;
  #attempts = 0;
  #instance: Instance | undefined;
  /** Closed a connection on this request before. */
  #stale: Instance | undefined;
  #call: UpstreamCall | undefined;
  /** Of this request, where its service is mirrored. */
  #copies: RequestCopies | undefined;
  #sentAt = 0;
  /** Status of an answer that is being streamed. */
  #status = 0;

  /** `target`: path and query for the instance. */
  constructor(
    tools: ForwardTools,
    active: ActiveRoute,
    exchange: ServerExchange,
    requestId: string,
    target: string,
  ) {
    this.#tools = tools;
    this.#active = active;
    this.#exchange = exchange;
    this.#requestId = requestId;
    this.#target = target;
    this.deadlineAt = exchange.startedAt + active.route.timeoutMs;
    this.#body = new IncomingBody(exchange, this, active.route.maxBodyBytes, tools.options.bufferBytes);
  }

  start(): void {
    const history = this.#active.history;
    history.inFlight++;
    this.#tools.deadlines.add(this);
    this.#exchange.onAbort = this.#clientLeft;
    this.#body.start();
  }

  // --- the body

  onWhole(body: Buffer): void {
    if (this.#stage !== 'body') return;
    this.#whole = body;
    this.#firstAttempt();
  }

  onStream(): void {
    if (this.#stage === 'body') this.#firstAttempt();
  }

  onBodyFailure(error: Error): void {
    if (this.#stage === 'over') return;
    if (error instanceof OpenEasError) this.#refuse(error);
    else this.#clientLeft();
  }

  // --- the instance

  #firstAttempt(): void {
    const now = this.#tools.options.clock.monotonic();
    const { repeats, retries } = this.#active.history;
    if (repeats.take(this.#exchange, this.#whole, now)) this.#tools.metrics.clientRepeats.inc();
    else retries.onRequest();
    const instance = this.#active.balancer.choose(NONE, now);
    if (instance === undefined) this.#refuse(this.#noInstance('none is running'));
    else {
      if (this.#active.mirrors !== undefined) this.#copies = this.#copiesFor(instance);
      this.#attempt(instance, now);
      if (this.#whole !== undefined) this.#copies?.send(this.#whole);
    }
  }

  /** A copy is made of what a service is sent, so the choice of the service comes first. */
  #copiesFor(instance: Instance): RequestCopies | undefined {
    const mirror = this.#active.mirrors?.get(instance.traffic.serviceUid);
    if (mirror === undefined || this.#exchange.upgradeRequested || !mirror.take()) return undefined;
    const request = { id: this.#requestId, target: this.#target, timeoutMs: this.#active.route.timeoutMs };
    return new RequestCopies(this.#tools, mirror, this.#exchange, request);
  }

  #attempt(instance: Instance, now: number): void {
    const exchange = this.#exchange;
    this.#stage = 'waiting';
    this.#attempts++;
    this.#instance = instance;
    this.#sentAt = now;
    instance.outstanding++;
    instance.traffic.accepted();
    const lines = forwardedLines(exchange);
    const whole = this.#whole;
    const framing =
      whole !== undefined
        ? whole
        : this.#body.chunked
          ? ('chunked' as const)
          : { length: exchange.contentLength };
    const own = `x-request-id: ${this.#requestId}\r\nx-openeas-gateway: ${instance.endpoint.gatewayKey}\r\n`;
    const head = forwardedHead(exchange, this.#target, lines, own, framing);
    const body =
      whole !== undefined
        ? whole.length > 0
          ? whole
          : undefined
        : this.#body.chunked
          ? 'chunked'
          : 'length';
    this.#call = instance.upstream.send({ method: exchange.method, head, body }, this);
    if (whole !== undefined) return;
    if (this.#copies !== undefined) this.#call = this.#copies.alongside(this.#call);
    this.#body.streamTo(this.#call);
  }

  /** Gives the request to another instance, if there is one, time is left and the budget allows it. */
  #again(tried: readonly Instance[]): boolean {
    const { options, metrics } = this.#tools;
    const now = options.clock.monotonic();
    if (this.#whole === undefined || this.#attempts >= options.maxAttempts || now >= this.deadlineAt)
      return false;
    const instance = this.#active.balancer.choose(tried, now);
    if (instance === undefined) return false;
    if (!this.#active.history.retries.take(now)) {
      metrics.retriesDenied.inc();
      return false;
    }
    metrics.retries.inc();
    this.#tried = tried;
    this.#instance?.traffic.redispatched();
    this.#letGo();
    this.#attempt(instance, now);
    return true;
  }

  // --- the answer

  onResponse(head: ResponseHead, whole: Buffer | undefined): void {
    const instance = this.#instance!;
    if (refusedUnstarted(head)) {
      const now = this.#tools.options.clock.monotonic();
      if (head.status === 503) instance.failed(now);
      const call = this.#call;
      if (this.#again([...this.#tried, instance])) {
        if (whole === undefined) call?.abort();
        return;
      }
    } else instance.succeeded();
    this.#stage = 'answering';
    this.deadlineAt = 0; // an answer that has begun may take its time
    let extra = `x-request-id: ${this.#requestId}\r\n`;
    if (this.#exchange.header('x-openeas-timing') === '1')
      extra += `x-openeas-timing: ${this.#timing(head)}\r\n`;
    relayHead(this.#exchange, head, whole, extra);
    if (whole !== undefined) this.#finish(head.status, undefined);
    else this.#status = head.status;
  }

  onData(chunk: Buffer): void {
    relayData(this.#exchange, chunk, this.#call);
  }

  onEnd(): void {
    this.#exchange.end();
    this.#finish(this.#status, undefined);
  }

  onDrain(): void {
    this.#body.drained();
  }

  onFailure(failure: UpstreamFailure): void {
    const instance = this.#instance!;
    const now = this.#tools.options.clock.monotonic();
    if (failure.kind === 'connect' || failure.kind === 'lost') instance.failed(now);
    if (this.#stage === 'answering') {
      this.#tools.metrics.lost.inc();
      this.#exchange.abortResponse();
      this.#finish(502, 'InstanceLost');
      return;
    }
    if (failure.notStarted) {
      // One kept connection that was closed says nothing against its instance. A second one does: a process that
      // was killed leaves as many of them as there were.
      const again = failure.kind === 'stale' && this.#stale !== instance;
      const tried = again ? this.#tried : [...this.#tried, instance];
      this.#stale = again ? instance : undefined;
      if (!this.#again(tried)) this.#refuse(this.#noInstance(failure.message));
      return;
    }
    this.#tools.metrics.lost.inc();
    if (this.#active.route.idempotent === true && this.#again([...this.#tried, instance])) return;
    this.#refuse(new OpenEasError('InstanceLost', {}, { cause: failure }));
  }

  onUpgrade(head: ResponseHead, socket: Socket, rest: Buffer): void {
    this.#instance!.succeeded();
    this.#stage = 'tunnelling';
    this.deadlineAt = 0;
    let client: { socket: Socket; head: Buffer };
    try {
      client = this.#exchange.upgrade();
    } catch {
      socket.destroy();
      this.#finish(499, undefined);
      return;
    }
    let lines = 'HTTP/1.1 101 Switching Protocols\r\n';
    for (let i = 0; i < head.headers.length; i += 2)
      lines += `${head.headers[i]}: ${head.headers[i + 1]}\r\n`;
    client.socket.write(
      Buffer.concat([Buffer.from(`${lines}x-request-id: ${this.#requestId}\r\n\r\n`, 'latin1'), rest]),
    );
    if (client.head.length > 0) socket.write(client.head);
    tunnel(client.socket, socket, () => this.#finish(101, undefined));
  }

  // --- other ends

  onDeadline(): void {
    if (this.#stage === 'over') return;
    this.#call?.abort();
    this.#refuse(new OpenEasError('GatewayTimeout', { limit: this.#active.route.timeoutMs }));
  }

  readonly #clientLeft = (): void => {
    if (this.#stage === 'over') return;
    this.#call?.abort();
    this.#tools.metrics.clientsLeft.inc();
    this.#finish(499, undefined);
  };

  #noInstance(reason: string): OpenEasError {
    const { name, notReady } = this.#active.route;
    return new OpenEasError('NoReadyInstance', { name, reason: notReady ?? reason });
  }

  #refuse(error: OpenEasError): void {
    this.#call?.abort();
    answerError(this.#exchange, error, this.#requestId);
    this.#finish(error.status, error.code);
  }

  #letGo(): void {
    if (this.#instance === undefined) return;
    this.#instance.outstanding--;
    this.#instance = undefined;
  }

  #timing(head: ResponseHead): string {
    const now = this.#tools.options.clock.monotonic();
    const own = `gateway;dur=${(this.#sentAt - this.#exchange.startedAt).toFixed(3)}, instance;dur=${(now - this.#sentAt).toFixed(3)}`;
    let all = own;
    for (let i = 0; i < head.headers.length; i += 2) {
      const name = head.headers[i];
      if (name === 'x-openeas-timing' || name === 'server-timing') all += `, ${head.headers[i + 1]}`;
    }
    return all;
  }

  #finish(status: number, code: string | undefined): void {
    if (this.#stage === 'over') return;
    this.#stage = 'over';
    const { accessLog, deadlines, options } = this.#tools;
    const exchange = this.#exchange;
    const instance = this.#instance;
    this.deadlineAt = 0;
    deadlines.remove(this);
    exchange.onAbort = undefined;
    this.#copies?.abandon();
    this.#letGo();
    if (instance === undefined) this.#active.ownAnswers.accepted();
    (instance?.traffic ?? this.#active.ownAnswers).finished(status, code !== undefined);
    const history = this.#active.history;
    history.inFlight--;
    history.metrics.answers[Math.floor(status / 100)]?.inc();
    const now = options.clock.monotonic();
    const ms = now - exchange.startedAt;
    history.metrics.seconds.observe(ms / 1000);
    if (status >= 400) history.repeats.failed(exchange, this.#whole, now);
    if (!accessLog.wants(status, now)) return;
    accessLog.write({
      requestId: this.#requestId,
      method: exchange.method,
      path: exchange.path,
      status,
      ms,
      client: exchange.remoteAddress,
      instance: instance?.endpoint.instanceId,
      attempts: this.#attempts,
      code,
    });
  }
}
