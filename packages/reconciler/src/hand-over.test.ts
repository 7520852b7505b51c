import type { InstanceDriver } from '@openeas/drivers';
import { expect, onTestFinished, test } from 'vitest';
import { ReconcilerWorld } from './testing/reconciler-world.js';

/** A gate that gateways pass when they have applied the routes; counts who waited. */
class Gate {
  open = false;
  waited = 0;
  readonly #waiting: (() => void)[] = [];

  readonly pass = (): Promise<void> => {
    this.waited++;
    return this.open ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  };

  release(): void {
    this.open = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The driver, with a list of the stops it was asked for. */
function recordingStops(driver: InstanceDriver): { driver: InstanceDriver; stops: string[] } {
  const stops: string[] = [];
  const recording = new Proxy(driver, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (name === 'stop') stops.push((args[0] as { instanceId: string }).instanceId);
        return member.apply(target, args) as unknown;
      };
    },
  });
  return { driver: recording, stops };
}

test('a service is not called running before the routes to it are applied', async () => {
  const world = await ReconcilerWorld.open();
  const gate = new Gate();
  onTestFinished(() => gate.release());
  await world.started({ routesApplied: gate.pass });
  const uid = await world.create();
  await expect.poll(() => gate.waited).toBeGreaterThan(0);
  expect((await world.rows(uid)).map(({ phase }) => phase)).toEqual(['Ready']);
  expect((await world.service(uid))?.state).not.toBe('Running');
  gate.release();
  await world.reaches(uid, 'Running');
});

test('an old instance is not asked to stop before the routes to the new one are applied', async () => {
  const world = await ReconcilerWorld.open();
  const gate = new Gate();
  gate.release();
  onTestFinished(() => gate.release());
  const { driver, stops } = recordingStops(world.instances.driver as InstanceDriver);
  await world.started({ driver, routesApplied: gate.pass });
  const uid = await world.create();
  const [old] = await world.settles(uid, 1, 1);
  gate.open = false;
  const before = gate.waited;
  await world.update(uid);
  await expect.poll(() => gate.waited).toBeGreaterThan(before);
  await expect
    .poll(async () =>
      (await world.rows(uid)).some(({ version, phase }) => version === 2 && phase === 'Ready'),
    )
    .toBe(true);
  expect(stops).toEqual([]);
  gate.release();
  await world.settles(uid, 2, 1);
  expect(stops).toEqual([old?.id]);
});
