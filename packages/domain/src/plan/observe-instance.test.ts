import { describe, expect, test } from 'vitest';
import { instance, NOW, SETTINGS } from '../testing/facts.js';
import { observeInstance } from './observe-instance.js';
import { blockedUntilChange, isBlocked, startDueAt } from './retry-block.js';
import type { InstanceFacts, Seen } from './view.js';

const loading = (message = 'loads'): Seen => ({
  kind: 'running',
  since: NOW - 10,
  phase: 'Loading',
  host: 'h',
  port: 0,
  message,
  failure: null,
});
const ready: Seen = { ...instance('x').seen } as Seen;
const fresh: Partial<InstanceFacts> = { phase: 'Starting', port: 0, readyAt: 0, startedAt: NOW - 1_000 };
const observe = (facts: InstanceFacts, now = NOW) => observeInstance(facts, SETTINGS, 3, now);

describe('what changes nothing', () => {
  test.each<[string, InstanceFacts]>([
    ['nothing seen yet', instance('a', { seen: { kind: 'unknown' } })],
    ['ready as recorded', instance('a')],
    ['not started yet', instance('a', { ...fresh, seen: { kind: 'absent' } })],
    ['starting in time', instance('a', { ...fresh, seen: { kind: 'starting', since: NOW } })],
    [
      'failed and counted',
      instance('a', {
        phase: 'Failed',
        seen: { kind: 'exited', failure: null, asAsked: false, lastLine: '' },
      }),
    ],
    [
      'ended as asked',
      instance('a', {
        desired: 'Stopped',
        seen: { kind: 'exited', failure: null, asAsked: false, lastLine: '' },
      }),
    ],
  ])('%s', (_case, facts) => {
    expect(observe(facts)).toBeUndefined();
  });
});

test('readiness is recorded with its address and told', () => {
  expect(observe(instance('a', { ...fresh, seen: ready }))).toEqual({
    patch: {
      phase: 'Ready',
      host: '127.0.0.1',
      port: 4000,
      reason: 'Ready',
      message: 'Service start successfully',
      readyAt: NOW,
    },
    event: {
      type: 'Normal',
      reason: 'InstanceReady',
      message: 'Instance demo-a serves version 1 on port 4000',
    },
  });
});

test('failures are forgiven once an instance was ready for long enough, not before', () => {
  const healed = instance('a', { failures: 3, readyAt: NOW - SETTINGS.stableAfterMs });
  expect(observe(healed, NOW - 1)).toBeUndefined();
  expect(observe(healed)?.patch).toEqual({ failures: 0, nextStartAt: 0 });
});

test('a crash is counted, waits longer each time, and keeps its first cause', () => {
  const exited = (lastLine: string): Seen => ({ kind: 'exited', failure: null, asAsked: false, lastLine });
  const first = observe(instance('a', { readyAt: NOW - 1_000, seen: exited('out of paper') }));
  expect(first?.patch).toMatchObject({ phase: 'Failed', failures: 1, nextStartAt: NOW + 1_000, port: 0 });
  expect(first?.patch.message).toBe('the process ended; it last said: out of paper');
  expect(first?.event).toMatchObject({ type: 'Warning', reason: 'InstanceCrashed' });

  const again = { phase: 'Loading' as const, failures: 1, message: first?.patch.message ?? '' };
  const second = observe(instance('a', { ...again, seen: exited('out of ink') }));
  expect(second?.patch).toMatchObject({ failures: 2, nextStartAt: NOW + 2_000 });
  expect(second?.patch.message).toBe(
    'the process ended; it last said: out of paper; last failure: the process ended; it last said: out of ink',
  );
  const third = observe(
    instance('a', {
      ...again,
      failures: 40,
      message: second?.patch.message ?? '',
      seen: exited('out of paper'),
    }),
  );
  expect(third?.patch).toMatchObject({
    nextStartAt: NOW + 60_000,
    message: 'the process ended; it last said: out of paper',
  });
});

test('one that ran well is started again at once after its first crash', () => {
  const seen: Seen = { kind: 'exited', failure: null, asAsked: false, lastLine: '' };
  expect(observe(instance('a', { seen }))?.patch).toMatchObject({ failures: 1, nextStartAt: NOW });
});

test('one that was stopped from outside is started again at once, and that is no failure', () => {
  const seen: Seen = { kind: 'exited', failure: null, asAsked: true, lastLine: '' };
  const change = observe(instance('a', { seen }));
  expect(change?.patch).toMatchObject({ phase: 'Failed', nextStartAt: NOW, readyAt: 0 });
  expect(change?.patch).not.toHaveProperty('failures');
  expect(change?.event?.type).toBe('Normal');
});

test('a fault of the model is not tried again until something is changed', () => {
  const failure = { fault: 'model' as const, code: 'ModelInvalid', message: 'no such element' };
  const change = observe(
    instance('a', { ...fresh, seen: { kind: 'exited', failure, asAsked: false, lastLine: '' } }),
  );
  expect(change?.patch).toMatchObject({ reason: 'ModelInvalid', message: 'no such element' });
  const nextStartAt = change?.patch.nextStartAt ?? 0;
  expect(isBlocked(nextStartAt, 3)).toBe(true);
  expect(isBlocked(nextStartAt, 4)).toBe(false);
  expect(startDueAt(nextStartAt, NOW)).toBe(NOW);
  expect(Number.isSafeInteger(blockedUntilChange(1_000_000))).toBe(true);
});

test('a failure is counted when it is announced, not only when the process is gone', () => {
  const failure = { fault: 'processor' as const, code: 'ProcessorFailed', message: 'boom' };
  const seen: Seen = { ...(loading() as Extract<Seen, { kind: 'running' }>), phase: 'Failed', failure };
  expect(observe(instance('a', { ...fresh, seen }))?.patch).toMatchObject({ phase: 'Failed', failures: 1 });
});

test('an instance that is not ready in time has failed, and says where it stood', () => {
  const facts = instance('a', {
    ...fresh,
    phase: 'Loading',
    message: 'loads part 3 of 9',
    reason: 'Loading',
    startedAt: NOW - SETTINGS.startDeadlineMs,
    seen: loading('loads part 3 of 9'),
  });
  expect(observe(facts, NOW - 1)).toBeUndefined();
  expect(observe(facts)?.patch).toMatchObject({
    reason: 'StartTimeout',
    message: 'not ready 300 s after its start, still Loading: loads part 3 of 9',
  });
});

test('a served instance that falls silent loses its readiness at once and fails after a while', () => {
  const silent = (since: number): InstanceFacts => instance('a', { seen: { kind: 'starting', since } });
  expect(observe(silent(NOW))).toMatchObject({
    patch: { phase: 'Starting', reason: 'NotResponding' },
    event: { type: 'Warning', reason: 'InstanceNotResponding' },
  });
  const still = { ...silent(NOW - SETTINGS.silenceLimitMs), phase: 'Starting' as const };
  expect(observe(still)?.patch).toMatchObject({ phase: 'Failed', reason: 'NotResponding' });
});

test('an instance whose folder vanished is lost', () => {
  expect(observe(instance('a', { seen: { kind: 'absent' } }))?.patch).toMatchObject({
    phase: 'Failed',
    reason: 'InstanceLost',
  });
});
