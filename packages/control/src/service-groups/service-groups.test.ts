import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import { RouteReader } from '../testing/route-reader.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const GROUPS = '/api/v2/groups';
const groupPath = (name: string, rest = ''): string => `${GROUPS}/local/${name}${rest}`;
const inGroup = (name: string, group = 'ranking', other: object = {}): object => ({
  ...DEMO,
  name,
  token: `token-of-${name}`,
  metadata: { ...DEMO.metadata, instance: 1, group },
  ...other,
});
const GROUPING = { networking: { traffic_state: 'grouping' } };

/** A harness with a ready service for each name, in the group `ranking` and taking part. */
async function group(...names: string[]): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  for (const name of names) await add(harness, name);
  return harness;
}

async function add(harness: ControlHarness, name: string, other: object = GROUPING): Promise<void> {
  const created = await harness.create(inGroup(name, 'ranking', other));
  expect([created.status, created.text]).toEqual([200, expect.any(String)]);
  await addInstance(harness, `i-${name}`, {}, name);
  await harness.reach('Running', name);
}

const describeGroup = (harness: ControlHarness, name = 'ranking'): Promise<ClientAnswer> =>
  harness.call('DescribeGroup', { method: 'GET', path: groupPath(name) });
const updateGroup = (harness: ControlHarness, body: object): Promise<ClientAnswer> =>
  harness.call('UpdateGroup', { method: 'PUT', path: groupPath('ranking'), body });
const createGroup = (harness: ControlHarness, body: object): Promise<ClientAnswer> =>
  harness.call('CreateGroup', { method: 'POST', path: GROUPS, body });
const deleteGroup = (harness: ControlHarness, query: Record<string, string> = {}): Promise<ClientAnswer> =>
  harness.call('DeleteGroup', { method: 'DELETE', path: groupPath('ranking'), query });
const remove = (harness: ControlHarness, name: string): Promise<ClientAnswer> =>
  harness.call('DeleteService', { method: 'DELETE', path: servicePath(name) });
const release = (harness: ControlHarness, name: string, body: object): Promise<ClientAnswer> =>
  harness.call('ReleaseService', { method: 'PUT', path: servicePath(name, '/release'), body });

/** Weights of the group's address once they are as told. */
async function untilShares(reader: RouteReader, expected: Record<string, number>): Promise<void> {
  const shares = (): object =>
    Object.fromEntries(
      reader
        .routes()
        .get('ranking')
        ?.backends.map(({ serviceName, weight }) => [serviceName, weight]) ?? [],
    );
  await reader.until(() => JSON.stringify(shares()) === JSON.stringify(expected));
}

it('is made by the first service that names it and goes with the last', async () => {
  const harness = await group('stable');
  const { body } = await describeGroup(harness);
  expect(body).toMatchObject({ Name: 'ranking', TrafficMode: 'auto', ClusterId: 'local' });
  expect(body.IntranetEndpoint).toMatch(/\/api\/predict\/ranking$/);
  const service = (await harness.describe('stable')).body;
  expect(service).toMatchObject({ ServiceGroup: 'ranking', TrafficState: 'grouping', Weight: 100 });
  expect(service.IntranetEndpoint).toMatch(/\/api\/predict\/ranking\.stable$/);
  expect((await harness.describe('ranking.stable')).body.ServiceName).toBe('stable');
  expect((await harness.describe('other.stable')).body.Code).toBe('ServiceNotFound');
  const reader = await RouteReader.open(harness.client.address);
  expect([...reader.routes().keys()].sort()).toEqual(['ranking', 'stable']);
  await remove(harness, 'stable');
  expect((await describeGroup(harness)).body.Code).toBe('GroupNotFound');
  await reader.until(() => reader.routes().size === 0);
});

it('takes no traffic into a service before it is told to', async () => {
  const harness = await group('stable');
  await add(harness, 'trial', {});
  const reader = await RouteReader.open(harness.client.address);
  await untilShares(reader, { stable: 1 });
  expect(reader.routes().get('trial')).toMatchObject({ aliases: ['ranking.trial'], notReady: null });
  expect((await harness.describe('trial')).body).toMatchObject({ TrafficState: 'standalone', Weight: 0 });
  const released = await release(harness, 'trial', { TrafficState: 'grouping' });
  expect(released.status).toBe(200);
  await untilShares(reader, { stable: 1, trial: 1 });
  // The description says the same, so that a later change of something else does not take it back.
  await harness.update({ metadata: { memory: 300 } }, {}, 'trial');
  expect((await harness.describe('trial')).body).toMatchObject({ TrafficState: 'grouping', Weight: 50 });
  await release(harness, 'trial', { TrafficState: 'standalone' });
  await untilShares(reader, { stable: 1 });
});

