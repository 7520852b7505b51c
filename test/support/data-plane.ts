import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTANCE_FILES, type InstanceStatus, type Route, type RpcSettings } from '@openeas/contracts';
import { createGateway } from '@openeas/gateway';
import { createHttp1Server } from '@openeas/http1';
import { createLogger } from '@openeas/telemetry';
import { onTestFinished } from 'vitest';
import { eventually, ROOT, temporaryFolder } from './workspace.js';

const RUNTIME_TEST = join(ROOT, 'packages', 'runtime', 'test');
const CONTROL_KEY = 'k'.repeat(32);
const SERVICE = 'demo';

export interface DataPlaneOptions {
  /** '' = open to everyone. */
  readonly token: string;
  /** One instance each. */
  readonly instances: readonly Partial<RpcSettings>[];
  readonly route?: Partial<Route>;
}

/**
 * A real gateway and real instances of the service `demo` as processes, with the processor `test-odd`, whose
 * requests say what is to happen to them. Only control is played: one routing table that never changes.
 */
export class DataPlane {
  private constructor(
    readonly port: number,
    readonly instances: readonly OddInstance[],
  ) {}

  static async start(options: DataPlaneOptions): Promise<DataPlane> {
    const instances = await Promise.all(
      options.instances.map((rpc, index) => OddInstance.start(`i-${index + 1}`, options.token, rpc)),
    );
    const route: Route = {
      name: SERVICE,
      serviceUid: 'uid',
      tokens: options.token === '' ? [] : [options.token],
      backends: [
        {
          serviceUid: 'uid',
          serviceName: SERVICE,
          weight: 100,
          endpoints: instances.map(({ id, port }) => ({
            instanceId: id,
            version: 1,
            host: '127.0.0.1',
            port,
            gatewayKey: 'gateway-key',
          })),
        },
      ],
      timeoutMs: 60_000,
      rateLimit: null,
      concurrencyLimit: null,
      maxBodyBytes: 8 << 20,
      notReady: null,
      ...options.route,
    };
    const gateway = createGateway({
      listen: { host: '127.0.0.1', port: 0 },
      control: await playControl(route),
      snapshotFile: join(temporaryFolder('gateway'), 'routes.json'),
      log: createLogger({ name: 'gateway', level: 'silent', format: 'json' }),
      region: 'local',
      drainLingerMs: 0,
    });
    onTestFinished(() => gateway.destroy());
    const { port } = await gateway.listen();
    const plane = new DataPlane(port, instances);
    await eventually('the gateway has its routes', async () => (await fetch(`${plane.url}/readyz`)).ok);
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The value of a series of the gateway. */
  metric(series: string): Promise<number> {
    return metricOf(this.url, series);
  }

  /** Requests that instances answered with `status`, all of them together. */
  async answered(status: number): Promise<number> {
    const each = this.instances
      .filter((instance) => instance.alive)
      .map((instance) => instance.metric(`openeas_runtime_requests_total{code="${status}"}`));
    return (await Promise.all(each)).reduce((sum, count) => sum + count, 0);
  }
}

/** An instance in a process of its own. */
export class OddInstance {
  private constructor(
    readonly id: string,
    readonly port: number,
    readonly token: string,
    readonly folder: string,
    readonly process: ChildProcess,
  ) {}

  static async start(id: string, token: string, rpc: Partial<RpcSettings>): Promise<OddInstance> {
    const folder = temporaryFolder('instance');
    const file = join(folder, INSTANCE_FILES.config);
    writeFileSync(file, JSON.stringify(configOf(id, token, folder, rpc)));
    const child = spawn(
      process.execPath,
      [
        join(RUNTIME_TEST, 'run-instance.mjs'),
        file,
        pathToFileURL(join(RUNTIME_TEST, 'processors.mjs')).href,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += String(text)));
    const state = await eventually(`instance ${id} is ready`, () => {
      if (child.exitCode !== null) throw new Error(log);
      const status = JSON.parse(readFileSync(join(folder, INSTANCE_FILES.state), 'utf8')) as InstanceStatus;
      return status.phase === 'Ready' && status;
    });
    return new OddInstance(id, state.port, token, folder, child);
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  metric(series: string): Promise<number> {
    return metricOf(`http://127.0.0.1:${this.port}`, series);
  }

  /** Sends a request that occupies a slot until the returned function is called; resolves once it does. */
  async occupy(): Promise<() => Promise<void>> {
    const door = join(this.folder, 'door');
    const answer = fetch(`http://127.0.0.1:${this.port}/api/predict/${SERVICE}`, {
      method: 'POST',
      headers: this.token === '' ? {} : { authorization: this.token },
      body: JSON.stringify({ until: door }),
    });
    answer.catch(() => {}); // The instance may be killed over it.
    await eventually(`${this.id} is busy`, async () => {
      return (await this.metric('openeas_runtime_slots{state="in_use"}')) > 0;
    });
    return async () => {
      writeFileSync(door, '');
      await (await answer).arrayBuffer();
    };
  }

  /** As the kernel's memory killer would. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    if (this.alive) await once(this.process, 'exit');
  }
}

async function metricOf(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no series ${series}`);
  return Number(line.slice(series.length + 1));
}

/** Control as the gateway sees it: a stream with one full snapshot. */
async function playControl(route: Route): Promise<() => { host: string; port: number; key: string }> {
  const server = createHttp1Server({
    handler(exchange) {
      if (exchange.path !== '/internal/v1/routes') {
        exchange.respond(404, [], '{}');
        return;
      }
      exchange.startResponse(200, ['content-type', 'application/x-ndjson']);
      const update = { kind: 'full', epoch: 'e', revision: 1, routes: [route] };
      exchange.write(Buffer.from(`${JSON.stringify(update)}\n\n`));
    },
  });
  onTestFinished(() => server.destroy());
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return () => ({ host: '127.0.0.1', port, key: CONTROL_KEY });
}

function configOf(id: string, token: string, folder: string, rpc: Partial<RpcSettings>): object {
  return {
    instanceId: id,
    instanceName: id,
    attempt: 1,
    secret: 'admin-secret',
    gatewayKey: 'gateway-key',
    serviceName: SERVICE,
    serviceUid: 'uid',
    version: 1,
    region: 'local',
    token,
    listen: { host: '127.0.0.1', port: 0 },
    modelDir: folder,
    modelEntry: null,
    processorDir: null,
    warmUpFiles: [],
    maxBodyBytes: 8 << 20,
    description: {
      name: SERVICE,
      processor: { kind: 'builtin', code: 'test-odd' },
      model: { path: folder, uncompress: true },
      labels: {},
      instance: 1,
      resources: { cpu: 0, memory: 0 },
      rpc: {
        workerThreads: 5,
        ioThreads: 4,
        maxQueueSize: 64,
        keepalive: 60_000,
        batching: false,
        maxBatchSize: 16,
        maxBatchTimeout: 50,
        rateLimit: 0,
        defaultHeaders: {},
        notes: [],
        ...rpc,
      },
      terminationGracePeriod: 5,
      gatewayPolicy: {},
      serviceType: 'Standard',
    },
  };
}
