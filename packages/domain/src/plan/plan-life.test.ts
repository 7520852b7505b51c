import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Character, SimulatedWorld } from '../testing/simulated-world.js';
import { DEFAULT_PLAN_SETTINGS } from './settings.js';

const good: Character = {
  readyAfterMs: 1_000,
  failure: undefined,
  resources: { cpu: 1, memory: 100 },
  drainMs: 100,
};

const characters: fc.Arbitrary<Character> = fc.record({
  readyAfterMs: fc.integer({ min: 0, max: 60_000 }),
  failure: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    fc.record({
      fault: fc.constantFrom('model' as const, 'processor' as const, 'platform' as const),
      code: fc.constant('Broken'),
      message: fc.constant('it is broken'),
    }),
  ),
  resources: fc.record({
    cpu: fc.constantFrom(0, 0.5, 1, 2, 7),
    memory: fc.constantFrom(0, 100, 4_000),
  }),
  drainMs: fc.constantFrom(0, 100, 5_000, 1e9),
});

const amount = fc.oneof(
  fc.record({ count: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

type Deed = (world: SimulatedWorld) => void;

const wishes: fc.Arbitrary<Deed> = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map(
    (count): Deed =>
      (world) =>
        world.wish(() => (world.instanceCount = count)),
  ),
  characters.map(
    (character): Deed =>
      (world) =>
        world.wish(() => {
          const version = Math.max(...world.versions) + 1;
          world.addVersion(version, character);
          world.currentVersion = version;
        }),
  ),
  fc.nat(10).map(
    (n): Deed =>
      (world) =>
        world.wish(() => (world.currentVersion = world.versions[n % world.versions.length] ?? 1)),
  ),
  fc.constant<Deed>((world) => world.wish(() => (world.restartedAt = world.now))),
  fc.constant<Deed>((world) => world.wish(() => (world.desired = 'Stopped'))),
  fc.constant<Deed>((world) => world.wish(() => (world.desired = 'Running'))),
  fc.record({ maxSurge: amount, maxUnavailable: amount }).map(
    (rolling): Deed =>
      (world) => {
        world.strategy = { ...world.strategy, rolling };
      },
  ),
  fc.nat(6).map(
    (keepOld): Deed =>
      (world) =>
        (world.strategy = { ...world.strategy, keepOld }),
  ),
  fc.boolean().map(
    (paused): Deed =>
      (world) =>
        (world.strategy = { ...world.strategy, paused }),
  ),
  fc.nat(9).map(
    (n): Deed =>
      (world) => {
        const row = world.rows[n % Math.max(1, world.rows.length)];
        if (row === undefined) return;
        world.wish(() => {
          world.instancesToDelete = [row.name];
          world.instanceCount = Math.max(0, world.instanceCount - 1);
        });
      },
  ),
  fc.nat(9).map(
    (n): Deed =>
      (world) =>
        world.touch(n, { desired: 'Stopped' }),
  ),
  fc.record({ n: fc.nat(9), isolated: fc.boolean() }).map(
    ({ n, isolated }): Deed =>
      (world) =>
        world.touch(n, { isolated }),
  ),
  fc.nat(9).map(
    (n): Deed =>
      (world) =>
        world.touch(n, { detached: true }),
  ),
  fc.record({ n: fc.nat(9), wish: fc.constantFrom('restart' as const, 'replace' as const) }).map(
    ({ n, wish }): Deed =>
      (world) =>
        world.touch(n, { wish }),
  ),
);

const accidents: fc.Arbitrary<Deed> = fc.oneof(
  fc.nat(9).map(
    (n): Deed =>
      (world) =>
        world.crash(n),
  ),
  fc.constant<Deed>((world) => world.blink()),
  fc.constantFrom(1, 4, 10, 1_000).map(
    (cpu): Deed =>
      (world) => {
        world.capacity = { cpu, memory: 1_000_000 };
      },
  ),
);

const passing: fc.Arbitrary<Deed> = fc.oneof(
  fc.constant<Deed>((world) => void world.step()),
  fc.constant<Deed>((world) => world.advance(world.nextEvent() ?? 1)),
  fc.integer({ min: 1, max: 100_000 }).map(
    (ms): Deed =>
      (world) =>
        world.advance(ms),
  ),
);

const story = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: passing },
    { weight: 2, arbitrary: wishes },
    { weight: 1, arbitrary: accidents },
  ),
  { maxLength: 80 },
);

function newWorld(character: Character, count: number): SimulatedWorld {
  const world = new SimulatedWorld(DEFAULT_PLAN_SETTINGS);
  world.addVersion(1, character);
  world.instanceCount = count;
  return world;
}

