import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSTANCE_FILES, type InstanceStatus } from '@openeas/contracts';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  gateIn,
  instanceFolder,
  readyInstance,
  startInstance,
  TEST_PROCESSORS,
} from './testing/start-instance.js';

const LAUNCHER = fileURLToPath(new URL('../test/run-instance.mjs', import.meta.url));

function stateIn(folder: string): InstanceStatus {
  return JSON.parse(readFileSync(join(folder, INSTANCE_FILES.state), 'utf8')) as InstanceStatus;
}

/** An instance as a process of its own. */
function launch(folder: string) {
  const child = spawn(process.execPath, [LAUNCHER, join(folder, INSTANCE_FILES.config), TEST_PROCESSORS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  const waiting = new Map<string, () => void>();
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
    for (const [word, resolve] of waiting) if (text.includes(word)) resolve();
  });
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal, text }) as const);
  const says = (word: string): Promise<void> =>
    new Promise((resolve) => (text.includes(word) ? resolve() : waiting.set(word, resolve)));
  return { child, exit, says };
}

describe('starting', () => {
  test('goes through its phases in order, each with state.json already telling it', async () => {
    const instance = await startInstance({}, onTestFinished);
    const phases: string[] = [];
    const last = await instance.until(({ phase }) => {
      if (phases.at(-1) !== phase) phases.push(phase);
      return phase === 'Ready';
    });
    expect(last).toMatchObject({ attempt: 1, pid: process.pid, failure: null, inFlight: 0, queued: 0 });
    expect(last.port).toBeGreaterThan(0);
    expect(stateIn(instance.folder)).toMatchObject({
      phase: 'Ready',
      port: last.port,
      adminPort: last.adminPort,
    });
    const words = ['Create service', 'Load model', 'odd model loaded', 'Bound to', 'Install builtin handler'];
    const positions = [...words, 'Start 5 worker threads', 'Service start successfully'].map((word) =>
      instance.lines.findIndex((line) => line.includes(word)),
    );
    expect(positions).not.toContain(-1);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test('of processes on one folder exactly one serves, the others end with 0 and change nothing', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const racers = [launch(folder), launch(folder), launch(folder)];
    const winner = await Promise.race(
      racers.map(async (racer) => {
        await racer.says('Service start successfully');
        return racer;
      }),
    );
    const losers = await Promise.all(racers.filter((racer) => racer !== winner).map(({ exit }) => exit));
    for (const { code, text } of losers) {
      expect(code).toBe(0);
      expect(text).toContain('Already running');
      expect(text).not.toContain('Create service');
    }
    const state = stateIn(folder);
    expect(state).toMatchObject({ phase: 'Ready', pid: winner.child.pid });
    const claim = JSON.parse(readFileSync(join(folder, 'claim-1.json'), 'utf8')) as object;
    expect(claim).toEqual({ pid: state.pid, startTime: state.startTime });
    winner.child.kill('SIGTERM');
    expect((await winner.exit).code).toBe(0);
  });

  test('a restart of the same attempt is refused after the end, the next attempt runs', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const first = launch(folder);
    await first.says('Service start successfully');
    first.child.kill('SIGKILL');
    await first.exit;
    const again = launch(folder);
    expect((await again.exit).text).toContain('Already running');
    const config = join(folder, INSTANCE_FILES.config);
    writeFileSync(config, readFileSync(config, 'utf8').replace('"attempt":1', '"attempt":2'));
    const next = launch(folder);
    await next.says('Service start successfully');
    expect(stateIn(folder).attempt).toBe(2);
    next.child.kill('SIGTERM');
    expect((await next.exit).code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('claim-'))).toEqual([
      'claim-1.json',
      'claim-2.json',
    ]);
  });

  test('a configuration that is no JSON, or lacks a field, ends with 1 and one line that names it', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const config = join(folder, INSTANCE_FILES.config);
    const whole = readFileSync(config, 'utf8');
    writeFileSync(config, whole.replace('"attempt":1', '"attempt":"one"'));
    const wrong = await launch(folder).exit;
    expect([wrong.code, wrong.text]).toEqual([
      1,
      expect.stringContaining('attempt is "one"; expected a whole number'),
    ]);
    writeFileSync(config, whole.slice(0, -5));
    expect(await launch(folder).exit).toMatchObject({
      code: 1,
      text: expect.stringContaining('instance.json'),
    });
    expect(existsSync(join(folder, 'claim-1.json'))).toBe(false);
  });
});

