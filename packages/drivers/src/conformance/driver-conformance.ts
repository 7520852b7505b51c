import { readFile } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import type { InstanceObservation } from '../port.js';
import { type DriverWorld, identityOf, isExited, isReady, newSecret, seen } from './driver-harness.js';

/** What every instance driver must do; a driver's own test calls it with a way to make an empty world. */
export function driverConformance(name: string, makeWorld: () => DriverWorld): void {
  describe(`instance driver port, ${name}`, () => {
    test('an instance starts, serves, stops when asked and leaves nothing once removed', async () => {
      const world = makeWorld();
      const config = world.config({});
      expect(await world.driver.inspect(identityOf(config))).toEqual({ kind: 'absent' });
      await world.driver.start(config);
      const ready = await seen(world.driver, config, isReady);
      expect(ready).toMatchObject({
        status: { instanceId: config.instanceId, attempt: 1, port: expect.any(Number) },
      });
      await world.driver.stop(identityOf(config), 5_000);
      const exited = await seen(world.driver, config, isExited);
      expect(exited).toMatchObject({ status: { phase: 'Stopped' } });
      expect(await world.driver.list()).toEqual([config.instanceId]);
      await world.driver.remove(config.instanceId);
      expect(await world.driver.list()).toEqual([]);
      expect(await world.driver.inspect(identityOf(config))).toEqual({ kind: 'absent' });
    });

    test('an attempt that was started before is not started again, by nobody', async () => {
      const world = makeWorld();
      const config = world.config({});
      await Promise.all([world.driver.start(config), world.driver.start(config)]);
      await seen(world.driver, config, isReady);
      await world.driver.start(config);
      await world.reopen().start(config);
      await world.driver.kill(identityOf(config));
      await seen(world.driver, config, isExited);
      await world.driver.start(config);
      expect(world.claimed()).toEqual([`${config.instanceId}/1`]);
      expect(world.alive()).toBe(0);
    });

    test('of two processes spawned for one attempt by two drivers only one runs', async () => {
      const world = makeWorld();
      const config = world.config({}, [{ claimAfterMs: 150 }]);
      await world.driver.start(config);
      await world.reopen().start(config);
      await seen(world.driver, config, isReady);
      await vi.waitUntil(() => world.alive() === 1);
      expect(world.claimed()).toEqual([`${config.instanceId}/1`]);
    });

    test('a process whose caller died right after the spawn is found and not doubled', async () => {
      const world = makeWorld();
      const config = world.config({});
      await world.driver.start(config);
      const driver = world.reopen();
      await seen(driver, config, isReady);
      await driver.start(config);
      expect(world.claimed()).toHaveLength(1);
    });

    test('a new attempt ends what lives of the earlier one first', async () => {
      const world = makeWorld();
      const first = world.config({}, [{ ignoreStop: true }, {}]);
      await world.driver.start(first);
      await seen(world.driver, first, isReady);
      const second = { ...first, attempt: 2 };
      await world.driver.start(second);
      await seen(world.driver, second, isReady);
      expect(await world.driver.inspect(identityOf(first))).toMatchObject({ kind: 'exited' });
      expect(world.alive()).toBe(1);
    });

    test('an attempt that was stopped before its process took it never comes to life', async () => {
      const world = makeWorld();
      const config = world.config({}, [{ claimAfterMs: 150 }]);
      await world.driver.start(config);
      await world.driver.stop(identityOf(config), 1_000);
      await seen(world.driver, config, isExited);
      await vi.waitUntil(() => world.alive() === 0);
      expect(world.claimed()).toEqual([]);
    });

    test('an older attempt whose process is late never comes to life beside the newer one', async () => {
      const world = makeWorld();
      const late = world.config({}, [{ claimAfterMs: 300 }, {}]);
      await world.driver.start(late);
      const driver = world.reopen();
      const next = { ...late, attempt: 2 };
      await driver.start(next);
      await seen(driver, next, isReady);
      await vi.waitUntil(() => world.alive() === 1);
      expect(world.claimed()).toEqual([`${late.instanceId}/2`]);
    });

    test('an instance that ignores the request to stop is ended by kill', async () => {
      const world = makeWorld();
      const config = world.config({}, [{ ignoreStop: true }]);
      await world.driver.start(config);
      await seen(world.driver, config, isReady);
      await world.driver.stop(identityOf(config), 0);
      expect(isReady(await world.driver.inspect(identityOf(config)))).toBe(true);
      await world.driver.kill(identityOf(config));
      expect(isExited(await world.driver.inspect(identityOf(config)))).toBe(true);
      expect(world.alive()).toBe(0);
    });

    test('a living instance is not removed', async () => {
      const world = makeWorld();
      const config = world.config({});
      await world.driver.start(config);
      await seen(world.driver, config, isReady);
      await expect(world.driver.remove(config.instanceId)).rejects.toThrow(/alive/);
      expect(isReady(await world.driver.inspect(identityOf(config)))).toBe(true);
    });

    test('a failure is told in the words of the instance, and by its last log lines', async () => {
      const world = makeWorld();
      const failure = { fault: 'model' as const, code: 'ModelInvalid', message: 'no such element' };
      const config = world.config({}, [{ failure }]);
      await world.driver.start(config);
      const exited = await seen(world.driver, config, isExited);
      expect(exited).toMatchObject({ status: { phase: 'Failed', failure } });
      expect(exited).toHaveProperty('logTail', expect.arrayContaining(['Failed: no such element']));
    });

    test('a process that dies before it takes its attempt ends the attempt', async () => {
      const world = makeWorld();
      const config = world.config({}, [{ dieBeforeClaim: true }]);
      await world.driver.start(config);
      const exited = await seen(world.driver, config, isExited);
      expect(exited).toHaveProperty('logTail', ['cannot even begin']);
    });

    test('the log of the run before is kept beside the current one', async () => {
      const world = makeWorld();
      const failure = { fault: 'processor' as const, code: 'ProcessorFailed', message: 'first life' };
      const first = world.config({}, [{ failure }, {}]);
      await world.driver.start(first);
      await seen(world.driver, first, isExited);
      const second = { ...first, attempt: 2 };
      await world.driver.start(second);
      await seen(world.driver, second, isReady);
      const [previous] = await world.driver.logFiles(first.instanceId, true);
      const [current] = await world.driver.logFiles(first.instanceId, false);
      expect(await readFile(previous ?? '', 'utf8')).toContain('first life');
      expect(await readFile(current ?? '', 'utf8')).toContain('Ready');
      expect(await readFile(current ?? '', 'utf8')).not.toContain('first life');
    });

    test('watching tells of the whole life, and of death at once', async () => {
      const world = makeWorld();
      const config = world.config({});
      const told = watchAll(world, config);
      await vi.waitUntil(() => told.at(-1)?.kind === 'absent');
      await world.driver.start(config);
      await vi.waitUntil(() => told.some(isReady), { timeout: 20_000 });
      await world.driver.kill(identityOf(config));
      await vi.waitUntil(() => told.at(-1)?.kind === 'exited', { timeout: 20_000 });
      expect(told.filter(isExited)).toHaveLength(1);
    });

    test('watching an instance that another process started tells the same', async () => {
      const world = makeWorld();
      const config = world.config({});
      await world.driver.start(config);
      await seen(world.driver, config, isReady);
      world.reopen();
      const told = watchAll(world, config);
      await vi.waitUntil(() => told.some(isReady), { timeout: 20_000 });
      await world.driver.stop(identityOf(config), 1_000);
      await vi.waitUntil(() => told.at(-1)?.kind === 'exited', { timeout: 20_000 });
    });

    test('a stranger with another secret learns nothing of the instance', async () => {
      const world = makeWorld();
      const config = world.config({});
      await world.driver.start(config);
      await seen(world.driver, config, isReady);
      const stranger = { ...identityOf(config), secret: newSecret() };
      expect(await world.driver.inspect(stranger)).toEqual({ kind: 'starting' });
    });

    test('what is recorded of an instance ends one that nobody knows any more', async () => {
      const world = makeWorld();
      const config = world.config({});
      await world.driver.start(config);
      await seen(world.driver, config, isReady);
      const driver = world.reopen();
      const recorded = await driver.recorded(config.instanceId);
      expect(recorded).toEqual(config);
      if (recorded !== undefined) await driver.kill(identityOf(recorded));
      await driver.remove(config.instanceId);
      expect(await driver.recorded(config.instanceId)).toBeUndefined();
      expect(world.alive()).toBe(0);
    });
  });
}

function watchAll(
  world: DriverWorld,
  config: Parameters<typeof identityOf>[0],
): readonly InstanceObservation[] {
  const told: InstanceObservation[] = [];
  world.driver.watch(identityOf(config), (observation) => void told.push(observation));
  return told;
}
