import { type ActionName, type ActionSpec, API_ACTIONS } from '@openeas/contracts';
import { expect, it } from 'vitest';
import { ControlHarness } from '../testing/control-harness.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { ACTION_TABLE } from './action-table.js';

it('knows every action of the contract and no other', () => {
  expect(Object.keys(ACTION_TABLE).sort()).toEqual(Object.keys(API_ACTIONS).sort());
  expect(Object.keys(ACTION_TABLE)).toHaveLength(119);
});

it('asks for the permission of the same name, and calls a change what is sent to change something', () => {
  for (const [name, bound] of Object.entries(ACTION_TABLE)) {
    if (bound.kind === 'absent') {
      expect(bound.reason).toMatch(/^[a-z].*\.$/);
      continue;
    }
    expect(bound.permission).toBe(`eas:${name}`);
    expect([name, bound.kind]).toEqual([
      name,
      API_ACTIONS[name as ActionName].method === 'GET' ? 'read' : 'change',
    ]);
  }
});

it('answers every action it does not offer with 501 and the reason, at the path of the contract', async () => {
  const { client } = await ControlHarness.start(temporaryFolder());
  for (const [name, bound] of Object.entries(ACTION_TABLE)) {
    if (bound.kind !== 'absent') continue;
    const spec: ActionSpec = API_ACTIONS[name as ActionName];
    const path = spec.path.replace('{ClusterId}', 'local').replace(/\{\w+\}/g, 'x');
    const answer = await client.acs3({ method: spec.method, path, action: name });
    expect([name, answer.status, answer.body.Code]).toEqual([name, 501, 'ActionNotSupported']);
    expect(answer.body.Message).toContain(
      `action ${name} is not offered by this installation: ${bound.reason}`,
    );
  }
});

it('asks who is there before it tells what it does not offer', async () => {
  const { client } = await ControlHarness.start(temporaryFolder());
  const answer = await client.send({ method: 'GET', path: '/api/v2/groups' }, {}, '');
  expect([answer.status, answer.body.Code]).toEqual([401, 'MissingAuthentication']);
});

it.each([
  ['GET', '/api/v2/nothing'],
  ['PATCH', '/api/v2/services'],
  ['GET', '/nothing/at/all'],
  ['POST', '/'],
])('answers %s %s with 404', async (method, path) => {
  const { client } = await ControlHarness.start(temporaryFolder());
  const answer = await client.acs3({ method, path });
  expect([answer.status, answer.body.Code]).toEqual([404, 'InvalidAction']);
  expect(answer.body.Message).toContain(path);
  expect(answer.body.RequestId).toBe(answer.headers['x-acs-request-id']);
});

it('tells an action by its name when the path is wrong', async () => {
  const { client } = await ControlHarness.start(temporaryFolder());
  const answer = await client.acs3({ method: 'GET', path: '/api/v9/x', action: 'ListServices' });
  expect(answer.body.Message).toContain('ListServices');
});
