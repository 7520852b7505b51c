import type { InstanceRecord, RolloutRecord, ServiceRecord } from '@openeas/store';
import { expect, it } from 'vitest';
import { type Diagnosis, diagnose } from './diagnosis.js';

const service = (changes: Partial<ServiceRecord>): ServiceRecord =>
  ({
    name: 'demo',
    state: 'Running',
    reason: 'Running',
    message: 'Serves',
    desired: 'Running',
    currentVersion: 1,
    ...changes,
  }) as ServiceRecord;
const instance = (changes: Partial<InstanceRecord>): InstanceRecord =>
  ({
    name: 'demo-1',
    phase: 'Ready',
    failures: 0,
    restartCount: 0,
    isolated: false,
    detached: false,
    wish: 'none',
    ...changes,
  }) as InstanceRecord;
const MACHINE = { capacity: { cpu: 2, memory: 1000 }, reserved: { cpu: 0.1 + 0.2, memory: 800 } };
const of = (changes: Partial<ServiceRecord>, ...instances: InstanceRecord[]): readonly Diagnosis[] =>
  under(undefined, changes, ...instances);
const under = (
  rollout: Partial<RolloutRecord> | undefined,
  changes: Partial<ServiceRecord>,
  ...instances: InstanceRecord[]
): readonly Diagnosis[] =>
  diagnose({
    rollout: rollout as RolloutRecord | undefined,
    wants: { cpu: 1, memory: 100 },
    service: service(changes),
    instances,
    ...MACHINE,
  });

it('finds nothing where all is as wanted', () => {
  expect(of({}, instance({}))).toEqual([]);
});

it('names the numbers when resources are short', () => {
  const [finding] = of({ state: 'Waiting', reason: 'InsufficientCpu', message: 'short of 1 core' });
  expect(finding?.Causes).toEqual([
    'InsufficientCpu: short of 1 core',
    'Reserved are 0.3 of 2 cores and 800 of 1000 MB',
  ]);
});

it('advises to stop others only where that could make room', () => {
  const short = (cpu: number): string | undefined => {
    const waiting = service({ state: 'Waiting', reason: 'InsufficientCpu', message: 'short' });
    const facts = { service: waiting, instances: [], rollout: undefined, wants: { cpu, memory: 100 } };
    return advice(diagnose({ ...facts, ...MACHINE }))?.join();
  };
  expect(short(2)).toContain('Stop or delete services');
  expect(short(3)).not.toContain('Stop or delete services');
  expect(short(3)).toContain('Ask for less');
});

it('advises to go back only where there is something to go back to', () => {
  const advice = (currentVersion: number): string =>
    of({ state: 'Failed', currentVersion })[0]!.Advices.join('\n');
  expect(advice(2)).toContain('eascmd version demo');
  expect(advice(1)).not.toContain('eascmd version demo');
});

it('gives the cause of each failing instance, and where to read on', () => {
  const failing = instance({
    phase: 'Failed',
    failures: 1,
    restartCount: 1,
    reason: 'OutOfMemory',
    message: 'killed at 512 MB',
  });
  expect(of({}, instance({}), failing)).toEqual([
    {
      Error: 'Instance [demo-1] failed once',
      Causes: ['OutOfMemory: killed at 512 MB'],
      Advices: [expect.stringContaining('eascmd logs'), expect.stringContaining('--previous')],
    },
  ]);
});

it('gives no cause that belongs to the run after the failure', () => {
  const again = instance({ failures: 2, reason: 'Ready', message: 'Service start successfully' });
  const [finding] = of({}, again);
  expect(finding?.Error).toBe('Instance [demo-1] failed 2 times in a row and is ready again');
  expect(finding?.Causes.join()).not.toContain('Service start successfully');
});

it('tells of instances that take no traffic, and of a deletion that failed', () => {
  expect(of({}, instance({ isolated: true }), instance({}))[0]?.Error).toBe(
    '1 of 2 instances take no traffic',
  );
  expect(of({ state: 'DeleteFailed', desired: 'Deleted' }, instance({ isolated: true }))).toHaveLength(1);
});

const updating = (reason: string): Partial<ServiceRecord> => ({
  state: 'Updating',
  reason,
  message: 'so it is',
  currentVersion: 3,
});
const serving = (version: number): InstanceRecord => instance({ version, desired: 'Running' });
const advice = (findings: readonly Diagnosis[]): readonly string[] | undefined => findings[0]?.Advices;

it('says how a paused update goes on, and which version there is to go back to', () => {
  const paused = of(updating('RolloutPaused'), serving(1));
  expect(paused[0]).toMatchObject({
    Error: 'The update of service [demo] to version 3 is paused',
    Causes: ['RolloutPaused: so it is'],
  });
  expect(advice(paused)).toEqual([
    'Send a better one: eascmd modify demo -s FILE',
    'Go back to version 1: eascmd version demo 1',
  ]);
  const newer = instance({ version: 3, revision: 2, phase: 'Failed' });
  const inPlace = of(updating('RolloutPaused'), { ...serving(3), revision: 1 }, newer);
  expect(advice(inPlace)?.[1]).toContain('was changed in place');
  // The instances of a restart run what they ran before.
  expect(advice(of(updating('RolloutPaused'), serving(3), serving(3)))).toHaveLength(1);
});

it('says what lifts each way of holding an update', () => {
  const lifted = (rollout: Partial<RolloutRecord>): string | undefined =>
    advice(under(rollout, updating('RolloutHeld'), serving(1), serving(3)))?.[0];
  expect(lifted({ paused: true, batchSize: 0 })).toContain('eascmd rollout demo --resume');
  expect(lifted({ paused: false, batchSize: 1 })).toContain('eascmd rollout demo --end');
  expect(lifted({ paused: false, batchSize: 0 })).toContain('eascmd rollout demo --partition 0');
  expect(
    advice(under({ paused: true, batchSize: 0 }, updating('RolloutPaused'), serving(1), serving(3))),
  ).toContain('Go back to version 1: eascmd rollout demo --abort');
});

it('tells of packages that cannot be had, and names no log before there is one', () => {
  expect(of(updating('ArtifactFetchFailed'), serving(1))[0]).toMatchObject({
    Error: 'Version 3 of service [demo] cannot be started yet',
    Causes: ['ArtifactFetchFailed: so it is'],
  });
  expect(of(updating('Updating'), serving(1))).toEqual([]);
  const failed = of({ state: 'Failed', reason: 'ArtifactNotFound', message: 'gone' });
  expect(advice(failed)?.join()).not.toContain('eascmd logs');
});
