import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  INSTANCE_FILES,
  type InstanceConfig,
  type InstanceStatus,
  type RpcSettings,
} from '@openeas/contracts';
import { randomIds, systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import { runInstance } from '../run-instance.js';

/** Processors for tests, outside of what is shipped. */
export const TEST_PROCESSORS = new URL('../../test/processors.mjs', import.meta.url).href;

export interface InstanceSettings {
  readonly processor?: string;
  readonly modelConfig?: string;
  readonly modelEntry?: string;
  readonly token?: string;
  readonly rpc?: Partial<RpcSettings>;
  readonly cpu?: number;
  readonly memory?: number;
  readonly warmUpFiles?: readonly string[];
  readonly maxBodyBytes?: number;
  readonly attempt?: number;
}

export interface TestInstance {
  readonly folder: string;
  readonly config: InstanceConfig;
  readonly lines: readonly string[];
  /** Resolves with the exit code. */
  readonly exit: Promise<number>;
  /** Base address of the data port; wait for `ready` first. */
  readonly url: string;
  readonly predictUrl: string;
  status(): Promise<InstanceStatus>;
  /** The first status that fits, from the watch stream. */
  until(fits: (status: InstanceStatus) => boolean): Promise<InstanceStatus>;
  admin(method: string, path: string, body?: string): Promise<Response>;
  predict(body: string | Uint8Array, init?: RequestInit & { path?: string }): Promise<Response>;
  metric(series: string): Promise<number>;
}

/** A door that requests to `test-odd` wait at: `order` as their body, until `open` is called. */
export function gateIn(folder: string): { order(more?: object): string; open(): void } {
  const until = join(folder, 'gate');
  return { order: (more = {}) => JSON.stringify({ ...more, until }), open: () => writeFileSync(until, '') };
}

export type OnCleanUp = (cleanUp: () => Promise<void> | void) => void;

export function instanceConfig(folder: string, settings: InstanceSettings): InstanceConfig {
  return {
    instanceId: 'i-test',
    instanceName: 'demo-1',
    attempt: settings.attempt ?? 1,
    secret: 'admin-secret',
    gatewayKey: 'gateway-key',
    serviceName: 'demo',
    serviceUid: 'uid',
    version: 1,
    region: 'local',
    token: settings.token ?? 'token',
    listen: { host: '127.0.0.1', port: 0 },
    description: {
      name: 'demo',
      token: 'token',
      processor: { kind: 'builtin', code: settings.processor ?? 'test-odd' },
      model: {
        path: folder,
        entry: undefined,
        config: settings.modelConfig,
        ossEndpoint: undefined,
        uncompress: true,
      },
      warmUpDataPath: undefined,
      labels: {},
      instance: 1,
      resources: { cpu: settings.cpu ?? 0, memory: settings.memory ?? 0 },
      rpc: {
        workerThreads: 5,
        ioThreads: 4,
        maxQueueSize: 64,
        keepalive: 20_000,
        batching: false,
        maxBatchSize: 16,
        maxBatchTimeout: 50,
        rateLimit: 0,
        decompressor: undefined,
        defaultHeaders: {},
        notes: [],
        ...settings.rpc,
      },
      rollingStrategy: { maxSurge: { count: 1 }, maxUnavailable: { count: 1 } },
      terminationGracePeriod: 10,
      gatewayPolicy: { rateLimit: undefined, concurrencyLimit: undefined },
      workspaceId: undefined,
      group: '',
      trafficState: 'standalone',
      serviceType: 'Standard',
      source: undefined,
    },
    modelDir: folder,
    modelEntry: settings.modelEntry ?? null,
    processorDir: null,
    warmUpFiles: settings.warmUpFiles ?? [],
    maxBodyBytes: settings.maxBodyBytes ?? 1024 * 1024,
  };
}

/** A folder with an `instance.json`, removed at the end of the test. */
export function instanceFolder(settings: InstanceSettings, onCleanUp: OnCleanUp): string {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-runtime-'));
  onCleanUp(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, INSTANCE_FILES.config), JSON.stringify(instanceConfig(folder, settings)));
  return folder;
}

/** Runs an instance inside this process and waits until it has an admin port. */
export async function startInstance(settings: InstanceSettings, onCleanUp: OnCleanUp): Promise<TestInstance> {
  const folder = instanceFolder(settings, onCleanUp);
  const config = instanceConfig(folder, settings);
  const lines: string[] = [];
  let adminKnown: (port: number) => void = () => {};
  const adminPort = new Promise<number>((resolve) => {
    adminKnown = resolve;
  });
  const log = createLogger({
    name: 'runtime',
    level: 'debug',
    format: 'text',
    write: (line) => {
      lines.push(line.trimEnd());
      const found = /Admin port (\d+)/.exec(line);
      if (found !== null) adminKnown(Number(found[1]));
    },
  });
  const exit = runInstance({
    configFile: join(folder, INSTANCE_FILES.config),
    clock: systemClock,
    ids: randomIds,
    log,
    processorModules: [TEST_PROCESSORS],
  });
  const admin = await Promise.race([adminPort, exit.then(() => 0)]);
  let port = 0;
  const call = (method: string, path: string, body?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${admin}${path}`, {
      method,
      headers: { authorization: `Bearer ${config.secret}` },
      ...(body === undefined ? {} : { body }),
    });
  onCleanUp(async () => {
    await call('POST', '/admin/kill').catch(() => undefined);
    await exit;
  });
  const instance: TestInstance = {
    folder,
    config,
    lines,
    exit,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    get predictUrl() {
      return `http://127.0.0.1:${port}/api/predict/demo`;
    },
    status: async () => (await (await call('GET', '/admin/status')).json()) as InstanceStatus,
    admin: call,
    async until(fits) {
      const response = await call('GET', '/admin/watch');
      for await (const status of statusLines(response)) {
        port = status.port || port;
        if (fits(status)) return status;
      }
      throw new Error(`the watch stream ended before a status fitted:\n${lines.join('\n')}`);
    },
    predict(body, init = {}) {
      const { path = '', headers, ...rest } = init;
      return fetch(`${instance.predictUrl}${path}`, {
        method: 'POST',
        headers: { authorization: config.token, ...(headers as Record<string, string>) },
        body,
        ...rest,
      });
    },
    async metric(series) {
      const text = await (await fetch(`${instance.url}/metrics`)).text();
      const line = text.split('\n').find((each) => each.startsWith(`${series} `));
      if (line === undefined) throw new Error(`no series ${series} in\n${text}`);
      return Number(line.slice(series.length + 1));
    },
  };
  return instance;
}

/** Starts an instance and waits until it serves. */
export async function readyInstance(settings: InstanceSettings, onCleanUp: OnCleanUp): Promise<TestInstance> {
  const instance = await startInstance(settings, onCleanUp);
  await instance.until(({ phase }) => phase === 'Ready');
  return instance;
}

async function* statusLines(response: Response): AsyncGenerator<InstanceStatus> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body!) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as InstanceStatus;
  }
}
