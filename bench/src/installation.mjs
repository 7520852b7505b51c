// One real installation in a temporary folder, for scenarios that need the whole product.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEasClient } from '@openeas/sdk';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const HEART_MODEL = join(ROOT, 'examples', 'heart-disease', 'heart-disease.pmml');
export const HEART_REQUEST = readFileSync(
  join(ROOT, 'examples', 'heart-disease', 'request.json'),
  'utf8',
).trim();

/** Starts OpenEAS on a free port; `close` stops it and everything it started. */
export async function startInstallation(env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-bench-'));
  const port = await freePort();
  const executable = join(ROOT, 'apps', 'openeas', 'bin', 'openeas.js');
  const child = spawn(process.execPath, [executable, 'start'], {
    env: {
      ...process.env,
      HOME: folder,
      OPENEAS_HOME: join(folder, 'home'),
      OPENEAS_LISTEN: `127.0.0.1:${port}`,
      OPENEAS_CPU: '1000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of child.stdout) if (String(text).includes('serves at')) break;
  child.stdout.resume();
  const credentials = JSON.parse(readFileSync(join(folder, 'home', 'credentials.json'), 'utf8'));
  const client = createEasClient({
    endpoint: `127.0.0.1:${port}`,
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    regionId: 'local',
  });
  return {
    home: join(folder, 'home'),
    url: `http://127.0.0.1:${port}`,
    client,
    pid: (name) => JSON.parse(readFileSync(join(folder, 'home', 'run', `${name}.json`), 'utf8')).pid,
    async describe(name) {
      return client.call('DescribeService', { path: { ClusterId: 'local', ServiceName: name } });
    },
    async until(name, status) {
      for (;;) {
        const service = await this.describe(name);
        if (service.Status === status) return service;
        if (service.Status === 'Failed') throw new Error(`${name} failed: ${service.Message}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      client.close();
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process, MB (Linux). */
export function residentMegabytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
