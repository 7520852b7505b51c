import { errorBody, OpenEasError, toOpenEasError } from '@openeas/contracts';
import type { ServerExchange } from '@openeas/http1';
import { EXPOSITION_CONTENT_TYPE, type Logger, type Registry } from '@openeas/telemetry';
import type { BuiltinEndpoint } from '../builtin/builtin-endpoint.js';
import type { RuntimeMetrics } from '../runtime-metrics.js';
import { type Credentials, hasToken, isFromGateway, isLoopback } from './caller-check.js';
import { routeOf } from './data-route.js';
import type { PredictFront } from './predict-front.js';

export interface FrontEndOptions {
  readonly serviceName: string;
  readonly credentials: Credentials;
  readonly predict: PredictFront;
  readonly builtin: readonly BuiltinEndpoint[];
  readonly registry: Registry;
  readonly metrics: RuntimeMetrics;
  readonly log: Logger;
}

const MAX_BUILTIN_BODY = 1024 * 1024;

/** The data port: who calls, and what for. */
export function createFrontEnd(options: FrontEndOptions): (exchange: ServerExchange) => void {
  const { serviceName, credentials, predict, registry, metrics } = options;
  const builtin = new Map(options.builtin.map((endpoint) => [endpoint.name, endpoint]));

  return (exchange) => {
    const route = routeOf(exchange.path);
    const requestId = predict.requestId(exchange);
    switch (route.kind) {
      case 'predict': {
        const trusted = isFromGateway(exchange, credentials);
        if (!trusted && route.service !== serviceName) {
          metrics.answered(404);
          return refuse(exchange, requestId, new OpenEasError('RouteNotFound', { path: exchange.path }));
        }
        if (!trusted && !hasToken(exchange, credentials)) {
          metrics.answered(401);
          return refuse(exchange, requestId, new OpenEasError('Unauthorized', { name: serviceName }));
        }
        return predict.serve(exchange, requestId, route.rest);
      }
      case 'metrics':
        if (exchange.method !== 'GET') return refuse(exchange, requestId, notAllowed(exchange, 'GET'));
        return exchange.respond(200, ['content-type', EXPOSITION_CONTENT_TYPE], registry.render());
      case 'builtin': {
        const endpoint = builtin.get(route.name);
        if (endpoint !== undefined) return void serveBuiltin(exchange, requestId, endpoint);
        return refuse(exchange, requestId, new OpenEasError('RouteNotFound', { path: exchange.path }));
      }
      case 'unknown':
        return refuse(exchange, requestId, new OpenEasError('RouteNotFound', { path: exchange.path }));
    }
  };

  async function serveBuiltin(
    exchange: ServerExchange,
    requestId: string,
    endpoint: BuiltinEndpoint,
  ): Promise<void> {
    const method = endpoint.methods[exchange.method];
    if (method === undefined) {
      return refuse(exchange, requestId, notAllowed(exchange, Object.keys(endpoint.methods).join(' or ')));
    }
    if (method.access === 'insider' && !isInsider(exchange)) {
      return refuse(exchange, requestId, new OpenEasError('Unauthorized', { name: serviceName }));
    }
    try {
      const json = async (): Promise<unknown> => parse(await exchange.readBody(MAX_BUILTIN_BODY));
      const answer = await method.run({ exchange, requestId, json });
      if (answer !== null) respondJson(exchange, requestId, answer.status, answer.body);
    } catch (error) {
      const known = toOpenEasError(error);
      if (known.code === 'InternalError')
        options.log.error({ err: error, requestId }, `${endpoint.name} failed`);
      refuse(exchange, requestId, known);
    }
  }

  function isInsider(exchange: ServerExchange): boolean {
    // A web page opened on this machine also comes from loopback: browsers name the page in `Origin`.
    const isLocal = isLoopback(exchange.remoteAddress) && exchange.header('origin') === undefined;
    return isLocal || (credentials.token !== '' && hasToken(exchange, credentials));
  }
}

function refuse(exchange: ServerExchange, requestId: string, error: OpenEasError): void {
  if (!exchange.answered) respondJson(exchange, requestId, error.status, errorBody(error, requestId));
}

function respondJson(exchange: ServerExchange, requestId: string, status: number, body: unknown): void {
  const headers = ['content-type', 'application/json', 'x-request-id', requestId];
  exchange.respond(status, headers, Buffer.from(JSON.stringify(body)));
}

function notAllowed(exchange: ServerExchange, allowed: string): OpenEasError {
  return new OpenEasError('MethodNotAllowed', { method: exchange.method, path: exchange.path, allowed });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (cause) {
    throw new OpenEasError('InvalidJson', { reason: (cause as Error).message }, { cause });
  }
}
