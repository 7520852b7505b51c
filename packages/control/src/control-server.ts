import type { AddressInfo } from 'node:net';
import { errorBody, OpenEasError } from '@openeas/contracts';
import { createRegistry } from '@openeas/telemetry';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { registerAbout } from './api/about.js';
import { registerActions } from './api/action-routes.js';
import { answerableError, MAX_BODY_BYTES, rawErrorAnswer } from './api/error-answer.js';
import { registerMetrics } from './api/metrics-page.js';
import { NonceMemory } from './auth/nonce-memory.js';
import type { ControlContext } from './control-context.js';
import { type ControlServerOptions, compileOptions } from './control-server-options.js';
import { isObjectRequest, registerObjects, sendObjectError } from './objects/object-routes.js';
import { ReceiptKeeper } from './receipts/receipt-keeper.js';
import { TrafficLedger } from './receipts/traffic-ledger.js';
import { registerTraffic } from './receipts/traffic-route.js';
import { RoutePublisher } from './routes/route-publisher.js';
import { RouteStreams } from './routes/route-stream.js';
import { registerRouteStream } from './routes/route-stream-route.js';

export interface ControlServer {
  /** Starts serving; resolves with the address, for port 0 the one it got. Fails with AddressInUse. */
  listen(address: { host: string; port: number }): Promise<{ host: string; port: number }>;
  /**
   * Resolves true once every connected gateway, and at least one, routes by all that was committed before this
   * call; false when that takes longer than `withinMs`.
   */
  routesApplied(withinMs: number): Promise<boolean>;
  /** Takes no new calls, answers those it has, ends the streams of routes. */
  close(): Promise<void>;
  /** Cuts every connection. */
  destroy(): void;
}

/** The control API over HTTP. It trusts nobody but who signs, and gateways that know the internal key. */
export function createControlServer(options: ControlServerOptions): ControlServer {
  return new FastifyControlServer(options);
}

class FastifyControlServer implements ControlServer {
  readonly #app: FastifyInstance;
  readonly #publisher: RoutePublisher;
  readonly #streams: RouteStreams;
  readonly #receipts: ReceiptKeeper;
  #closing: Promise<void> | undefined;

  constructor(options: ControlServerOptions) {
    const { context, routeLimits, internalKey } = compileOptions(options);
    const { store, descriptions, serviceKeys, log, ids, clock } = context;
    const epoch = ids.hex(16);
    this.#publisher = new RoutePublisher({
      store,
      descriptions,
      serviceKeys,
      log,
      clock,
      limits: routeLimits,
      epoch,
    });
    const ledger = new TrafficLedger(epoch);
    this.#receipts = new ReceiptKeeper({ store, clock, log, ledger });
    this.#streams = new RouteStreams(this.#publisher, clock, ids);
    this.#app = createApp(context);
    registerAbout(this.#app, context);
    registerMetrics(this.#app, options.metrics ?? createRegistry());
    registerActions(this.#app, context, new NonceMemory());
    registerObjects(this.#app, context);
    registerTraffic(this.#app, ledger, internalKey);
    registerRouteStream(this.#app, this.#publisher, this.#streams, internalKey);
    this.#app.addHook('preClose', async () => this.#streams.close());
  }

  async listen({ host, port }: { host: string; port: number }): Promise<{ host: string; port: number }> {
    await this.#publisher.start();
    await this.#receipts.start();
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      this.#publisher.stop();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new OpenEasError('AddressInUse', { address: `${host}:${port}` }, { cause: error });
    }
    const address = this.#app.server.address() as AddressInfo;
    return { host: address.address, port: address.port };
  }

  routesApplied(withinMs: number): Promise<boolean> {
    return this.#publisher.applied(withinMs);
  }

  close(): Promise<void> {
    this.#closing ??= this.#app.close().then(() => {
      this.#publisher.stop();
      return this.#receipts.close();
    });
    return this.#closing;
  }

  destroy(): void {
    void this.#receipts.close();
    this.#publisher.stop();
    this.#streams.close();
    this.#app.server.closeAllConnections();
    this.#app.server.close();
  }
}

function createApp(context: ControlContext): FastifyInstance {
  const { ids, log } = context;
  const app = Fastify({
    logger: false,
    genReqId: () => ids.requestId(),
    bodyLimit: MAX_BODY_BYTES,
    // Control listens on loopback; who speaks from there is the gateway, which adds who it speaks for. What
    // stands before that in the header was said by the client itself.
    trustProxy: (address, hop) => hop === 0 && /^(::ffff:)?127\.|^::1$/.test(address),
    forceCloseConnections: 'idle',
    // Silence, not duration: uploads take as long as they take.
    connectionTimeout: 120_000,
    requestTimeout: 0,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 512 },
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const reason = `The request cannot be read as HTTP: ${error.message}`;
      socket.end(rawErrorAnswer(new OpenEasError('BadRequest', { reason }), ids.requestId()));
    },
    frameworkErrors(error, request, reply) {
      const answer = answerableError(error, request.id, log);
      // The type of this reply knows no status codes at all.
      const plain = reply as unknown as FastifyReply;
      void plain
        .code(answer.status)
        .header('x-acs-request-id', request.id)
        .send(errorBody(answer, request.id));
    },
  });
  app.removeAllContentTypeParsers();
  // Actions need the bytes that were signed, whatever type they are said to be.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    // The second name is the one gateways pass on.
    void reply.headers({ 'x-acs-request-id': request.id, 'x-request-id': request.id });
  });
  app.setErrorHandler((error, request, reply) => {
    const answer = answerableError(error, request.id, log);
    if (isObjectRequest(request)) return sendObjectError(reply, answer, request);
    return reply.code(answer.status).send(errorBody(answer, request.id));
  });
  app.setNotFoundHandler((request, reply) => {
    const error = notFound(request, context);
    if (isObjectRequest(request)) return sendObjectError(reply, error, request);
    return reply.code(error.status).send(errorBody(error, request.id));
  });
  return app;
}

function notFound(request: FastifyRequest, context: ControlContext): OpenEasError {
  const path = request.url.split('?')[0] ?? '/';
  if (isObjectRequest(request)) {
    const bucket = path.split('/')[1] ?? '';
    return new OpenEasError('BucketNotFound', { bucket, own: `eas-model-${context.region}` });
  }
  const action = String(request.headers['x-acs-action'] ?? '').slice(0, 100);
  return new OpenEasError('InvalidAction', {
    action: action === '' ? 'of any name' : `[${action}]`,
    method: request.method,
    path,
  });
}
