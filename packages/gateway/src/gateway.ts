import { OpenEasError } from '@openeas/contracts';
import { createHttp1Server, createUpstreamPool, DeadlineSet, type ServerExchange } from '@openeas/http1';
import { AccessLog } from './access-log.js';
import { Instances } from './balance/instances.js';
import { answerError } from './forward/answer-error.js';
import { ControlCall } from './forward/control-call.js';
import { ControlLink } from './forward/control-link.js';
import { PREDICT_PREFIX } from './forward/predict-path.js';
import { requestIdOf } from './forward/request-id.js';
import type { ForwardTools } from './forward/tools.js';
import { gatewayMetrics } from './metrics.js';
import { MirrorBudget } from './mirror/mirror-budget.js';
import { compileGatewayOptions, type GatewayOptions } from './options.js';
import { answerOwnPage } from './own-pages.js';
import { predict } from './predict.js';
import { RoutingTable } from './routing/routing-table.js';
import { snapshotFile } from './routing/snapshot-file.js';
import { type Subscription, subscribe } from './routing/subscription.js';
import { TrafficBook } from './traffic/traffic-book.js';
import { reportTraffic, type TrafficReporter } from './traffic/traffic-reporter.js';

export interface Gateway {
  /** Loads the kept routing table, begins to follow control and listens. Rejects when the address cannot be had. */
  listen(): Promise<{ host: string; port: number }>;
  /** Takes nothing new, finishes what it has within `graceMs` (default 30 s), then ends. */
  close(graceMs?: number): Promise<void>;
  /** Ends at once. */
  destroy(): void;
  /** The listening socket, which another process may be given (`GatewayOptions.listen.handle`). */
  readonly handle: object | undefined;
}

/**
 * The one address in front of everything: predictions go to instances, by the routing table alone; what is
 * left goes to control. It owns nothing but its last routing table, and works on while control is dead.
 */
export function createGateway(raw: GatewayOptions): Gateway {
  const options = compileGatewayOptions(raw);
  const { clock, log } = options;
  const metrics = gatewayMetrics({
    connections: () => server.connections,
    inFlight: () => server.inFlight,
    revision: () => table.state?.revision ?? 0,
    routingAgeOk: () => (subscription?.connected === true ? 1 : 0),
  });
  const instancePool = createUpstreamPool({ clock, connectTimeoutMs: options.connectTimeoutMs });
  const controlPool = createUpstreamPool({ clock });
  const traffic = new TrafficBook();
  const instances = new Instances(instancePool, traffic);
  const table = new RoutingTable({
    instances,
    traffic,
    metrics,
    authentication: options,
    now: () => clock.monotonic(),
  });
  const file = snapshotFile(options.snapshotFile, clock, log);
  const tools: ForwardTools = {
    options,
    metrics,
    accessLog: new AccessLog(log, options.accessLogSample, options.random, clock.monotonic()),
    deadlines: new DeadlineSet(clock, 50),
    mirrorBudget: new MirrorBudget(),
  };
  const control = new ControlLink(options.control, controlPool);
  let subscription: Subscription | undefined;
  let reporter: TrafficReporter | undefined;
  let ended = false;

  const server = createHttp1Server({
    handler: handle,
    clock,
    maxHeaderBytes: options.maxHeaderBytes,
    headerTimeoutMs: options.headerTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs,
    bodyStallMs: options.bodyStallMs,
    drainLingerMs: options.drainLingerMs,
    newRequestId: options.ids.requestId,
    onHandlerError: (err) => log.error({ err }, 'a request failed inside the gateway'),
    onRefusal: (error, client) => {
      metrics.refusals.inc();
      log.debug({ code: error.code, reason: error.message, client }, 'an HTTP message was refused');
    },
  });

  function handle(exchange: ServerExchange): void {
    const requestId = requestIdOf(exchange.header('x-request-id'), options.ids);
    if (exchange.target.startsWith(PREDICT_PREFIX) || table.findApiGateway(exchange.target) !== undefined) {
      predict(tools, table, exchange, requestId);
    } else if (answerOwnPage(tools, table, exchange, requestId)) return;
    else if (isInternal(exchange.path)) {
      // Control's own paths: they exist on its loopback address only.
      answerError(exchange, new OpenEasError('RouteNotFound', { path: exchange.path }), requestId);
    } else new ControlCall(tools, control, exchange, requestId).start();
  }

  function stop(): void {
    ended = true;
    subscription?.stop();
    reporter?.destroy();
    file.flush();
    instancePool.destroy();
    controlPool.destroy();
  }

  return {
    async listen() {
      const kept = file.load();
      if (kept !== undefined) {
        table.replace(kept);
        traffic.follow(kept.epoch);
      }
      reporter = reportTraffic({
        book: traffic,
        gateway: options.ids.hex(16),
        control: options.control,
        clock,
      });
      subscription = subscribe({
        control: options.control,
        clock,
        log,
        random: options.random,
        onState(state) {
          table.replace(state);
          traffic.follow(state.epoch);
          reporter?.soon();
          metrics.routingChanges.inc();
          file.save(state);
        },
      });
      // The kept routes may be of instances that are gone: with no gateway connected, control hands over without one.
      await subscription.settled;
      if (ended) throw new Error('the gateway was closed before it listened');
      try {
        return await server.listen(options.listen);
      } catch (error) {
        stop();
        throw error;
      }
    },
    async close(graceMs = 30_000) {
      await server.close(graceMs);
      await reporter?.close();
      stop();
    },
    destroy() {
      server.destroy();
      stop();
    },
    get handle() {
      return server.handle;
    },
  };
}

/** Decides on the path as control would read it: `//internal/`, `/./internal/` and `/%69nternal/` are the same there. */
function isInternal(path: string): boolean {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return true; // not readable, so not shown to be harmless
  }
  const parts: string[] = [];
  for (const part of decoded.split(/[/\\]/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts[0]?.toLowerCase() === 'internal';
}
