import type { DesiredState, ServiceState } from '@openeas/contracts';
import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

/** What was asked for when a service is in that state; Running elsewhere. */
const DESIRED: Partial<Record<ServiceState, DesiredState>> = {
  Stopping: 'Stopped',
  Stopped: 'Stopped',
  Deleting: 'Deleted',
  DeleteFailed: 'Deleted',
};

async function withDemo(state: ServiceState = 'Running'): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  expect((await harness.create()).status).toBe(200);
  const desired = DESIRED[state];
  const { uid } = await harness.service();
  if (desired !== undefined) await harness.store.transaction((tx) => tx.services.update(uid, { desired }));
  if (state !== 'Creating') await harness.reach(state);
  return harness;
}

const put = (harness: ControlHarness, rest: string, body?: unknown): Promise<ClientAnswer> =>
  harness.client.acs3({
    method: 'PUT',
    path: servicePath('demo', rest),
    ...(body !== undefined && { body }),
  });
const remove = (harness: ControlHarness): Promise<ClientAnswer> =>
  harness.client.acs3({ method: 'DELETE', path: servicePath('demo') });
const config = async (
  harness: ControlHarness,
): Promise<{ metadata: Record<string, unknown>; labels?: unknown }> =>
  JSON.parse((await harness.describe()).body.ServiceConfig);

it('shows a service as soon as it is created, with its event', async () => {
  const harness = await withDemo('Creating');
  const service = await harness.service();
  expect(service).toMatchObject({
    state: 'Creating',
    desired: 'Running',
    generation: 1,
    observedGeneration: 0,
    instanceCount: 2,
    token: 'demo-token',
  });
  expect((await harness.describe()).body).toMatchObject({
    ServiceUid: service.uid,
    Status: 'Creating',
    AccessToken: 'demo-token',
    InternetEndpoint: 'http://127.0.0.1:7300/api/predict/demo',
    PendingInstance: 2,
  });
  const { rows } = await harness.store.read.events.list({ serviceUid: service.uid, offset: 0, limit: 10 });
  expect(rows.map(({ reason }) => reason)).toEqual(['Creating']);
});

it('generates a token unless one is given, and takes the empty one as open to all', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const { token: _, ...plain } = DEMO;
  await harness.create(plain);
  await harness.create({ ...plain, name: 'open', token: '' });
  const generated = (await harness.describe()).body.AccessToken;
  expect(Buffer.from(generated, 'base64').toString()).toMatch(/^[0-9a-f]{40}$/);
  expect((await harness.describe('open')).body.AccessToken).toBe('');
});

it('never shows a token in the description', async () => {
  const harness = await withDemo();
  expect((await harness.describe()).body.ServiceConfig).not.toContain('demo-token');
});

it('refuses a description with all that is wrong about it, and keeps nothing', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const answer = await harness.create({ name: 'Demo!', processor: 'pmlm', metdata: { instance: 1 } });
  expect([answer.status, answer.body.Code]).toEqual([400, 'InvalidServiceDescription']);
  for (const word of ['Demo!', 'pmlm', 'metdata', 'metadata']) expect(answer.body.Message).toContain(word);
  expect((await harness.store.read.services.list()).total).toBe(0);
});

it('takes the text of a service.json as well as an object', async () => {
  const { client } = await ControlHarness.start(temporaryFolder());
  const path = '/api/v2/services';
  expect((await client.acs3({ method: 'POST', path, body: JSON.stringify(DEMO, null, 4) })).status).toBe(200);
  const twice = JSON.stringify(JSON.stringify({ ...DEMO, name: 'second' }));
  expect((await client.acs3({ method: 'POST', path, body: twice })).status).toBe(200);
  const broken = await client.acs3({ method: 'POST', path, body: '{"name": ' });
  expect([broken.status, broken.body.Code]).toEqual([400, 'InvalidJson']);
});

it('refuses a second service of the same name, also when both come at once', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const answers = await Promise.all(Array.from({ length: 5 }, () => harness.create()));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  expect((await harness.store.read.services.list()).total).toBe(1);
});

it('holds no more services than it may', async () => {
  const harness = await ControlHarness.start(temporaryFolder(), { maxServices: 1 });
  await harness.create();
  const answer = await harness.create({ ...DEMO, name: 'second' });
  expect([answer.status, answer.body.Code]).toEqual([409, 'TooManyServices']);
});