describe('whatever users and machines do', () => {
  test('no step breaks a rule, and in the end the service is as wanted or says why it is not', () => {
    fc.assert(
      fc.property(characters, fc.nat(5), story, (character, count, deeds) => {
        const world = newWorld(character, count);
        for (const deed of deeds) deed(world);
        expect(world.violations).toEqual([]);

        // The world calms down: what runs is well made, there is room, nothing is held back.
        const version = Math.max(...world.versions) + 1;
        world.addVersion(version, good);
        world.capacity = { cpu: 1_000, memory: 1_000_000 };
        world.strategy = { ...world.strategy, paused: false, keepOld: 0 };
        world.wish(() => {
          world.currentVersion = version;
          world.desired = 'Running';
        });
        expect(world.settle()).toBe(true);
        expect(world.violations).toEqual([]);
        expect(world.state).toBe('Running');
        expect(world.observedGeneration).toBe(world.generation);
        const wanted = world.rows.filter((row) => !row.detached);
        expect(wanted.map((row) => [row.version, row.phase])).toEqual(
          Array.from({ length: world.instanceCount }, () => [version, 'Ready']),
        );

        world.wish(() => (world.desired = 'Deleted'));
        expect(world.settle()).toBe(true);
        expect(world.violations).toEqual([]);
        expect(world.removed).toBe(true);
        expect([world.rows.length, world.living]).toEqual([0, 0]);
      }),
      { numRuns: 400 },
    );
  });

  test('a version that fails takes nothing from the one before it', () => {
    fc.assert(
      fc.property(
        characters.filter((character) => character.failure !== undefined),
        fc.integer({ min: 1, max: 5 }),
        fc.record({ maxSurge: amount, maxUnavailable: fc.constant({ count: 0 }) }),
        (broken, count, rolling) => {
          const world = newWorld(good, count);
          world.strategy = { ...world.strategy, rolling };
          expect(world.settle()).toBe(true);
          const before = world.rows.map((row) => `${row.id}/${row.attempt}`);
          world.addVersion(2, broken);
          world.wish(() => (world.currentVersion = 2));
          for (let n = 0; n < 60; n++) {
            if (!world.step()) world.advance(world.nextEvent() ?? 1);
            expect(world.serving(1)).toBe(count);
          }
          expect(
            world.rows.filter((row) => row.version === 1).map((row) => `${row.id}/${row.attempt}`),
          ).toEqual(before);
          expect([world.state, world.reason]).toEqual(['Updating', 'RolloutPaused']);
          expect(world.message).toContain('it is broken');
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a good update never has fewer ready than the strategy allows, and no one is started in vain', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.record({ maxSurge: amount, maxUnavailable: amount }),
        fc.integer({ min: 0, max: 30_000 }),
        (count, rolling, readyAfterMs) => {
          const world = newWorld(good, count);
          world.strategy = { ...world.strategy, rolling };
          world.settle();
          world.addVersion(2, { ...good, readyAfterMs });
          world.wish(() => (world.currentVersion = 2));
          expect(world.settle()).toBe(true);
          expect(world.violations).toEqual([]);
          expect(world.rows.map((row) => [row.version, row.attempt])).toEqual(
            Array.from({ length: count }, () => [2, 1]),
          );
          expect(new Set(world.rows.map((row) => row.id)).size).toBe(count);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('on a full machine an update goes without as many as allowed, or waits and says what is short', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(3),
        fc.nat(3),
        fc.constantFrom(1, 2),
        (count, surge, unavailable, cpu) => {
          const world = newWorld(good, count);
          world.capacity = { cpu: count, memory: 1_000_000 };
          world.strategy = {
            ...world.strategy,
            rolling: { maxSurge: { count: surge }, maxUnavailable: { count: unavailable } },
          };
          world.settle();
          world.addVersion(2, { ...good, resources: { cpu, memory: 0 } });
          world.wish(() => (world.currentVersion = 2));
          const allowed = Math.min(unavailable, count);
          for (let n = 0; n < 300; n++) {
            if (!world.step()) world.advance(world.nextEvent() ?? 1);
            expect(world.serving()).toBeGreaterThanOrEqual(count - allowed);
          }
          expect(world.violations).toEqual([]);
          if (allowed >= cpu && cpu === 1) expect(world.serving(2)).toBe(count);
          else if (world.serving(2) < count) {
            expect([world.state, world.reason]).toEqual(['Waiting', 'InsufficientCpu']);
            expect(world.message).toMatch(/short of .* needs \d/);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
