import { OpenEasError } from '@openeas/contracts';
import type { ServerExchange } from '@openeas/http1';
import { answerError } from './forward/answer-error.js';
import { PREDICT_PREFIX, serviceNameOf } from './forward/predict-path.js';
import { Prediction } from './forward/prediction.js';
import type { ForwardTools } from './forward/tools.js';
import type { ActiveRoute } from './routing/active-route.js';
import type { RoutingTable } from './routing/routing-table.js';

/** Queue and container services use all of these; the instance knows which it takes. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Admits a prediction, or answers why not, and sends it on its way. Nothing is read of its body before. */
export function predict(
  tools: ForwardTools,
  table: RoutingTable,
  exchange: ServerExchange,
  requestId: string,
): void {
  const atAlias = !exchange.target.startsWith(PREDICT_PREFIX);
  const active = atAlias ? table.findApiGateway(exchange.target) : table.find(serviceNameOf(exchange.target));
  if (active === undefined) {
    const error =
      table.state === undefined
        ? new OpenEasError('ControlUnavailable')
        : new OpenEasError('RouteNotFound', { path: exchange.path });
    answerError(exchange, error, requestId);
    return;
  }
  const refusal = refusalOf(tools, active, exchange, atAlias);
  if (refusal === null) {
    const target = atAlias ? throughAlias(active, exchange.target) : exchange.target;
    new Prediction(tools, active, exchange, requestId, target).start();
    return;
  }
  active.history.metrics.answers[Math.floor(refusal.status / 100)]?.inc();
  active.ownAnswers.accepted();
  active.ownAnswers.finished(refusal.status, true);
  const now = tools.options.clock.monotonic();
  if (tools.accessLog.wants(refusal.status, now)) {
    tools.accessLog.write({
      requestId,
      method: exchange.method,
      path: exchange.path,
      status: refusal.status,
      ms: now - exchange.startedAt,
      client: exchange.remoteAddress,
      instance: undefined,
      attempts: 0,
      code: refusal.code,
    });
  }
  const extra = refusal.status === 401 ? ['www-authenticate', 'Bearer'] : [];
  if (exchange.header('x-ca-key') !== undefined) {
    // The clients of that scheme look here (contract 9.1). Values from the request may hold any letter.
    extra.push('x-ca-request-id', requestId, 'x-ca-error-message', refusal.message.replace(/[^ -~]/g, '?'));
  }
  answerError(exchange, refusal, requestId, extra);
}

/** The target as instances know it. */
function throughAlias(active: ActiveRoute, target: string): string {
  const rest = target.slice(1 + (active.route.apiGateway?.alias.length ?? 0));
  return `${PREDICT_PREFIX}${active.route.name}${rest}`;
}

/** Counts a call at the API-gateway address. False = the day's are used up. */
function takeDaily(active: ActiveRoute, limit: number, wallNow: number): boolean {
  const { daily } = active.history;
  const day = Math.floor(wallNow / 86_400_000);
  if (daily.day !== day) {
    daily.day = day;
    daily.calls = 0;
  }
  return ++daily.calls <= limit;
}

function refusalOf(
  tools: ForwardTools,
  active: ActiveRoute,
  exchange: ServerExchange,
  atAlias: boolean,
): OpenEasError | null {
  const { route, rate, history } = active;
  if (!METHODS.has(exchange.method)) {
    return new OpenEasError('MethodNotAllowed', {
      method: exchange.method,
      path: exchange.path,
      allowed: [...METHODS].join(', '),
    });
  }
  const refused = active.admit(exchange, tools.options.clock.now());
  if (refused !== null) return refused;
  const dailyLimit = atAlias ? (route.apiGateway?.dailyLimit ?? null) : null;
  if (dailyLimit !== null && !takeDaily(active, dailyLimit, tools.options.clock.now())) {
    return new OpenEasError('DailyLimitReached', { name: route.name, limit: dailyLimit });
  }
  // After the token, so that strangers cannot use up what the owner's callers may send.
  if (rate !== undefined && !rate.take(tools.options.clock.monotonic())) {
    return new OpenEasError('RateLimited', { name: route.name, limit: rate.rate, key: 'rpc.rate_limit' });
  }
  if (route.concurrencyLimit !== null && history.inFlight >= route.concurrencyLimit) {
    return new OpenEasError('ConcurrencyLimited', { name: route.name, limit: route.concurrencyLimit });
  }
  return null;
}
