import type { InstanceRecord, ServiceRecord } from '@openeas/store';
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
const of = (changes: Partial<ServiceRecord>, ...instances: InstanceRecord[]): readonly Diagnosis[] =>
  diagnose({
    service: service(changes),
    instances,
    capacity: { cpu: 2, memory: 1000 },
    reserved: { cpu: 1.5, memory: 800 },
  });

it('finds nothing where all is as wanted', () => {
  expect(of({}, instance({}))).toEqual([]);
});

it('names the numbers when resources are short', () => {
  const [finding] = of({ state: 'Waiting', reason: 'InsufficientCpu', message: 'short of 1 core' });
  expect(finding?.Causes).toEqual([
    'InsufficientCpu: short of 1 core',
    'Reserved are 1.5 of 2 cores and 800 of 1000 MB',
  ]);
});

it('advises to go back only where there is something to go back to', () => {
  const advice = (currentVersion: number): string =>
    of({ state: 'Failed', currentVersion })[0]!.Advices.join('\n');
  expect(advice(2)).toContain('eascmd version demo');
  expect(advice(1)).not.toContain('eascmd version demo');
});

it('gives the cause of each failing instance, and where to read on', () => {
  const failing = instance({
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

it('tells of instances that take no traffic, and of a deletion that failed', () => {
  expect(of({}, instance({ isolated: true }), instance({}))[0]?.Error).toBe(
    '1 of 2 instances take no traffic',
  );
  expect(of({ state: 'DeleteFailed', desired: 'Deleted' }, instance({ isolated: true }))).toHaveLength(1);
});
