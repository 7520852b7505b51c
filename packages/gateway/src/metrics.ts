import {
  type Counter,
  createRegistry,
  type Histogram,
  LATENCY_BUCKETS,
  type Registry,
} from '@openeas/telemetry';

/** Counters of one route, resolved once. */
export interface RouteMetrics {
  /** One per class: index 2 = 2xx … 5 = 5xx. */
  readonly answers: readonly (Counter | undefined)[];
  readonly seconds: Histogram;
}

/** Copies of one service's requests for another, resolved once. */
export interface MirrorCounts {
  readonly answered: Counter;
  /** Queue full, or on its way out: never started. */
  readonly refused: Counter;
  readonly failed: Counter;
  /** Not sent: no instance, too many under way, or the body too long. */
  readonly dropped: Counter;
  /** Under way. */
  open: number;
}

/** What the gateway counts; every series is there, at zero, from the first scrape. */
export interface GatewayMetrics {
  readonly registry: Registry;
  readonly retries: Counter;
  readonly retriesDenied: Counter;
  readonly clientRepeats: Counter;
  readonly lost: Counter;
  readonly clientsLeft: Counter;
  readonly refusals: Counter;
  readonly controlAnswers: Counter;
  readonly controlDown: Counter;
  readonly routingChanges: Counter;
  route(name: string): RouteMetrics;
  dropRoute(name: string): void;
  /** Asked for by each route that has copies made; `dropMirror` as often. */
  mirror(service: string, target: string): MirrorCounts;
  dropMirror(service: string, target: string): void;
}

const MIRRORED = 'openeas_gateway_mirrored_requests_total';
const CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;

export function gatewayMetrics(facts: {
  connections(): number;
  inFlight(): number;
  revision(): number;
  routingAgeOk(): number;
}): GatewayMetrics {
  const registry = createRegistry();
  registry.gauge('openeas_gateway_connections', 'Open client connections.', {}, facts.connections);
  registry.gauge('openeas_gateway_in_flight', 'Requests not answered yet.', {}, facts.inFlight);
  registry.gauge('openeas_gateway_routing_revision', 'Revision of the routing table.', {}, facts.revision);
  registry.gauge(
    'openeas_gateway_routing_connected',
    '1 while the routing stream from control is open.',
    {},
    facts.routingAgeOk,
  );
  const mirrors = new Map<string, { readonly counts: MirrorCounts; uses: number }>();
  const mirrored = (service: string, target: string, outcome: string): Counter =>
    registry.counter(MIRRORED, 'Copies of requests sent to another service.', { service, target, outcome });
  return {
    registry,
    retries: registry.counter(
      'openeas_gateway_retries_total',
      'Requests given to another instance because the first had not started them.',
    ),
    retriesDenied: registry.counter(
      'openeas_gateway_retries_denied_total',
      'Further tries not made because the retry budget was used up.',
    ),
    clientRepeats: registry.counter(
      'openeas_gateway_client_repeats_total',
      'Requests that a client sent again soon after they failed.',
    ),
    lost: registry.counter(
      'openeas_gateway_instance_lost_total',
      'Requests whose instance was lost after it may have started them.',
    ),
    clientsLeft: registry.counter(
      'openeas_gateway_clients_left_total',
      'Requests whose client left before the answer (499 of other servers).',
    ),
    refusals: registry.counter(
      'openeas_gateway_refused_messages_total',
      'Malformed, oversized or too slow HTTP messages.',
    ),
    controlAnswers: registry.counter(
      'openeas_gateway_control_answers_total',
      'Answers passed on from control.',
    ),
    controlDown: registry.counter(
      'openeas_gateway_control_unavailable_total',
      'Requests for control while it did not run.',
    ),
    routingChanges: registry.counter('openeas_gateway_routing_changes_total', 'Routing updates applied.'),
    route(name) {
      const answers: (Counter | undefined)[] = [undefined, undefined];
      for (const code of CLASSES) {
        answers.push(
          registry.counter('openeas_gateway_requests_total', 'Predictions answered.', {
            service: name,
            code,
          }),
        );
      }
      const seconds = registry.histogram(
        'openeas_gateway_request_seconds',
        'Time from the first byte of a prediction to the end of its answer.',
        LATENCY_BUCKETS,
        { service: name },
      );
      return { answers, seconds };
    },
    dropRoute(name) {
      for (const code of CLASSES) registry.remove('openeas_gateway_requests_total', { service: name, code });
      registry.remove('openeas_gateway_request_seconds', { service: name });
    },
    mirror(service, target) {
      const key = `${service} ${target}`;
      let entry = mirrors.get(key);
      if (entry === undefined) {
        const counts = {
          answered: mirrored(service, target, 'answered'),
          refused: mirrored(service, target, 'refused'),
          failed: mirrored(service, target, 'failed'),
          dropped: mirrored(service, target, 'dropped'),
          open: 0,
        };
        entry = { counts, uses: 0 };
        mirrors.set(key, entry);
      }
      entry.uses++;
      return entry.counts;
    },
    dropMirror(service, target) {
      const key = `${service} ${target}`;
      const entry = mirrors.get(key);
      if (entry === undefined || --entry.uses > 0) return;
      mirrors.delete(key);
      for (const outcome of ['answered', 'refused', 'failed', 'dropped'])
        registry.remove(MIRRORED, { service, target, outcome });
    },
  };
}
