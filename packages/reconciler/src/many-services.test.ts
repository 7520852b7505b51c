import { ManualClock } from '@openeas/kernel';
import { expect, test, vi } from 'vitest';
import { InstantDriver } from './testing/instant-driver.js';
import { ReconcilerWorld } from './testing/reconciler-world.js';

const SERVICES = 200;

test('a pass over 200 services that need nothing asks no instance and writes nothing', async () => {
  const world = await ReconcilerWorld.open();
  const driver = new InstantDriver();
  const clock = new ManualClock(Date.now());
  const reconciler = await world.started({ driver, clock, capacity: { cpu: 1_000, memory: 1e9 } });
  const uids: string[] = [];
  for (let n = 0; n < SERVICES; n++) uids.push(await world.create({ name: `service_${n}` }));
  const running = async (): Promise<boolean> =>
    (await world.store.read.services.list({ states: ['Running'] })).total === SERVICES;
  await vi.waitUntil(running, { timeout: 20_000 });
  await vi.waitUntil(async () => (await observed(world)) === SERVICES, { timeout: 20_000 });
  expect(driver.running).toBe(SERVICES);

  const reads = vi.spyOn(world.store.read.services, 'get');
  let commits = 0;
  const unsubscribe = world.store.subscribe(() => void commits++);
  const callsBefore = driver.calls;
  clock.advance(60_000);
  await vi.waitUntil(() => reads.mock.calls.length >= SERVICES, { timeout: 20_000 });
  await reconciler.close();
  expect(driver.calls).toBe(callsBefore);
  expect(commits).toBe(0);
  unsubscribe();
});

test('services created and deleted all at once leave nothing', async () => {
  const world = await ReconcilerWorld.open();
  const driver = new InstantDriver();
  await world.started({ driver, capacity: { cpu: 1_000, memory: 1e9 } });
  const names = Array.from({ length: 50 }, (_, n) => `service_${n}`);
  const uids = await Promise.all(names.map((name) => world.create({ name, instances: 2 })));
  await vi.waitUntil(() => driver.running === 100, { timeout: 20_000 });
  await Promise.all(uids.map((uid) => world.change(uid, { desired: 'Deleted' })));
  await vi.waitUntil(async () => (await world.store.read.services.list()).total === 0, { timeout: 20_000 });
  expect(driver.running).toBe(0);
  expect(await world.store.read.instances.reserved()).toEqual({ cpu: 0, memory: 0 });
});

test('services that compete for the last room never take more than there is, and all get it in turn', async () => {
  const world = await ReconcilerWorld.open();
  const driver = new InstantDriver();
  await world.started({ driver, capacity: { cpu: 3, memory: 1e9 } });
  const uids = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => world.create({ name })));
  let most = 0;
  const unsubscribe = world.store.subscribe(() => {
    most = Math.max(most, driver.running);
  });
  const waiting = new Set(uids);
  while (waiting.size > 0) {
    const next = await vi.waitUntil(
      async () => {
        for (const uid of waiting) if ((await world.service(uid))?.state === 'Running') return uid;
        return undefined;
      },
      { timeout: 20_000, interval: 5 },
    );
    expect((await world.store.read.instances.reserved()).cpu).toBeLessThanOrEqual(3);
    waiting.delete(next);
    await world.change(next, { desired: 'Deleted' });
  }
  unsubscribe();
  expect(most).toBeLessThanOrEqual(3);
});

async function observed(world: ReconcilerWorld): Promise<number> {
  const { rows } = await world.store.read.services.list();
  return rows.filter((row) => row.observedGeneration === row.generation).length;
}