it('counts instances in mode auto, and weights in mode customized', async () => {
  const harness = await group('stable', 'canary');
  await addInstance(harness, 'i2-stable', {}, 'stable');
  const reader = await RouteReader.open(harness.client.address);
  await untilShares(reader, { stable: 2, canary: 1 });
  const early = await release(harness, 'canary', { Weight: 5 });
  expect(early.body).toMatchObject({ Code: 'ReleaseRefused' });
  expect(early.body.Message).toContain('eascmd group modify ranking --mode customized');
  expect((await updateGroup(harness, { TrafficMode: 'customized' })).status).toBe(200);
  await untilShares(reader, { stable: 100, canary: 100 });
  await release(harness, 'canary', { Weight: 5 });
  await untilShares(reader, { stable: 100, canary: 5 });
  expect((await harness.describe('canary')).body.Weight).toBe(5);
  const stopped = await harness.call('StopService', { method: 'PUT', path: servicePath('stable', '/stop') });
  expect(stopped.status).toBe(200);
  await untilShares(reader, { stable: 0, canary: 5 });
});

it('opens its address with its own token, and its services with theirs and its own', async () => {
  const harness = await group('stable');
  const token = (await describeGroup(harness)).body.AccessToken;
  const reader = await RouteReader.open(harness.client.address);
  expect(reader.routes().get('ranking')?.tokens).toEqual([token]);
  expect(reader.routes().get('stable')?.tokens).toEqual(['token-of-stable', token]);
  const endpoints = await harness.call('DescribeServiceEndpoints', {
    method: 'GET',
    path: servicePath('stable', '/endpoints'),
  });
  expect(endpoints.body.Endpoints).toMatchObject([{ PathType: 'Service' }, { PathType: 'Group' }]);
});

it('lets a running service come, change and leave without touching its instances or its own address', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'first');
  await harness.reach('Running');
  const reader = await RouteReader.open(harness.client.address);
  const own = (): string => JSON.stringify(reader.routes().get('demo')?.backends);
  const before = own();
  const revision = async (): Promise<number | undefined> =>
    (await harness.store.read.versions.get((await harness.service()).uid, 1))?.revision;
  await harness.update({ metadata: { group: 'ranking' }, ...GROUPING });
  await untilShares(reader, { demo: 1 });
  expect(reader.routes().get('demo')?.aliases).toEqual(['ranking.demo']);
  await harness.update({ metadata: { group: 'search' } });
  await reader.until(() => reader.routes().has('search') && !reader.routes().has('ranking'));
  expect((await describeGroup(harness)).body.Code).toBe('GroupNotFound');
  await harness.update({ metadata: { group: '' }, networking: { traffic_state: 'standalone' } });
  await reader.until(() => !reader.routes().has('search'));
  expect(own()).toBe(before);
  expect(reader.routes().get('demo')).toMatchObject({ tokens: ['demo-token'], notReady: null });
  expect(await revision()).toBe(1);
  expect(await harness.service()).toMatchObject({ serviceGroup: '', released: false, weight: 100 });
});

it.each([[''], [null]])(
  'lets a service that takes part leave by %j as the name of its group',
  async (name) => {
    const harness = await group('stable', 'canary');
    const left = await harness.update({ metadata: { group: name } }, {}, 'canary');
    expect([left.status, left.text]).toEqual([200, expect.any(String)]);
    expect(await harness.service('canary')).toMatchObject({ serviceGroup: '', released: false });
    expect(String((await harness.describe('canary')).body.ServiceConfig)).not.toContain('traffic_state');
    const odd = { metadata: { group: '' }, networking: { traffic_state: 'grouping' } };
    expect((await harness.update(odd, {}, 'stable')).body.Code).toBe('InvalidParameter');
  },
);

it('keeps a service in its group when it goes to another version', async () => {
  const harness = await group('stable');
  await harness.update({ model_path: 'http://models/next.pmml' }, {}, 'stable');
  await harness.reach('Running', 'stable');
  await release(harness, 'stable', { TrafficState: 'standalone' });
  const switched = await harness.call('UpdateServiceVersion', {
    method: 'PUT',
    path: servicePath('stable', '/version'),
    body: { Version: 1 },
  });
  expect(switched.status).toBe(200);
  const { body } = await harness.describe('stable');
  expect(body).toMatchObject({ ServiceGroup: 'ranking', TrafficState: 'standalone' });
  expect(String(body.ServiceConfig)).not.toContain('grouping');
});