it('only starts or stops instances when nothing but their number changes', async () => {
  const harness = await withDemo();
  await harness.update({ metadata: { instance: 5 } });
  expect(await harness.service()).toMatchObject({
    state: 'Scaling',
    instanceCount: 5,
    generation: 2,
    currentVersion: 1,
  });
  const { uid } = await harness.service();
  expect(await harness.store.read.versions.get(uid, 1)).toMatchObject({ revision: 1 });
  expect((await config(harness)).metadata.instance).toBe(5);
});

it('changes the current version in place for other resources', async () => {
  const harness = await withDemo();
  await harness.update({ 'metadata.memory': 512 });
  expect(await harness.service()).toMatchObject({
    state: 'Updating',
    currentVersion: 1,
    latestVersion: 1,
    generation: 2,
  });
  const { uid } = await harness.service();
  expect(await harness.store.read.versions.get(uid, 1)).toMatchObject({ revision: 2 });
  expect((await harness.describe()).body.Memory).toBe(512);
});

it('adds a version for another model, and merges into what was there', async () => {
  const harness = await withDemo();
  const answer = await harness.update({ model_path: 'http://models/new.pmml' });
  expect(answer.body.Message).toBe('Succeed to update service [demo] in region [local]');
  expect(await harness.service()).toMatchObject({
    state: 'Updating',
    currentVersion: 2,
    latestVersion: 2,
    instanceCount: 2,
  });
  expect(await config(harness)).toMatchObject({
    model_path: 'http://models/new.pmml',
    metadata: { cpu: 1, memory: 256 },
  });
});

it('replaces the whole description when told, but not the token', async () => {
  const harness = await withDemo();
  const { token: _, ...plain } = DEMO;
  await harness.update({ ...plain, metadata: { instance: 1 } }, { UpdateType: 'replace' });
  expect((await config(harness)).metadata).toEqual({ instance: 1 });
  expect((await harness.describe()).body).toMatchObject({ AccessToken: 'demo-token', CurrentVersion: 2 });
});

it('changes labels and gateway limits without touching an instance', async () => {
  const harness = await withDemo();
  await harness.update({ labels: { a: '1', b: '2' } });
  await harness.update({ labels: { a: null }, networking: { gateway_policy: { rate_limit: { limit: 9 } } } });
  const service = await harness.service();
  expect(service).toMatchObject({ state: 'Running', labels: { b: '2' }, generation: 3 });
  expect(await harness.store.read.versions.get(service.uid, 1)).toMatchObject({ revision: 1 });
});

it('does nothing when asked for what is there', async () => {
  const harness = await withDemo();
  const before = await harness.service();
  expect((await harness.update({ metadata: { cpu: 1 } })).status).toBe(200);
  expect((await put(harness, '/scale', { Instance: 2 })).status).toBe(200);
  expect((await put(harness, '/version', { Version: 1 })).status).toBe(200);
  expect(await harness.service()).toEqual(before);
});

it('leaves everything alone when an update is not valid', async () => {
  const harness = await withDemo();
  const before = await harness.service();
  for (const [patch, code] of [
    [{ metadata: { instance: -1 } }, 'InvalidServiceDescription'],
    [{ processor: 'unheard_of' }, 'InvalidServiceDescription'],
    [{ model_path: null }, 'InvalidServiceDescription'],
    [{ name: 'other' }, 'InvalidParameter'],
  ] as const) {
    expect((await harness.update(patch)).body.Code).toBe(code);
  }
  expect((await harness.update({}, { UpdateType: 'rollback' })).body.Message).toContain('merge, replace');
  expect((await harness.update({}, { MemberToUpdate: 'x' })).body.Code).toBe('InvalidParameter');
  expect(await harness.service()).toEqual(before);
});

it('switches to any kept version and keeps number of instances and token', async () => {
  const harness = await withDemo();
  await harness.update({ model_path: 'http://models/2.pmml' });
  await harness.update({ token: 'newer-token' });
  await put(harness, '/scale', { Instance: 4 });
  await harness.reach('Running');
  const answer = await put(harness, '/version', { Version: 1 });
  expect(answer.body.Message).toBe('Service [demo] in region [local] is starting');
  expect(await harness.service()).toMatchObject({
    currentVersion: 1,
    latestVersion: 2,
    instanceCount: 4,
    state: 'Updating',
  });
  expect((await config(harness)).metadata.instance).toBe(4);
  expect((await harness.describe()).body.AccessToken).toBe('newer-token');
  await harness.update({ model_path: 'http://models/3.pmml' });
  expect(await harness.service()).toMatchObject({ currentVersion: 3, latestVersion: 3 });
  const missing = await put(harness, '/version', { Version: 9 });
  expect([missing.status, missing.body.Message]).toEqual([
    404,
    expect.stringContaining('kept versions: 3, 2, 1'),
  ]);
});

