import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Endpoint, Route } from '@openeas/contracts';
import { createHttp1Server, type Http1Server, type ServerExchange } from '@openeas/http1';
import { createLogger } from '@openeas/telemetry';
import { expect, onTestFinished } from 'vitest';
import { createGateway, type Gateway } from '../gateway.js';
import type { GatewayOptions } from '../options.js';
import { CONTROL_KEY, type FakeControl, fakeControl } from './fake-control.js';

export const TOKEN = 'test-token';

export interface TestInstance {
  readonly server: Http1Server;
  readonly endpoint: Endpoint;
  /** Requests the handler was called for. */
  readonly seen: ServerExchange[];
}

/** A stand-in for an instance, on the real HTTP layer. */
export async function testInstance(
  id: string,
  handler: (exchange: ServerExchange) => void = (exchange) => exchange.respond(200, [], id),
  port = 0,
): Promise<TestInstance> {
  const seen: ServerExchange[] = [];
  const server = createHttp1Server({
    handler(exchange) {
      seen.push(exchange);
      handler(exchange);
    },
  });
  onTestFinished(() => server.destroy());
  const address = await server.listen({ host: '127.0.0.1', port });
  return { server, seen, endpoint: endpoint(id, address.port) };
}

export function endpoint(id: string, port: number): Endpoint {
  return { instanceId: id, version: 1, host: '127.0.0.1', port, gatewayKey: `key-of-${id}` };
}

export function backend(name: string, weight: number, endpoints: readonly Endpoint[]): Backend {
  return { serviceUid: `uid-${name}`, serviceName: name, weight, endpoints };
}

export function route(name: string, endpoints: readonly Endpoint[], other: Partial<Route> = {}): Route {
  return {
    name,
    serviceUid: `uid-${name}`,
    tokens: [TOKEN],
    backends: [backend(name, 100, endpoints)],
    timeoutMs: 10_000,
    rateLimit: null,
    concurrencyLimit: null,
    maxBodyBytes: 8 * 1024 * 1024,
    notReady: endpoints.length > 0 ? null : 'it is being created',
    ...other,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

export interface Rig {
  readonly gateway: Gateway;
  readonly control: FakeControl;
  readonly port: number;
  readonly snapshotFile: string;
  /** POST with the test token unless told otherwise. */
  call(
    path: string,
    options?: {
      method?: string;
      headers?: Record<string, string>;
      body?: string | Buffer;
      token?: string | null;
    },
  ): Promise<Answer>;
  /** Value of one series in /metrics. */
  metric(series: string): Promise<number>;
}

export interface RigOptions extends Partial<GatewayOptions> {
  readonly routes?: readonly Route[];
  readonly other?: (exchange: ServerExchange) => void;
}

/** A gateway with a control that knows `routes`, ready to be called. */
export async function rig(options: RigOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-gateway-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { routes = [], other, ...settings } = options;
  const control = await fakeControl({ routes, ...(other === undefined ? {} : { other }) });
  onTestFinished(() => control.server.destroy());
  const snapshotFile = join(folder, 'routes.json');
  const gateway = createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    control: () => ({ host: '127.0.0.1', port: control.port, key: CONTROL_KEY }),
    snapshotFile,
    log: createLogger({ name: 'gateway', level: 'silent', format: 'json' }),
    region: 'local',
    drainLingerMs: 0,
    ...settings,
  });
  onTestFinished(() => gateway.destroy());
  const { port } = await gateway.listen();
  const made: Rig = {
    gateway,
    control,
    port,
    snapshotFile,
    call: (path, call = {}) => send(port, path, call),
    async metric(series) {
      const { body } = await send(port, '/metrics', { method: 'GET' });
      const line = body.split('\n').find((one) => one.startsWith(`${series} `));
      return Number(line?.slice(series.length + 1) ?? Number.NaN);
    },
  };
  await expect.poll(async () => (await made.call('/readyz', { method: 'GET' })).status).toBe(200);
  return made;
}

export function send(
  port: number,
  path: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    token?: string | null;
  },
): Promise<Answer> {
  const { method = 'POST', headers = {}, body, token = TOKEN } = options;
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        headers: {
          ...(token === null ? {} : { authorization: token }),
          ...(body === undefined || headers['transfer-encoding'] !== undefined
            ? {}
            : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      },
      (answer) => {
        answer.setEncoding('utf8');
        let text = '';
        answer.on('data', (piece) => {
          text += String(piece);
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
        answer.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
