import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Load, startLoad } from '../bench/src/load.mjs';
import { HEART_ANSWER, Installation } from './support/installation.js';
import { childrenOf } from './support/processes.js';
import { eventually } from './support/workspace.js';

const TWO = { OPENEAS_GATEWAY_WORKERS: '2' };

/** CPU ticks that a process has used. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function withService(name: string): Promise<{ installation: Installation; token: string }> {
  const installation = await Installation.start(name, { env: TWO });
  const client = installation.client();
  await client.call('CreateService', { body: installation.description('heart', { instance: 2 }) });
  const { AccessToken: token } = await installation.until(client, 'heart', 'Running');
  return { installation, token };
}

function load(installation: Installation, token: string, connections: number): Load {
  const running = startLoad({
    port: installation.port,
    path: '/api/predict/heart',
    headers: { authorization: token },
    body: '[{}]',
    connections,
    rate: 200,
  });
  onTestFinished(() => running.stop().then(() => {}));
  return running;
}

it('two gateway workers share the address; the death of one takes only its own connections', {
  timeout: 180_000,
}, async () => {
  const { installation, token } = await withService('workers');
  const primary = installation.program('gateway')!.pid;
  const workers = childrenOf(primary);
  expect(workers).toHaveLength(2);
  const running = load(installation, token, 16);
  const before = workers.map(ticks);
  await eventually('both workers work', () => workers.every((pid, index) => ticks(pid) > before[index]! + 5));
  process.kill(workers[0]!, 'SIGKILL');
  const replaced = await eventually('the worker is replaced', () => {
    const now = childrenOf(primary);
    return now.length === 2 && now.find((pid) => !workers.includes(pid));
  });
  const served = running.result.ok;
  await eventually('the load goes on', () => running.result.ok > served + 200);
  await running.stop();
  // Each connection of the dead worker can have lost the one request that was under way, and no other did.
  expect(running.result.failed).toBeLessThan(16);
  expect(childrenOf(primary)).toContain(workers[1]);
  // The new one serves: connections to it come by chance, so there are many.
  const fresh = ticks(replaced);
  const second = load(installation, token, 32);
  await eventually('the new worker works', () => ticks(replaced) > fresh + 5);
  await second.stop();
  expect(second.result.failed).toBe(0);
});

it('gateway workers finish what they have when the installation stops', { timeout: 180_000 }, async () => {
  const { installation, token } = await withService('workers-drain');
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  // A body that is still under way when the stop comes.
  const answer = new Promise<string>((resolve, reject) => {
    const call = request(
      {
        port: installation.port,
        host: '127.0.0.1',
        path: '/api/predict/heart',
        method: 'POST',
        agent,
        headers: { authorization: token, 'content-length': 4, expect: '100-continue' },
      },
      (response) => {
        let text = '';
        response.on('data', (piece) => (text += String(piece)));
        response.on('end', () => resolve(`${response.statusCode} ${text}`));
      },
    );
    call.once('error', reject);
    call.once('continue', () => {
      const stopped = installation.interrupt();
      void eventually('the gateway refuses new connections', async () => {
        try {
          await fetch(`${installation.url}/healthz`, { headers: { connection: 'close' } });
          return false;
        } catch {
          return true;
        }
      }).then(() => call.end('[{}]'), reject);
      void stopped;
    });
    call.flushHeaders();
  });
  expect(await answer).toBe(`200 ${JSON.stringify(HEART_ANSWER)}`);
});

it('a taken address is one clear line, however many workers there are', { timeout: 60_000 }, async () => {
  const installation = await Installation.prepare('workers-taken', TWO);
  const squatter = createServer();
  onTestFinished(() => void squatter.close());
  await new Promise<void>((resolve) => squatter.listen(installation.port, '127.0.0.1', resolve));
  const { code, stderr, stdout } = await installation.openeas('start');
  expect(code).not.toBe(0);
  const lines = (stdout + stderr).split('\n').filter((line) => line.includes(String(installation.port)));
  expect(lines, stdout + stderr).toHaveLength(1);
  expect(lines[0]).toContain(`127.0.0.1:${installation.port}`);
  expect(stdout + stderr).not.toMatch(/\n\s+at /); // no stack
  // The program itself, which meets an address that was taken a moment after the supervisor looked.
  for (const workers of ['1', '2']) {
    installation.env.OPENEAS_GATEWAY_WORKERS = workers;
    const gateway = await installation.openeas('gateway');
    expect(gateway.code).toBe(10);
    const failure = JSON.parse(readFileSync(join(installation.layout.run, 'gateway.failure.json'), 'utf8'));
    expect(failure.message).toContain(`127.0.0.1:${installation.port}`);
  }
});
