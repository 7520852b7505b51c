// One runtime instance in a process of its own, with a processor for measurements or the real pmml one.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../packages/runtime/test/run-instance.mjs', import.meta.url));
const PROCESSORS = new URL('../../packages/runtime/test/processors.mjs', import.meta.url).href;

export const TOKEN = 'YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMQ==';

/** Starts an instance on any port, pinned to `cpus` where given. `stop` ends it and removes its folder. */
export async function startInstance({ processor, modelEntry = null, modelConfig, rpc = {}, cpus }) {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-bench-'));
  const config = {
    instanceId: 'i-1',
    instanceName: 'demo-1',
    attempt: 1,
    secret: 'secret',
    gatewayKey: 'key',
    serviceName: 'demo',
    serviceUid: 'uid',
    version: 1,
    region: 'bench',
    token: TOKEN,
    listen: { host: '127.0.0.1', port: 0 },
    modelDir: folder,
    modelEntry,
    processorDir: null,
    warmUpFiles: [],
    maxBodyBytes: 8 << 20,
    description: {
      name: 'demo',
      processor: { kind: 'builtin', code: processor },
      model: { path: folder, config: modelConfig, uncompress: true },
      labels: {},
      instance: 1,
      resources: { cpu: 0, memory: 0 },
      rpc: {
        workerThreads: 5,
        ioThreads: 4,
        maxQueueSize: 64,
        keepalive: 5000,
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
  const file = join(folder, 'instance.json');
  writeFileSync(file, JSON.stringify(config));
  const command = [process.execPath, LAUNCHER, file, PROCESSORS];
  const pinned = cpus === undefined ? command : ['taskset', '-c', cpus, ...command];
  const child = spawn(pinned[0], pinned.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let log = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      log += text;
      if (log.includes('Service start successfully')) resolve();
    });
    child.once('exit', () => reject(new Error(`the instance did not start:\n${log}`)));
  });
  const { port } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
  return {
    pid: child.pid,
    port,
    url: `http://127.0.0.1:${port}/api/predict/demo`,
    async metric(series) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.slice(series.length + 1),
      );
    },
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