describe('a model that cannot be served', () => {
  test.each([
    ['throws', { modelConfig: 'fail' }, 'model', 'the model is broken', 3],
    ['ends the thread', { modelConfig: 'exit' }, 'processor', 'its thread ended with code 9', 1],
    ['is of an unknown kind', { processor: 'nonesuch' }, 'model', 'nonesuch is not offered', 3],
    ['needs an unknown compression', { rpc: { decompressor: 'rar' } }, 'model', 'rar is not valid', 3],
  ])('when it %s, the instance fails with the cause in one line', async (_, settings, fault, words, code) => {
    const instance = await startInstance(settings, onTestFinished);
    expect(await instance.exit).toBe(code);
    const state = stateIn(instance.folder);
    expect(state).toMatchObject({ phase: 'Failed', failure: { fault } });
    expect(state.failure?.message).toContain(words);
    expect(state.failure?.message).not.toContain('\n');
    expect(instance.lines.some((line) => line.includes('ERROR') && line.includes(words))).toBe(true);
  });

  test('a recorded request that is not answered well fails the instance with status and text', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const good = join(folder, 'good.bin');
    const bad = join(folder, 'bad.txt');
    writeFileSync(good, '{}');
    writeFileSync(bad, '{}\n\n{"status":422,"say":"column x is missing"}\n');
    const warm = await readyInstance({ warmUpFiles: [good] }, onTestFinished);
    expect(warm.lines.some((line) => line.includes('to="WarmingUp"'))).toBe(true);
    const instance = await startInstance({ warmUpFiles: [good, bad] }, onTestFinished);
    expect(await instance.exit).toBe(3);
    expect(stateIn(instance.folder).failure).toEqual({
      fault: 'model',
      code: 'WarmUpFailed',
      message:
        'warm_up_data_path: request 2 of bad.txt was answered 422: column x is missing. Repair the recorded request or the model.',
    });
  });
});

describe('a port that is taken', () => {
  test('fails the instance as a fault of the platform that names the address', async () => {
    const holder = createServer();
    onTestFinished(() => void holder.close());
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const folder = instanceFolder({}, onTestFinished);
    const config = join(folder, INSTANCE_FILES.config);
    writeFileSync(config, readFileSync(config, 'utf8').replace('"port":0', `"port":${port}`));
    expect((await launch(folder).exit).code).toBe(1);
    expect(stateIn(folder).failure).toMatchObject({
      fault: 'platform',
      code: 'AddressInUse',
      message: expect.stringContaining(`127.0.0.1:${port} is in use`),
    });
  });
});

describe('ending', () => {
  test('SIGTERM answers what is there, then ends with 0', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const { child, exit, says } = launch(folder);
    await says('Service start successfully');
    const { port } = stateIn(folder);
    const gate = gateIn(folder);
    const answer = fetch(`http://127.0.0.1:${port}/api/predict/demo`, {
      method: 'POST',
      headers: { authorization: 'token' },
      body: gate.order({ say: 'made it' }),
    });
    await inFlight(port, 1);
    child.kill('SIGTERM');
    await says('Shutting down');
    gate.open();
    expect(await (await answer).text()).toBe('made it');
    expect((await exit).code).toBe(0);
    expect(stateIn(folder)).toMatchObject({ phase: 'Stopped', failure: null });
  });

  test('a drain under load loses no request that came before the drain was known', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const statuses: number[] = [];
    let known = false;
    const draining = instance
      .until(({ phase }) => phase === 'Draining')
      .then(() => {
        known = true;
      });
    const caller = async (): Promise<void> => {
      while (!known) {
        const response = await instance.predict('{"busy":2}');
        await response.text();
        statuses.push(response.status);
      }
    };
    const callers = Array.from({ length: 12 }, caller);
    while (statuses.length < 100) await new Promise(setImmediate);
    await instance.admin('POST', '/admin/stop', '{"graceMs":10000}');
    await Promise.all([draining, ...callers]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await instance.exit).toBe(0);
    await expect(instance.predict('{}')).rejects.toThrow();
  });

  test('a drain that outlives its grace period is cut, and the caller hears why', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const answer = instance.predict('{"sleep":15000}');
    await inFlight(Number(new URL(instance.url).port), 1);
    await instance.admin('POST', '/admin/stop', '{"graceMs":50}');
    const outcome = await answer.then(
      async (response) => [response.status, ((await response.json()) as { Code: string }).Code],
      () => 'cut',
    );
    expect(outcome === 'cut' || JSON.stringify(outcome) === '[503,"ShuttingDown"]').toBe(true);
    expect(await instance.exit).toBe(0);
  });

  test('an exception that nobody caught fails the instance with fault platform', async () => {
    const folder = instanceFolder({}, onTestFinished);
    const { child, exit, says } = launch(folder);
    await says('Service start successfully');
    child.kill('SIGUSR2'); // The launcher of the tests throws outside of any request on it.
    expect(await exit).toMatchObject({ code: 1, text: expect.stringContaining('Uncaught exception') });
    expect(stateIn(folder)).toMatchObject({ phase: 'Failed', failure: { fault: 'platform' } });
  });
});

/** Waits until the instance says that it works on `count` requests. */
async function inFlight(port: number, count: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (new RegExp(`^openeas_runtime_in_flight ${count}$`, 'm').test(text)) return;
  }
}