it('keeps ten versions, and never lets go of one that an instance runs', async () => {
  const harness = await withDemo();
  await addInstance(harness, 'old');
  for (let n = 2; n <= 14; n++) await harness.update({ model_path: `http://models/${n}.pmml` });
  const { body } = await harness.client.acs3({
    method: 'GET',
    path: servicePath('demo', '/versions'),
    query: { PageSize: '3' },
  });
  expect(body.TotalCount).toBe(10);
  expect(body.Versions.map((version: { ImageId: number }) => version.ImageId)).toEqual([14, 13, 12]);
  expect(await harness.store.read.versions.get((await harness.service()).uid, 1)).toBeDefined();
});

it('shows which versions have run and run still, also during an update', async () => {
  const harness = await withDemo();
  await addInstance(harness, 'old');
  await harness.update({ model_path: 'http://models/2.pmml' });
  const path = servicePath('demo', '/versions');
  const { body } = await harness.client.acs3({ method: 'GET', path });
  const runnable = body.Versions.map((version: { ServiceRunnable: string }) => version.ServiceRunnable);
  expect(runnable).toEqual(['unknown', 'true']);
});

it('scales in the instances that are named', async () => {
  const harness = await withDemo();
  await addInstance(harness, 'i1');
  await addInstance(harness, 'i2');
  expect((await put(harness, '/scale', { Instance: 1, InstancesToDelete: ['demo-i9'] })).body.Code).toBe(
    'InstanceNotFound',
  );
  expect((await put(harness, '/scale', { Instance: 2, InstancesToDelete: ['demo-i1'] })).body.Code).toBe(
    'InvalidParameter',
  );
  expect((await put(harness, '/scale', { Instance: 1, InstancesToDelete: ['demo-i1'] })).status).toBe(200);
  expect(await harness.service()).toMatchObject({
    instanceCount: 1,
    instancesToDelete: ['demo-i1'],
    state: 'Scaling',
  });
  for (const Instance of [-1, 1.5, 1001, '3', null]) {
    expect((await put(harness, '/scale', { Instance })).status).toBe(400);
  }
});

it('stops, changes while stopped, and starts again', async () => {
  const harness = await withDemo();
  expect((await put(harness, '/stop')).body.Message).toBe('Service [demo] in region [local] is stopping');
  expect(await harness.service()).toMatchObject({ desired: 'Stopped', state: 'Stopping' });
  await harness.reach('Stopped');
  await put(harness, '/scale', { Instance: 7 });
  await harness.update({ metadata: { memory: 999 } });
  expect(await harness.service()).toMatchObject({ state: 'Stopped', instanceCount: 7 });
  expect((await put(harness, '/start')).body.Message).toBe('Service [demo] in region [local] is starting');
  expect(await harness.service()).toMatchObject({ desired: 'Running', state: 'Starting', instanceCount: 7 });
});

it('takes a repeated start, stop and delete for the same wish', async () => {
  const harness = await withDemo();
  await put(harness, '/stop');
  const stopping = await harness.service();
  expect((await put(harness, '/stop')).status).toBe(200);
  expect(await harness.service()).toEqual(stopping);
  await put(harness, '/start');
  const starting = await harness.service();
  expect((await put(harness, '/start')).status).toBe(200);
  expect(await harness.service()).toEqual(starting);
  await remove(harness);
  const deleting = await harness.service();
  expect((await remove(harness)).body.Message).toBe('Service [demo] in region [local] is terminating');
  expect(await harness.service()).toEqual(deleting);
});

it('tries a failed service again, and a failed deletion', async () => {
  const harness = await withDemo('Failed');
  await put(harness, '/start');
  expect(await harness.service()).toMatchObject({ state: 'Starting', generation: 2 });
  await remove(harness);
  await harness.reach('DeleteFailed');
  await remove(harness);
  expect(await harness.service()).toMatchObject({ state: 'Deleting', desired: 'Deleted', generation: 4 });
});

