import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PLAN_SETTINGS } from '../plan/settings.js';
import { type Character, SimulatedWorld } from '../testing/simulated-world.js';
import type { RolloutState } from './control-rollout.js';

const good: Character = {
  readyAfterMs: 1_000,
  failure: undefined,
  resources: { cpu: 1, memory: 100 },
  drainMs: 100,
};

const amount = fc.oneof(
  fc.record({ count: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const rolling = fc.record({ maxSurge: amount, maxUnavailable: amount });

function rollout(change: Partial<RolloutState>): RolloutState {
  return {
    partition: 0,
    batchSize: 0,
    intervalMs: 0,
    paused: false,
    target: '',
    allowed: 0,
    nextBatchAt: 0,
    ...change,
  };
}

/** A settled service of `count` instances of version 1, asked for version 2. */
function updating(count: number, strategy: SimulatedWorld['strategy']['rolling']): SimulatedWorld {
  const world = new SimulatedWorld(DEFAULT_PLAN_SETTINGS);
  world.addVersion(1, good);
  world.instanceCount = count;
  world.strategy = { ...world.strategy, rolling: strategy };
  expect(world.settle()).toBe(true);
  world.addVersion(2, good);
  return world;
}

function update(world: SimulatedWorld): void {
  world.wish(() => (world.currentVersion = 2));
}

const versions = (world: SimulatedWorld): number[] => world.rows.map(({ version }) => version).sort();

describe('whatever rollout control is asked for', () => {
  test('a partition keeps as many of before as it says, and lifted lets the update end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(7), rolling, (count, partition, strategy) => {
        const world = updating(count, strategy);
        world.rollout = rollout({ partition });
        update(world);
        expect(world.settle()).toBe(true);
        const kept = Math.min(partition, count);
        expect(versions(world)).toEqual([
          ...Array.from({ length: kept }, () => 1),
          ...Array.from({ length: count - kept }, () => 2),
        ]);
        expect(world.reason).toBe(kept > 0 ? 'RolloutHeld' : 'Running');
        world.rollout = { ...world.rollout, partition: 0 };
        expect(world.settle()).toBe(true);
        expect(versions(world)).toEqual(Array.from({ length: count }, () => 2));
        expect(world.violations).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('batches never run ahead of what they allow, keep their distance, and end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 1_000, 60_000),
        rolling,
        (count, batchSize, intervalMs, strategy) => {
          const world = updating(count, strategy);
          world.rollout = rollout({ batchSize, intervalMs });
          update(world);
          let allowed = 0;
          let doneAt = Number.NEGATIVE_INFINITY;
          for (let steps = 0; world.state !== 'Running' || steps < 3; steps++) {
            expect(steps).toBeLessThan(2_000);
            if (!world.step()) world.advance(world.nextEvent() ?? 1);
            if (world.rollout.allowed > allowed) {
              expect(world.rollout.allowed - allowed).toBe(batchSize);
              if (allowed > 0) expect(world.now).toBeGreaterThanOrEqual(doneAt + intervalMs);
              allowed = world.rollout.allowed;
              doneAt = Number.POSITIVE_INFINITY;
            }
            if (world.serving(2) >= allowed) doneAt = Math.min(doneAt, world.now);
            const started = world.rows.filter(
              ({ version, desired }) => version === 2 && desired === 'Running',
            );
            expect(started.length).toBeLessThanOrEqual(Math.min(count, allowed));
          }
          expect(world.settle()).toBe(true);
          expect(versions(world)).toEqual(Array.from({ length: count }, () => 2));
          expect(world.violations).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('paused at any moment, users have the number of instances they ask for, and no more new ones', () => {
    const deed = fc.oneof(
      { weight: 2, arbitrary: fc.record({ count: fc.integer({ min: 0, max: 7 }) }) },
      { weight: 1, arbitrary: fc.record({ replace: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ detach: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ crash: fc.nat(9) }) },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.nat(40),
        fc.array(deed, { maxLength: 6 }),
        (count, passes, deeds) => {
          const world = updating(count, { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } });
          update(world);
          for (let n = 0; n < passes; n++) if (!world.step()) world.advance(world.nextEvent() ?? 1);
          const fresh = versions(world).filter((version) => version === 2).length;
          fc.pre(fresh < versions(world).length);
          world.rollout = rollout({ paused: true });
          for (const each of deeds) {
            if ('count' in each) world.wish(() => (world.instanceCount = each.count));
            else if ('replace' in each) world.touch(each.replace, { wish: 'replace' });
            else if ('detach' in each) world.touch(each.detach, { detached: true });
            else world.crash(each.crash);
            expect(world.settle()).toBe(true);
            const there = world.rows.filter(({ detached }) => !detached);
            // Without one of before there is nothing left to hold.
            if (!there.some(({ version }) => version === 1)) return;
            expect(there.filter(({ phase }) => phase === 'Ready').length).toBeGreaterThanOrEqual(
              world.instanceCount,
            );
            expect(there.length).toBeLessThanOrEqual(world.instanceCount + 1);
            expect(there.filter(({ version }) => version === 2).length).toBeLessThanOrEqual(fresh);
            expect(world.reason).toBe('RolloutHeld');
          }
          world.rollout = undefined;
          expect(world.settle()).toBe(true);
          const attached = world.rows.filter(({ detached }) => !detached);
          expect(attached.map(({ version }) => version)).toEqual(
            Array.from({ length: world.instanceCount }, () => 2),
          );
          expect(world.violations).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('control that changes at any moment breaks no rule; without it the update ends', () => {
    const control = fc.record({
      partition: fc.nat(6),
      batchSize: fc.nat(3),
      intervalMs: fc.constantFrom(0, 5_000),
      paused: fc.boolean(),
    });
    const deed = fc.oneof(
      { weight: 4, arbitrary: fc.constant('pass' as const) },
      { weight: 1, arbitrary: control },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
      { weight: 1, arbitrary: fc.constantFrom('crash' as const, 'switch' as const, 'lift' as const) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(deed, { maxLength: 60 }), (count, deeds) => {
        const world = updating(count, { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } });
        update(world);
        for (const each of deeds) {
          if (each === 'pass') {
            if (!world.step()) world.advance(world.nextEvent() ?? 1);
          } else if (each === 'crash') world.crash(count);
          else if (each === 'switch') {
            world.wish(() => (world.currentVersion = 3 - world.currentVersion));
          } else if (each === 'lift') world.rollout = undefined;
          else if (typeof each === 'number') world.wish(() => (world.instanceCount = each));
          else world.rollout = rollout({ ...world.rollout, ...each });
        }
        world.rollout = undefined;
        expect(world.settle()).toBe(true);
        expect(world.violations).toEqual([]);
        expect(versions(world)).toEqual(
          Array.from({ length: world.instanceCount }, () => world.currentVersion),
        );
      }),
      { numRuns: 300 },
    );
  });
});
