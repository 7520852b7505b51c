import { type DesiredState, SERVICE_STATES, type ServiceState } from '@openeas/contracts';
import { expect, it } from 'vitest';
import { effectiveState, judgeChange, type ServiceChange, stateAfter } from './service-actions.js';

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

/** What was asked for when a service is in that state. */
function desiredIn(state: ServiceState): DesiredState {
  if (state === 'Deleting' || state === 'DeleteFailed') return 'Deleted';
  return state === 'Stopping' || state === 'Stopped' ? 'Stopped' : 'Running';
}

it('takes each change in exactly these states', () => {
  const table = SERVICE_STATES.map((state) => {
    const taken = CHANGES.filter(
      (change) =>
        judgeChange(change, { state, desired: desiredIn(state), safetyLock: 'none' }).kind === 'allowed',
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
  const taken = CHANGES.filter(
    (change) => judgeChange(change, { state, desired: 'Running', safetyLock }).kind === 'allowed',
  );
  expect(taken).toEqual(expected);
  for (const change of CHANGES) {
    if (!taken.includes(change)) {
      expect(judgeChange(change, { state, desired: 'Running', safetyLock })).toEqual({
        kind: 'locked',
        lock: safetyLock,
      });
    }
  }
});

it('names the states in which a refused change would be taken', () => {
  expect(judgeChange('start', { state: 'Running', desired: 'Running', safetyLock: 'none' })).toEqual({
    kind: 'conflict',
    state: 'Running',
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

it('goes by what was asked for when the state is behind', () => {
  for (const state of SERVICE_STATES) {
    expect(effectiveState({ state, desired: desiredIn(state) })).toBe(state);
    expect(['Deleting', 'DeleteFailed']).toContain(effectiveState({ state, desired: 'Deleted' }));
    expect(['Stopping', 'Stopped']).toContain(effectiveState({ state, desired: 'Stopped' }));
  }
  expect(effectiveState({ state: 'Stopped', desired: 'Running' })).toBe('Starting');
  const late = { state: 'Running', desired: 'Deleted', safetyLock: 'none' } as const;
  expect(CHANGES.filter((change) => judgeChange(change, late).kind === 'allowed')).toEqual(['delete']);
});
