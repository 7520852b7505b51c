import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity, systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DoubleWorld } from '../conformance/double-world.js';
import { driverConformance } from '../conformance/driver-conformance.js';
import { identityOf, isExited, isReady, seen } from '../conformance/driver-harness.js';
import { createProcessDriver } from './process-driver.js';

driverConformance('processes', () => new DoubleWorld());

test('a pid that was given to another process is taken for ended and is not signalled', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  const folder = join(world.root, config.instanceId);
  mkdirSync(folder, { recursive: true });
  // This test's own process: a signal would end the run.
  writeFileSync(join(folder, 'claim-1.json'), JSON.stringify({ pid: process.pid, startTime: '1' }));
  expect(await world.driver.inspect(identityOf(config))).toMatchObject({ kind: 'exited' });
  await world.driver.stop(identityOf(config), 0);
  await world.driver.kill(identityOf(config));
  await world.driver.start({ ...config, attempt: 2 });
  await seen(world.driver, { ...config, attempt: 2 }, isReady);
  expect(world.alive()).toBe(1);
});

test('secrets and folders are open to their owner only', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  await world.driver.start(config);
  const folder = join(world.root, config.instanceId);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'instance.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'instance.log')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(folder, 'instance.json'), 'utf8'))).toEqual(config);
});

test('what the runtime cut off a large log is part of the log, oldest first', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  await world.driver.start(config);
  await seen(world.driver, config, isReady);
  const log = join(world.root, config.instanceId, 'instance.log');
  writeFileSync(`${log}.1`, 'older\n');
  writeFileSync(`${log}.2`, 'oldest\n');
  expect(await world.driver.logFiles(config.instanceId, false)).toEqual([`${log}.2`, `${log}.1`, log]);
  await world.driver.kill(identityOf(config));
  await world.driver.start({ ...config, attempt: 2 });
  const previous = log.replace('instance.log', 'instance.previous.log');
  expect(await world.driver.logFiles(config.instanceId, true)).toEqual([
    `${previous}.2`,
    `${previous}.1`,
    previous,
  ]);
  expect(await world.driver.logFiles(config.instanceId, false)).toEqual([log]);
});

test('the log tail of a huge log is short and begins with a whole line', async () => {
  const world = new DoubleWorld();
  const config = world.config({}, [{ exitAfterMs: -1 }]);
  await world.driver.start(config);
  await seen(world.driver, config, isReady);
  await world.driver.kill(identityOf(config));
  const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n} ${'x'.repeat(60)}`);
  appendFileSync(join(world.root, config.instanceId, 'instance.log'), `${lines.join('\n')}\n`);
  const observation = await world.driver.inspect(identityOf(config));
  expect(observation).toHaveProperty('logTail', lines.slice(-20));
});

test('a command that cannot be run ends the attempt and says so in the log', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  const driver = createProcessDriver({
    root: world.root,
    command: () => ({ file: '/does/not/exist', args: [] }),
    clock: systemClock,
    log: createLogger({ name: 'driver', level: 'silent', format: 'json' }),
  });
  onTestFinished(() => driver.close());
  await driver.start(config);
  const observation = await driver.inspect(identityOf(config));
  expect(observation).toMatchObject({ kind: 'exited', status: undefined });
  expect(observation).toHaveProperty('logTail', [expect.stringContaining('ENOENT')]);
});

test('ids that are no plain names are refused before any file is touched', async () => {
  const world = new DoubleWorld();
  for (const instanceId of ['', '..', '../x', 'a/b', '.removed-x', 'a\0b', 'x'.repeat(200)]) {
    await expect(world.driver.start(world.config({ instanceId }))).rejects.toThrow(RangeError);
  }
  expect(await world.driver.list()).toEqual([]);
});

test('a removal that was cut off is finished by the next listing', async () => {
  const world = new DoubleWorld();
  const leftover = join(world.root, '.removed-i-9');
  mkdirSync(leftover);
  writeFileSync(join(leftover, 'instance.log'), 'x');
  expect(await world.driver.list()).toEqual([]);
  expect(existsSync(leftover)).toBe(false);
});

test('a live instance that never answers is starting, and SIGTERM asks it to stop', async () => {
  const world = new DoubleWorld();
  const config = world.config({}, [{ silent: true }]);
  const driver = createProcessDriver({
    root: world.root,
    command: world.command,
    clock: systemClock,
    log: createLogger({ name: 'driver', level: 'silent', format: 'json' }),
    adminTimeoutMs: 50,
  });
  onTestFinished(() => driver.close());
  await driver.start(config);
  await vi.waitUntil(() => world.claimed().length === 1);
  expect(await driver.inspect(identityOf(config))).toEqual({ kind: 'starting' });
  await driver.stop(identityOf(config), 1_000);
  await seen(driver, config, isExited);
});

test('an interrupted claim counts as ended once its writer must have died', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  const folder = join(world.root, config.instanceId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'claim-1.json'), '');
  expect(await world.driver.inspect(identityOf(config))).toEqual({ kind: 'starting' });
  const later = createProcessDriver({
    root: world.root,
    command: world.command,
    clock: { ...systemClock, now: () => Date.now() + 60_000 },
    log: createLogger({ name: 'driver', level: 'silent', format: 'json' }),
  });
  onTestFinished(() => later.close());
  expect(await later.inspect(identityOf(config))).toMatchObject({ kind: 'exited' });
});

test('a frozen instance is told to be silent, and to be back when it thaws', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  // The driver's time runs twenty times as fast; the instance lives at the real pace.
  const driver = createProcessDriver({
    root: world.root,
    command: world.command,
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now() * 20,
      after: (ms, callback) => systemClock.after(ms / 20, callback),
    },
    log: createLogger({ name: 'driver', level: 'silent', format: 'json' }),
  });
  onTestFinished(() => driver.close());
  await driver.start(config);
  const observation = await seen(world.driver, config, isReady);
  const pid = observation.kind === 'running' ? observation.status.pid : 0;
  onTestFinished(() => void (isProcess(pid) && process.kill(pid, 'SIGKILL')));
  process.kill(pid, 'SIGSTOP');
  const told: string[] = [];
  driver.watch(identityOf(config), ({ kind }) => void told.push(kind));
  await vi.waitUntil(() => told.at(-1) === 'starting', { timeout: 20_000 });
  process.kill(pid, 'SIGCONT');
  await vi.waitUntil(() => told.at(-1) === 'running', { timeout: 20_000 });
  process.kill(pid, 'SIGKILL');
  await vi.waitUntil(() => told.at(-1) === 'exited', { timeout: 20_000 });
});

test('the process it started is a session of its own', async () => {
  const world = new DoubleWorld();
  const config = world.config({});
  await world.driver.start(config);
  const observation = await seen(world.driver, config, isReady);
  const pid = observation.kind === 'running' ? observation.status.pid : 0;
  expect(processIdentity(pid)).toBeDefined();
  // A group of that number exists only when the process leads one.
  expect(() => process.kill(-pid, 0)).not.toThrow();
});

function isProcess(pid: number): boolean {
  return pid > 0 && processIdentity(pid) !== undefined;
}
