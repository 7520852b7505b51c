import { OpenEasError } from '@openeas/contracts';
import type { ServerExchange } from '@openeas/http1';
import { EXPOSITION_CONTENT_TYPE } from '@openeas/telemetry';
import { discoveredService, discoveryAnswer } from './discovery.js';
import { answerError, answerJson } from './forward/answer-error.js';
import type { ForwardTools } from './forward/tools.js';
import type { RoutingTable } from './routing/routing-table.js';

/** Answers what the gateway knows itself: health, metrics, discovery. False = not one of those paths. */
export function answerOwnPage(
  tools: ForwardTools,
  table: RoutingTable,
  exchange: ServerExchange,
  requestId: string,
): boolean {
  const path = exchange.path;
  if (path === '/healthz') exchange.respond(200, text(requestId), 'ok\n');
  else if (path === '/readyz') {
    const ready = table.state !== undefined;
    exchange.respond(ready ? 200 : 503, text(requestId), ready ? 'ok\n' : 'waiting for the routing table\n');
  } else if (path === '/metrics') {
    exchange.respond(200, ['content-type', EXPOSITION_CONTENT_TYPE], tools.metrics.registry.render());
  } else {
    const name = discoveredService(path);
    if (name === undefined) return false;
    discover(tools, table, exchange, requestId, name);
  }
  return true;
}

function discover(
  tools: ForwardTools,
  table: RoutingTable,
  exchange: ServerExchange,
  requestId: string,
  name: string,
): void {
  if (table.state === undefined) {
    answerError(exchange, new OpenEasError('ControlUnavailable'), requestId);
    return;
  }
  const active = table.find(name);
  if (active === undefined) {
    const { region } = tools.options;
    answerError(exchange, new OpenEasError('ServiceNotFound', { name, region }), requestId);
    return;
  }
  const answer = discoveryAnswer(active.route, exchange.localAddress);
  if (answer.endpoints.items.length === 0) {
    const reason = active.route.notReady ?? 'none is running';
    answerError(exchange, new OpenEasError('NoReadyInstance', { name, reason }), requestId);
    return;
  }
  answerJson(exchange, requestId, answer);
}

function text(requestId: string): readonly string[] {
  return ['content-type', 'text/plain; charset=utf-8', 'x-request-id', requestId];
}
