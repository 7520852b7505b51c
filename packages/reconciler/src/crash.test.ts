import { describe, expect, test, vi } from 'vitest';
import { Mortality, mortal } from './testing/mortal-world.js';
import { ReconcilerWorld } from './testing/reconciler-world.js';

/** More calls than any of the operations below makes. */
const ENOUGH = 60;

interface Operation {
  readonly name: string;
  /** Calls that it cannot do with less of, so that the test is known to have died at them. */
  readonly leastCalls: number;
  /** Dies right before each call and not also right after it: it is long, and its calls are those of an update. */
  readonly onlyBefore?: true;
  /** How often a process of an instance is started in it; 1 unless given. */
  readonly attempts?: number;
  /** Brings the world to where the operation begins, under an immortal reconciler. */
  prepare(world: ReconcilerWorld): Promise<string>;
  begin(world: ReconcilerWorld, uid: string): Promise<void>;
  /** Resolves when it is done, whoever did it. */
  done(world: ReconcilerWorld, uid: string): Promise<unknown>;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'create',
    leastCalls: 5,
    prepare: (world) => world.create({ instances: 2, name: 'demo' }),
    begin: async () => {},
    done: (world, uid) => world.settles(uid, 1, 2),
  },
  {
    name: 'update',
    leastCalls: 7,
    prepare: async (world) => {
      const uid = await world.create({ instances: 1 });
      const reconciler = await world.started();
      await world.settles(uid, 1, 1);
      await reconciler.close();
      return uid;
    },
    begin: (world, uid) => world.update(uid),
    done: (world, uid) => world.settles(uid, 2, 1),
  },
  {
    name: 'delete',
    leastCalls: 5,
    prepare: async (world) => {
      const uid = await world.create({ instances: 2 });
      const reconciler = await world.started();
      await world.settles(uid, 1, 2);
      await reconciler.close();
      return uid;
    },
    begin: (world, uid) => world.change(uid, { desired: 'Deleted' }),
    done: (world, uid) => world.gone(uid),
  },
  {
    name: 'restart of one instance in its place',
    leastCalls: 4,
    attempts: 2,
    prepare: async (world) => {
      const uid = await world.create({ instances: 1 });
      const reconciler = await world.started();
      await world.settles(uid, 1, 1);
      await reconciler.close();
      return uid;
    },
    begin: async (world, uid) => {
      const [row] = await world.rows(uid);
      await world.store.transaction((tx) => tx.instances.update(row!.id, { wish: 'restart' }));
    },
    done: async (world, uid) => {
      const restarted = async (): Promise<boolean> => {
        const [row] = await world.rows(uid);
        return row?.attempt === 2 && row.wish === 'none' && row.phase === 'Ready';
      };
      await vi.waitUntil(restarted, { timeout: 20_000 });
      await world.settles(uid, 1, 1);
    },
  },
  {
    name: 'update in batches',
    leastCalls: 10,
    onlyBefore: true,
    prepare: async (world) => {
      const uid = await world.create({ instances: 2 });
      const reconciler = await world.started();
      await world.settles(uid, 1, 2);
      await reconciler.close();
      return uid;
    },
    begin: async (world, uid) => {
      await world.store.transaction((tx) =>
        tx.rollouts.put({
          serviceUid: uid,
          partition: 0,
          batchSize: 1,
          intervalMs: 1,
          paused: false,
          target: '',
          allowed: 0,
          nextBatchAt: 0,
          createdAt: 1,
          updatedAt: 1,
        }),
      );
      await world.update(uid);
    },
    done: async (world, uid) => {
      await world.settles(uid, 2, 2);
      expect(await world.store.read.rollouts.get(uid)).toMatchObject({ target: '2.1@0', allowed: 2 });
    },
  },
];

for (const operation of OPERATIONS) {
  describe(`${operation.name}, killed at every step`, () => {
    for (const effective of operation.onlyBefore ? [false] : [true, false]) {
      const moment = effective ? 'right after' : 'right before';
      test(`${moment} each call, and finished by the next reconciler`, async () => {
        let deaths = 0;
        while (await liveAndDie(operation, deaths + 1, effective)) {
          deaths++;
          expect(deaths).toBeLessThan(ENOUGH);
        }
        expect(deaths).toBeGreaterThanOrEqual(operation.leastCalls);
      }, 120_000);
    }
  });
}

/** Returns false when the operation was over before the deadly call. */
async function liveAndDie(operation: Operation, deadlyCall: number, effective: boolean): Promise<boolean> {
  const world = await ReconcilerWorld.open();
  const uid = await operation.prepare(world);
  const mortality = new Mortality(deadlyCall, effective);
  const { instances, store, artifacts } = world;
  const first = world.reconciler(mortal(mortality, { store, driver: instances.driver, artifacts }));
  const death = new Promise<void>((resolve) => mortality.onDeath(resolve));
  await operation.begin(world, uid);
  await Promise.race([first.start(), death]);
  await Promise.race([operation.done(world, uid), death]);
  const died = mortality.dead;

  // The process is gone: its watching and its timers with it. What it spawned lives.
  mortality.dead = true;
  first.destroy();
  instances.reopen();
  await world.started();
  await operation.done(world, uid);

  const wanted = (await world.rows(uid)).map((row) => row.id).sort();
  await vi.waitUntil(() => instances.alive() === wanted.length, { timeout: 20_000 });
  // Here, unlike in a process that was killed, a removal that had begun runs on beside the new reconciler.
  await vi.waitUntil(() => [...world.instanceFolders()].sort().join() === wanted.join(), { timeout: 20_000 });
  const claimed = instances.claimed();
  expect(new Set(claimed).size).toBe(claimed.length);
  expectNeverTwoAtOnce(world, operation.attempts ?? 1);
  return died;
}

/** No instance ran in two processes at a time, and none was started more often than asked. */
function expectNeverTwoAtOnce(world: ReconcilerWorld, most: number): void {
  const attempts = new Map<string, number>();
  for (const { word, instanceId, attempt } of world.instances.journal()) {
    if (word !== 'claimed') continue;
    expect(attempt).toBeGreaterThan(attempts.get(instanceId) ?? 0);
    attempts.set(instanceId, attempt);
  }
  expect([...attempts.values()].every((attempt) => attempt <= most)).toBe(true);
}
