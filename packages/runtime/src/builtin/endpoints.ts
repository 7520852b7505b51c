import { OpenEasError } from '@openeas/contracts';
import type { Logger } from '@openeas/telemetry';
import type { RuntimeProperties } from '../front/runtime-properties.js';
import type {
  BuiltinAccess,
  BuiltinAnswer,
  BuiltinEndpoint,
  BuiltinMethod,
  BuiltinRequest,
} from './builtin-endpoint.js';
import type { RealtimeMetrics } from './realtime-metrics.js';

/** What the builtin endpoints show and may set off. */
export interface BuiltinSources {
  readonly properties: RuntimeProperties;
  readonly realtime: RealtimeMetrics;
  readonly log: Logger;
  isReady(): boolean;
  status(): object;
  monitor(): object;
  /** Serves the request as a prediction of this instance. */
  call(request: BuiltinRequest): void;
  /** Drain, then end. */
  term(): void;
}

const MAX_TELL = 2000;

/** The engine's own endpoints. Names are PAI-EAS's, the answers ours: none is published (contract 8.7). */
export function builtinEndpoints(sources: BuiltinSources): readonly BuiltinEndpoint[] {
  const { properties, realtime, log } = sources;
  const endpoints: BuiltinEndpoint[] = [
    endpoint('call', {
      POST: method('insider', 'Processes the body as a prediction of this very instance', (request) => {
        sources.call(request);
        return null;
      }),
    }),
    endpoint('eastool', { GET: method('insider', 'Lists these endpoints', () => ok(describe(endpoints))) }),
    endpoint('monitor', {
      GET: method('insider', 'Figures of this moment and since the start', () => ok(sources.monitor())),
    }),
    endpoint('ping', {
      GET: method('anyone', '200 while requests are served, else 503', () => {
        return { status: sources.isReady() ? 200 : 503, body: sources.status() };
      }),
    }),
    endpoint('prop', {
      GET: method('insider', 'All properties, or one with ?name=', ({ exchange }) => {
        return ok(readProperties(properties, exchange.query));
      }),
      POST: method('insider', 'Sets properties until the instance ends: {name: value}', async (request) => {
        return ok(writeProperties(properties, await request.json(), log));
      }),
    }),
    endpoint('realtime_metrics', {
      GET: method('insider', 'The reported values', () => ok(realtime.list())),
      POST: method('insider', 'Reports values: [{name, tags, value}]', async (request) => {
        return ok({ accepted: realtime.report(await request.json()) });
      }),
    }),
    endpoint('tell', {
      POST: method('insider', 'Writes {"message": text} into the log of the instance', async (request) => {
        const { message } = (await request.json()) as { message?: unknown };
        if (typeof message !== 'string' || message === '' || message.length > MAX_TELL) {
          throw invalid('message', message, `text of 1 to ${MAX_TELL} characters`);
        }
        log.info({ message }, 'Told');
        return ok({ logged: true });
      }),
    }),
    endpoint('term', {
      POST: method('insider', 'Drains and ends the instance; a managed one is started again', () => {
        sources.term();
        return { status: 202, body: { ending: true } };
      }),
    }),
  ];
  return endpoints;
}

function endpoint(name: string, methods: BuiltinEndpoint['methods']): BuiltinEndpoint {
  return { name, methods };
}

function method(access: BuiltinAccess, does: string, run: BuiltinMethod['run']): BuiltinMethod {
  return { access, does, run };
}

function ok(body: unknown): BuiltinAnswer {
  return { status: 200, body };
}

function describe(endpoints: readonly BuiltinEndpoint[]): object {
  return endpoints.flatMap(({ name, methods }) =>
    Object.entries(methods).map(([verb, { access, does }]) => ({
      endpoint: `${verb} /api/builtin/${name}`,
      access,
      does,
    })),
  );
}

function readProperties(properties: RuntimeProperties, query: string): object {
  const name = new URLSearchParams(query).get('name');
  if (name === null)
    return Object.fromEntries(properties.names().map((each) => [each, properties.get(each)]));
  if (!properties.has(name)) throw invalid('name', name, `one of ${properties.names().join(', ')}`);
  return { [name]: properties.get(name) };
}

function writeProperties(properties: RuntimeProperties, body: unknown, log: Logger): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new OpenEasError('InvalidRequestBody', { reason: 'it is no object', expected: '{name: value}' });
  }
  for (const [name, value] of Object.entries(body)) {
    try {
      properties.set(name, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw invalid(name, value, error.message);
    }
    log.info({ name, value }, 'Property set');
  }
  return Object.fromEntries(Object.keys(body).map((name) => [name, properties.get(name)]));
}

function invalid(field: string, value: unknown, expected: string): OpenEasError {
  return new OpenEasError('InvalidParameter', { field, value: JSON.stringify(value) ?? 'nothing', expected });
}
