import type { InstanceRecord } from '@openeas/store';
import { expect, it } from 'vitest';
import { ControlHarness, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

async function withInstances(): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'a');
  await addInstance(harness, 'b', { detached: true });
  await addInstance(harness, 'c', { desired: 'Stopped', drainingAt: 5 });
  await harness.reach('Running');
  return harness;
}

const row = async (harness: ControlHarness, id: string): Promise<InstanceRecord | undefined> =>
  harness.store.read.instances.get(id);
const end = (harness: ControlHarness, query: Record<string, string>): Promise<ClientAnswer> =>
  harness.client.acs3({ method: 'DELETE', path: servicePath('demo', '/instances'), query });
const update = (harness: ControlHarness, name: string, body: object): Promise<ClientAnswer> =>
  harness.client.acs3({ method: 'PUT', path: servicePath('demo', `/instances/${name}`), body });

it('puts new ones in the place of named instances, and ends detached ones', async () => {
  const harness = await withInstances();
  const answer = await end(harness, { InstanceList: 'demo-a, demo-b,demo-a' });
  expect(answer.body.Message).toBe(
    'Instance(s) [demo-a,demo-b] for service [demo] in region [local] was deleted successfully',
  );
  expect(await row(harness, 'a')).toMatchObject({ desired: 'Running', wish: 'replace' });
  expect(await row(harness, 'b')).toMatchObject({ desired: 'Stopped', wish: 'none' });
  const { uid } = await harness.service();
  const { rows } = await harness.store.read.events.list({ serviceUid: uid, offset: 0, limit: 10 });
  expect(rows.map(({ reason, instanceName }) => [reason, instanceName])).toEqual(
    expect.arrayContaining([
      ['DeletionRequested', 'demo-a'],
      ['DeletionRequested', 'demo-b'],
    ]),
  );
});

it('restarts in place with SoftRestart, once however often it is asked', async () => {
  const harness = await withInstances();
  const query = { InstanceList: 'demo-a', SoftRestart: 'true', Container: 'worker0' };
  for (let n = 0; n < 2; n++) {
    expect((await end(harness, query)).body.Message).toContain('[demo-a] for service [demo]');
  }
  expect(await row(harness, 'a')).toMatchObject({ desired: 'Running', wish: 'restart' });
  const { uid } = await harness.service();
  const { rows } = await harness.store.read.events.list({ serviceUid: uid, offset: 0, limit: 10 });
  expect(rows.filter(({ reason }) => reason === 'RestartRequested')).toHaveLength(1);
});

it('changes nothing when one of several is not there', async () => {
  const harness = await withInstances();
  for (const name of ['nobody', 'demo-c']) {
    const answer = await end(harness, { InstanceList: `demo-a,${name}` });
    expect([answer.status, answer.body.Code]).toEqual([404, 'InstanceNotFound']);
    expect(answer.body.Message).toContain(name);
  }
  expect(await row(harness, 'a')).toMatchObject({ wish: 'none' });
});

it.each([
  [{}, 'MissingParameter', 'InstanceList'],
  [{ InstanceList: ' , ' }, 'MissingParameter', 'InstanceList'],
  [{ InstanceList: 'demo-a', IsReplica: 'true' }, 'InvalidParameter', 'IsReplica'],
  [{ InstanceList: 'demo-a', Container: 'worker0' }, 'InvalidParameter', 'SoftRestart'],
  [{ InstanceList: 'demo-a', Container: 'x', SoftRestart: 'true' }, 'InvalidParameter', 'worker0'],
  [{ InstanceList: 'demo-b', SoftRestart: 'true' }, 'InstanceDetached', 'detached'],
])('refuses to delete with %j', async (query, code, word) => {
  const harness = await withInstances();
  const answer = await end(harness, query as Record<string, string>);
  expect(answer.body.Code).toBe(code);
  expect(answer.body.Message).toContain(word);
});

it('takes what asks for nothing beside what asks for something', async () => {
  const harness = await withInstances();
  const body = { Isolate: true, Detach: false, Hibernate: false };
  expect((await update(harness, 'demo-a', body)).status).toBe(200);
  expect(await row(harness, 'a')).toMatchObject({ isolated: true, detached: false });
});

it('shows how the run before ended, not what the present one says', async () => {
  const harness = await withInstances();
  const { uid } = await harness.service();
  const event = { serviceUid: uid, serviceName: 'demo', instanceName: 'demo-a', versionId: 1 };
  const told = { ...event, availableInstance: 0, unavailableInstance: 0, time: 1_700_000_000_000 };
  await harness.store.transaction(async (tx) => {
    await tx.instances.update('a', {
      restartCount: 1,
      reason: 'Ready',
      message: 'Service start successfully',
    });
    await tx.events.append({ ...told, type: 'Warning', reason: 'InstanceCrashed', message: 'out of memory' });
    await tx.events.append({ ...told, type: 'Normal', reason: 'InstanceReady', message: 'serves' });
  });
  const get = (rest: string) =>
    harness.client.acs3({ method: 'GET', path: servicePath('demo', `/instances${rest}`) });
  const { body } = await get('');
  const view = body.Instances.find((each: { InstanceName: string }) => each.InstanceName === 'demo-a');
  expect(view.LastState).toEqual([{ Reason: 'InstanceCrashed', Message: 'out of memory' }]);
  expect((await get('/demo-a/containers')).body.Containers[0]).toMatchObject({
    LastReason: 'InstanceCrashed',
    LastStatus: 'Terminated',
    LastTimestamp: '2023-11-14T22:13:20Z',
  });
});

it('isolates, lets back and detaches for good', async () => {
  const harness = await withInstances();
  expect((await update(harness, 'demo-a', { Isolate: true })).body.Message).toContain('is isolated');
  expect(await row(harness, 'a')).toMatchObject({ isolated: true });
  await update(harness, 'demo-a', { Isolate: true });
  await update(harness, 'demo-a', { Isolate: false });
  expect(await row(harness, 'a')).toMatchObject({ isolated: false });
  expect((await update(harness, 'demo-a', { Detach: true })).body.Message).toContain('is detached');
  expect(await row(harness, 'a')).toMatchObject({ detached: true });
  const { uid } = await harness.service();
  const { rows } = await harness.store.read.events.list({ serviceUid: uid, offset: 0, limit: 10 });
  expect(rows.map(({ reason }) => reason).slice(0, 3)).toEqual([
    'InstanceDetached',
    'InstanceRejoined',
    'InstanceIsolated',
  ]);
});

it.each([
  ['demo-a', {}, 'MissingParameter', 'Isolate'],
  ['demo-a', { Isolate: 'yes' }, 'InvalidParameter', 'true or false'],
  ['demo-a', { Detach: false }, 'InvalidParameter', 'come back'],
  ['demo-a', { Isolate: true, Detach: true }, 'InvalidParameter', 'Detach'],
  ['demo-a', { Hibernate: true }, 'InvalidParameter', 'Hibernate'],
  ['demo-b', { Isolate: false }, 'InstanceDetached', 'DeleteServiceInstances'],
  ['nobody', { Isolate: true }, 'InstanceNotFound', 'nobody'],
])('refuses for %s %j', async (name, body, code, word) => {
  const harness = await withInstances();
  const answer = await update(harness, name, body);
  expect(answer.body.Code).toBe(code);
  expect(answer.body.Message).toContain(word);
});
