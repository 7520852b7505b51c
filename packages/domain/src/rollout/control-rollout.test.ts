import { expect, test } from 'vitest';
import type { InstanceFacts } from '../plan/view.js';
import { instance, NOW, SETTINGS, view } from '../testing/facts.js';
import { controlRollout, type RolloutState } from './control-rollout.js';
import { reportRollout } from './report-rollout.js';

const TARGET = '1.1@0';
const control = (change: Partial<RolloutState> = {}): RolloutState => ({
  partition: 0,
  batchSize: 0,
  intervalMs: 0,
  paused: false,
  target: '',
  allowed: 0,
  nextBatchAt: 0,
  ...change,
});
const old = (id: string): InstanceFacts => instance(id, { version: 0 });
const decide = (rollout: RolloutState, instances: readonly InstanceFacts[]) =>
  controlRollout(rollout, view(instances), SETTINGS, NOW);

test('without rollout control nothing is held', () => {
  expect(controlRollout(undefined, view([old('a')]), SETTINGS, NOW)).toEqual({
    strategy: { paused: false, keepOld: 0 },
    progress: undefined,
    wakeAt: undefined,
  });
});

test('a batch begins with the update, its size at most', () => {
  const rollout = control({ batchSize: 2, intervalMs: 1_000 });
  expect(decide(rollout, [old('a'), old('b'), old('c')])).toMatchObject({
    strategy: { keepOld: 1 },
    progress: { target: TARGET, allowed: 2, nextBatchAt: 0 },
  });
});

test('control that comes in the midst of an update takes nothing back', () => {
  const rollout = control({ batchSize: 1 });
  expect(
    decide(rollout, [instance('a'), instance('b'), instance('c', { readyAt: NOW }), old('d')]),
  ).toMatchObject({ strategy: { keepOld: 1 }, progress: { allowed: 3 } });
});

test('a batch that is proven waits its interval, and the next begins on time', () => {
  const done = control({ batchSize: 1, intervalMs: 5_000, target: TARGET, allowed: 1 });
  const instances = [instance('a'), old('b'), old('c')];
  expect(decide(done, instances)).toEqual({
    strategy: { paused: false, keepOld: 2, nextBatchAt: NOW + 5_000 },
    progress: { target: TARGET, allowed: 1, nextBatchAt: NOW + 5_000 },
    wakeAt: NOW + 5_000,
  });
  expect(decide({ ...done, nextBatchAt: NOW + 1 }, instances)).toMatchObject({
    progress: undefined,
    wakeAt: NOW + 1,
  });
  expect(decide({ ...done, nextBatchAt: NOW }, instances)).toMatchObject({
    strategy: { keepOld: 1 },
    progress: { allowed: 2, nextBatchAt: 0 },
  });
});

test('a new instance that was lost during the interval is replaced before the next batch', () => {
  const rollout = control({ batchSize: 1, intervalMs: 1, target: TARGET, allowed: 1, nextBatchAt: NOW - 1 });
  const lost = instance('a', { phase: 'Starting', readyAt: 0 });
  expect(decide(rollout, [lost, old('b')])).toMatchObject({ strategy: { keepOld: 1 }, progress: undefined });
});

test('paused batches do not go on', () => {
  const rollout = control({ batchSize: 1, target: TARGET, allowed: 1, paused: true });
  expect(decide(rollout, [instance('a'), old('b')])).toMatchObject({
    strategy: { paused: true, keepOld: 1 },
    progress: undefined,
    wakeAt: undefined,
  });
});

test('an instance that a user wants replaced is no update', () => {
  const rollout = control({ batchSize: 1 });
  expect(decide(rollout, [instance('a', { wish: 'replace' }), instance('b')]).progress).toBeUndefined();
});

const phase = (rollout: RolloutState, instances: readonly InstanceFacts[], reason = 'Updating') =>
  reportRollout(rollout, view(instances, { reason })).phase;

test.each<[string, string, RolloutState, InstanceFacts[], string?]>([
  ['Pending', 'before the first update', control(), [instance('a')]],
  ['Running', 'while instances are replaced', control({ target: TARGET }), [instance('a'), old('b')]],
  ['Running', 'between batches', control({ batchSize: 1, target: TARGET }), [instance('a'), old('b')]],
  ['Paused', 'by request', control({ paused: true, target: TARGET }), [old('a')]],
  ['Paused', 'at its partition', control({ partition: 1, target: TARGET }), [instance('a'), old('b')]],
  ['Failed', 'when a new instance fails', control({ target: TARGET }), [old('a')], 'RolloutPaused'],
  ['Completed', 'with nothing of before', control({ target: TARGET }), [instance('a')]],
])('is %s %s', (expected, _, rollout, instances, reason) => {
  expect(phase(rollout, instances, reason)).toBe(expected);
});

test('reports what runs, what is rolled out and how far', () => {
  const report = reportRollout(
    control({ batchSize: 1, target: TARGET, nextBatchAt: NOW + 9 }),
    view([instance('a'), old('b'), old('c')], { instanceCount: 3 }),
  );
  expect(report).toMatchObject({
    updated: 1,
    total: 3,
    current: { version: 0, revision: 1 },
    update: { version: 1, revision: 1 },
    nextBatchAt: NOW + 9,
  });
});
