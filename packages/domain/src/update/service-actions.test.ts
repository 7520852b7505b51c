import { SERVICE_STATES } from '@openeas/contracts';
import { expect, it } from 'vitest';
import { judgeChange, type ServiceChange, stateAfter } from './service-actions.js';

const CHANGES: readonly ServiceChange[] = [
  'start',
  'stop',
  'restart',
  'scale',
  'update',
  'switchVersion',
  'relabel',
  'lock',
  'delete',
];

it('takes each change in exactly these states', () => {
  const table = SERVICE_STATES.map((state) => {
    const taken = CHANGES.filter(
      (change) => judgeChange(change, { state, safetyLock: 'none' }).kind === 'allowed',
    );
    return `${state}: ${taken.join(' ')}`;
  });
  expect(table).toEqual([
    'Creating: stop restart scale update switchVersion relabel lock delete',
    'Waiting: stop restart scale update switchVersion relabel lock delete',
    'Running: stop restart scale update switchVersion relabel lock delete',
    'Scaling: stop restart scale update switchVersion relabel lock delete',
    'Updating: stop restart scale update switchVersion relabel lock delete',
    'Starting: start stop restart scale update switchVersion relabel lock delete',
    'Stopping: start stop scale update switchVersion relabel lock delete',
    'Stopped: start scale update switchVersion relabel lock delete',
    'Deleting: delete',
    'Failed: start stop restart scale update switchVersion relabel lock delete',
    'DeleteFailed: delete',
  ]);
});

it.each([
  ['none', CHANGES],
  ['dangerous', CHANGES.filter((change) => change !== 'stop' && change !== 'delete')],
  ['all', ['lock']],
] as const)('with the lock %s a service takes %j', (safetyLock, expected) => {
  const state = 'Failed';
  const taken = CHANGES.filter((change) => judgeChange(change, { state, safetyLock }).kind === 'allowed');
  expect(taken).toEqual(expected);
  for (const change of CHANGES) {
    if (!taken.includes(change)) {
      expect(judgeChange(change, { state, safetyLock })).toEqual({ kind: 'locked', lock: safetyLock });
    }
  }
});

it('names the states in which a refused change would be taken', () => {
  expect(judgeChange('start', { state: 'Running', safetyLock: 'none' })).toEqual({
    kind: 'conflict',
    allowed: ['Stopped', 'Stopping', 'Starting', 'Failed'],
  });
});

it('leads to the state that tells what is under way', () => {
  const running = { state: 'Running', desired: 'Running' } as const;
  const creating = { state: 'Creating', desired: 'Running' } as const;
  const stopped = { state: 'Stopped', desired: 'Stopped' } as const;
  expect(stateAfter('scale', running)).toBe('Scaling');
  expect(stateAfter('update', running)).toBe('Updating');
  expect(stateAfter('restart', running)).toBe('Updating');
  expect(stateAfter('switchVersion', { state: 'Failed', desired: 'Running' })).toBe('Updating');
  expect(stateAfter('update', creating)).toBe('Creating');
  expect(stateAfter('scale', stopped)).toBe('Stopped');
  expect(stateAfter('start', stopped)).toBe('Starting');
  expect(stateAfter('stop', creating)).toBe('Stopping');
  expect(stateAfter('delete', stopped)).toBe('Deleting');
});