it('replaces instances that were there when a restart was asked for', async () => {
  const harness = await withDemo();
  const before = Date.now();
  expect((await put(harness, '/restart')).body.Message).toBe('Service is restarting');
  const service = await harness.service();
  expect(service.restartedAt).toBeGreaterThanOrEqual(before);
  expect(service).toMatchObject({ state: 'Updating', generation: 2 });
});

it.each<[ServiceState, string, unknown, string]>([
  ['Running', '/start', undefined, 'Stopped, Stopping, Starting, Failed'],
  ['Stopped', '/stop', undefined, 'Creating, Waiting, Running'],
  ['Stopped', '/restart', undefined, 'Running'],
  ['Deleting', '/start', undefined, 'Stopped'],
  ['Deleting', '/scale', { Instance: 1 }, 'Running'],
  ['Deleting', '/version', { Version: 1 }, 'Running'],
  ['Deleting', '/label', { Labels: { a: 'b' } }, 'Running'],
  ['DeleteFailed', '', { metadata: { cpu: 2 } }, 'Running'],
])(
  'a service that is %s refuses PUT %s, and says when it would take it',
  async (state, rest, body, allowed) => {
    const harness = await withDemo(state);
    const before = await harness.service();
    const answer = await put(harness, rest, body);
    expect([answer.status, answer.body.Code]).toEqual([409, 'ServiceStateConflict']);
    expect(answer.body.Message).toContain(`is ${state};`);
    expect(answer.body.Message).toContain(allowed);
    expect(await harness.service()).toEqual(before);
  },
);

it('refuses what the safety lock forbids until it is lifted', async () => {
  const harness = await withDemo();
  expect((await put(harness, '/lock', { Lock: 'dangerous' })).body.Message).toBe(
    'service safety lock updated to dangerous',
  );
  for (const answer of [await put(harness, '/stop'), await remove(harness)]) {
    expect([answer.status, answer.body.Code]).toEqual([403, 'ServiceLocked']);
  }
  expect((await put(harness, '/scale', { Instance: 3 })).status).toBe(200);
  await put(harness, '/lock', { Lock: 'all' });
  expect((await put(harness, '/scale', { Instance: 4 })).body.Code).toBe('ServiceLocked');
  expect((await put(harness, '/lock', { Lock: 'some' })).body.Message).toContain('none, dangerous, all');
  await put(harness, '/lock', { Lock: 'none' });
  expect((await remove(harness)).status).toBe(200);
});

it('adds and deletes labels', async () => {
  const harness = await withDemo();
  await put(harness, '/label', { Labels: { a: '1', 'b.c/d': 'x y' } });
  await put(harness, '/label', { Labels: { a: '2' } });
  expect((await harness.describe()).body.Labels).toEqual([
    { LabelKey: 'a', LabelValue: '2' },
    { LabelKey: 'b.c/d', LabelValue: 'x y' },
  ]);
  const path = servicePath('demo', '/label');
  const query = { LabelKeys: '["b.c/d"]', Keys: 'a,never' };
  expect((await harness.client.acs3({ method: 'DELETE', path, query })).status).toBe(200);
  expect((await harness.service()).labels).toEqual({});
  expect((await harness.client.acs3({ method: 'DELETE', path })).body.Code).toBe('MissingParameter');
  expect((await put(harness, '/label', { Labels: { a: 1 } })).body.Code).toBe('InvalidParameter');
});

it('tells of keys that have no effect here, once', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create({ ...DEMO, metadata: { ...DEMO.metadata, 'rpc.enable_jemalloc': true } });
  const { uid } = await harness.service();
  const notes = async (): Promise<string[]> =>
    (await harness.store.read.events.list({ serviceUid: uid, offset: 0, limit: 50 })).rows
      .filter(({ reason }) => reason === 'KeyWithoutEffect')
      .map(({ message }) => message);
  expect(await notes()).toEqual([expect.stringContaining('enable_jemalloc')]);
  await harness.update({ metadata: { memory: 1 } });
  expect(await notes()).toHaveLength(1);
});

it('answers for the region it is, and for no other', async () => {
  const { client } = await withDemo();
  const answer = await client.acs3({ method: 'GET', path: '/api/v2/services/cn-shanghai/demo' });
  expect([answer.status, answer.body.Message]).toEqual([404, expect.stringContaining('[local]')]);
});