it('stays without services when it was made by CreateGroup, and is deleted with them only when told to', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const created = await createGroup(harness, { Name: 'ranking', Labels: { team: 'ads' } });
  expect(created.body.Message).toBe('Create service group ranking successfully');
  expect((await createGroup(harness, { Name: 'ranking' })).body.Code).toBe('GroupAlreadyExists');
  await add(harness, 'stable');
  await add(harness, 'canary');
  await remove(harness, 'canary');
  const kept = await deleteGroup(harness);
  expect(kept.body).toMatchObject({ Code: 'GroupNotEmpty' });
  expect(kept.body.Message).toContain('[stable]');
  expect(kept.body.Message).not.toContain('[canary]');
  const gone = await deleteGroup(harness, { CascadeDelete: 'true' });
  expect(gone.body.Message).toBe('Delete service group ranking successfully');
  expect((await harness.service('stable')).desired).toBe('Deleted');
  expect((await describeGroup(harness)).body.Code).toBe('GroupNotFound');
});

it('deletes all of its services or, when one is locked, none', async () => {
  const harness = await group('stable', 'canary');
  const lock = { method: 'PUT', path: servicePath('canary', '/lock'), body: { Lock: 'dangerous' } };
  expect((await harness.call('UpdateServiceSafetyLock', lock)).status).toBe(200);
  const refused = await deleteGroup(harness, { CascadeDelete: 'true' });
  expect(refused.body).toMatchObject({ Code: 'ServiceLocked' });
  expect((await harness.service('stable')).desired).toBe('Running');
  expect((await describeGroup(harness)).status).toBe(200);
});

it('shares no name with a service', async () => {
  const harness = await group('stable');
  expect((await harness.create({ ...DEMO, name: 'ranking' })).body.Code).toBe('GroupNameTaken');
  expect((await createGroup(harness, { Name: 'stable' })).body.Code).toBe('GroupNameTaken');
  expect((await harness.create(inGroup('fresh', 'stable'))).body.Code).toBe('GroupNameTaken');
  expect((await harness.create(inGroup('fresh', 'fresh'))).body.Code).toBe('GroupNameTaken');
  expect((await createGroup(harness, { Name: 'Not.a name' })).body.Message).toContain(
    'Name: "Not.a name" is not valid',
  );
});

it('is no blue-green group', async () => {
  const harness = await group('stable');
  const partner = { ...DEMO, name: 'stable', metadata: { ...DEMO.metadata, release: true } };
  expect((await harness.create(partner)).body).toMatchObject({ Code: 'ReleaseRefused' });
  await harness.create();
  await harness.create({ ...DEMO, metadata: { ...DEMO.metadata, release: true } });
  const joined = await harness.update({ metadata: { group: 'ranking' } });
  expect(joined.body).toMatchObject({ Code: 'GroupRefused' });
  expect(joined.body.Message).toContain('blue-green services of [demo]');
});

it.each([
  ['grouping without a group', { ...DEMO, ...GROUPING }, 'metadata.group beside it'],
  ['a name that is none', inGroup('fresh', 'A.B'), 'a name like those of services'],
])('refuses %s', async (_, description, words) => {
  const harness = await ControlHarness.start(temporaryFolder());
  const { status, body } = await harness.create(description);
  expect(status).toBe(400);
  expect(body.Message).toContain(words);
});

it.each([
  [{ Network: { GatewayId: 'gw-1' } }, 'InvalidParameter'],
  [{ TrafficMode: 'even' }, 'InvalidParameter'],
  [{}, 'MissingParameter'],
])('refuses to be changed by %j', async (body, code) => {
  const harness = await group('stable');
  expect((await updateGroup(harness, body)).body.Code).toBe(code);
});

it('is found by name, labels and mode, and lists its services', async () => {
  const harness = await group('stable', 'canary');
  await createGroup(harness, { Name: 'search', Labels: { team: 'web' } });
  const names = async (query: Record<string, string>): Promise<string[]> =>
    (await harness.call('ListGroups', { method: 'GET', path: GROUPS, query })).body.Groups.map(
      (each: { Name: string }) => each.Name,
    );
  expect(await names({})).toEqual(['search', 'ranking']);
  expect(await names({ Filter: 'rank' })).toEqual(['ranking']);
  expect(await names({ Labels: '{"team":"web"}' })).toEqual(['search']);
  expect(await names({ TrafficMode: 'customized' })).toEqual([]);
  expect(await names({ PageSize: '1', PageNumber: '2' })).toEqual(['ranking']);
  const services = await harness.call('ListServices', {
    method: 'GET',
    path: '/api/v2/services',
    query: { GroupName: 'ranking' },
  });
  expect(services.body.TotalCount).toBe(2);
});

it('writes into the audit what was done to the group', async () => {
  const harness = await group('stable');
  await updateGroup(harness, { TrafficMode: 'customized' });
  const { rows } = await harness.store.read.audit.list({ resource: 'group/ranking', offset: 0, limit: 10 });
  expect(rows.map(({ action, outcome }) => [action, outcome])).toEqual([['UpdateGroup', 'Success']]);
});
