import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

type Query = Readonly<Record<string, string>>;

const get = (harness: ControlHarness, rest: string, query: Query = {}): Promise<ClientAnswer> =>
  harness.client.acs3({
    method: 'GET',
    path: rest === '' ? '/api/v2/services' : servicePath('demo', rest),
    query,
  });

async function withServices(): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  const rows: [string, Query, object][] = [
    ['alpha', { WorkspaceId: '1', Labels: '{"team":"x"}' }, {}],
    ['beta', { WorkspaceId: '2' }, { labels: { team: 'x', tier: '1' } }],
    ['alphabet', {}, {}],
  ];
  for (const [name, query, more] of rows) {
    expect((await harness.create({ ...DEMO, name, ...more }, query)).status).toBe(200);
  }
  await harness.reach('Running', 'beta');
  return harness;
}

it('lists services by every filter of the API', async () => {
  const harness = await withServices();
  const { uid, callerUid } = await harness.service('beta');
  const cases: [Query, string][] = [
    [{ Sort: 'ServiceName', Order: 'asc' }, 'alpha alphabet beta'],
    [{ Sort: 'ServiceName', Order: 'Desc' }, 'beta alphabet alpha'],
    [{ Filter: 'alph' }, 'alpha alphabet'],
    [{ ServiceName: 'alpha' }, 'alpha'],
    [{ ServiceUid: uid }, 'beta'],
    [{ ServiceStatus: 'Running' }, 'beta'],
    [{ ServiceStatus: 'Creating,Failed' }, 'alpha alphabet'],
    [{ Label: '{"team":"x"}' }, 'alpha beta'],
    [{ Label: '{"team":"x","tier":"1"}' }, 'beta'],
    [{ WorkspaceId: '1' }, 'alpha alphabet'],
    [{ WorkspaceId: '1', IncludeNoWorkspace: 'false' }, 'alpha'],
    [{ CallerUid: callerUid }, 'alpha alphabet beta'],
    [{ CallerUid: '1' }, ''],
    [
      { ServiceType: 'Standard', ResourceType: 'PublicResource', AutoscalerEnabled: 'false' },
      'alpha alphabet beta',
    ],
    [{ ServiceType: 'LLM' }, ''],
    [{ QuotaId: 'quota1' }, ''],
    [{ AutoscalerEnabled: 'true' }, ''],
    [{ TrafficState: 'standalone', Gateway: '' }, 'alpha alphabet beta'],
  ];
  for (const [query, expected] of cases) {
    const { body } = await get(harness, '', query);
    const names = body.Services.map((service: { ServiceName: string }) => service.ServiceName);
    expect([query, 'Sort' in query ? names.join(' ') : names.sort().join(' ')]).toEqual([query, expected]);
    expect(body.TotalCount).toBe(names.length);
  }
});

it('pages through services, newest first', async () => {
  const harness = await withServices();
  const { createdAt, uid } = await harness.service('alpha');
  await harness.store.transaction((tx) => tx.services.update(uid, { createdAt: createdAt + 60_000 }));
  const page = async (PageNumber: string): Promise<[string[], number]> => {
    const { body } = await get(harness, '', { PageNumber, PageSize: '2' });
    expect(body).toMatchObject({ PageNumber: Number(PageNumber), PageSize: 2 });
    return [body.Services.map((service: { ServiceName: string }) => service.ServiceName), body.TotalCount];
  };
  const [first, second, third] = [await page('1'), await page('2'), await page('3')];
  expect(first[0][0]).toBe('alpha');
  expect([...first[0], ...second[0]].sort()).toEqual(['alpha', 'alphabet', 'beta']);
  expect([first[1], second[1], third]).toEqual([3, 3, [[], 3]]);
  expect((await get(harness, '')).body).toMatchObject({ PageNumber: 1, PageSize: 100 });
});

it.each<[Query, string]>([
  [{ Colour: 'red' }, 'Colour'],
  [{ PageNumber: '0' }, 'PageNumber'],
  [{ PageNumber: 'one' }, 'PageNumber'],
  [{ PageSize: '1001' }, 'PageSize'],
  [{ Order: 'sideways' }, 'asc, desc'],
  [{ Sort: 'Colour' }, 'CreateTime, UpdateTime, ServiceName, Status'],
  [{ ServiceStatus: 'Broken' }, 'Stopped'],
  [{ AutoscalerEnabled: 'yes' }, 'true or false'],
  [{ Label: '{' }, 'JSON'],
  [{ Label: '["a"]' }, 'an object of texts'],
])('refuses the query %j and names what it expected', async (query, word) => {
  const harness = await ControlHarness.start(temporaryFolder());
  const answer = await get(harness, '', query);
  expect([answer.status, answer.body.Code]).toEqual([400, 'InvalidParameter']);
  expect(answer.body.Message).toContain(word);
});

it('refuses unknown body keys and bodies that are no object', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  const scale = (body: unknown): Promise<ClientAnswer> =>
    harness.client.acs3({ method: 'PUT', path: servicePath('demo', '/scale'), body });
  expect((await scale({ Instance: 1, Speed: 'fast' })).body.Message).toContain('Speed');
  expect((await scale([1])).body.Code).toBe('InvalidJson');
  expect((await scale('{"Instance":')).body.Code).toBe('InvalidJson');
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  expect((await scale(`{"Instance":${deep}}`)).body.Code).toBe('InvalidJson');
  expect(
    (await harness.update(JSON.parse(`{"labels":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`))).body.Code,
  ).toBe('InvalidJson');
  expect((await scale({})).body.Code).toBe('MissingParameter');
});

it('lists instances by filter, order and page', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'i1', { startedAt: 3000 });
  await addInstance(harness, 'i2', { startedAt: 1000, phase: 'Loading', host: '10.0.0.2' });
  await addInstance(harness, 'i3', { startedAt: 2000, desired: 'Stopped', drainingAt: 5, revision: 9 });
  const cases: [Query, string][] = [
    [{}, 'demo-i1 demo-i3 demo-i2'],
    [{ Order: 'asc' }, 'demo-i2 demo-i3 demo-i1'],
    [{ Sort: 'InstanceName', Order: 'Asc' }, 'demo-i1 demo-i2 demo-i3'],
    [{ PageNumber: '2', PageSize: '2' }, 'demo-i2'],
    [{ Filter: 'I3' }, 'demo-i3'],
    [{ InstanceName: 'demo-i1' }, 'demo-i1'],
    [{ InstanceStatus: 'Running' }, 'demo-i1'],
    [{ InstanceStatus: 'Loading' }, 'demo-i2'],
    [{ InstanceStatus: 'Draining' }, 'demo-i3'],
    [{ InstanceIP: '10.0.0.2' }, 'demo-i2'],
    [{ IsSpot: 'true' }, ''],
    [{ Role: 'Standard', ResourceType: 'PublicResource', IsSpot: 'false' }, 'demo-i1 demo-i3 demo-i2'],
    [{ Role: 'Queue' }, ''],
  ];
  for (const [query, expected] of cases) {
    const { body } = await get(harness, '/instances', query);
    const names = body.Instances.map((instance: { InstanceName: string }) => instance.InstanceName);
    expect([query, names.join(' ')]).toEqual([query, expected]);
  }
  const { body } = await get(harness, '/instances');
  expect(body.Instances.map(({ IsLatest }: { IsLatest: boolean }) => IsLatest)).toEqual([true, false, true]);
});

it('finds events by time, kind and instance', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  const { uid } = await harness.service();
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const day = 24 * 3_600_000;
  const event = {
    serviceUid: uid,
    serviceName: 'demo',
    versionId: 1,
    availableInstance: 1,
    unavailableInstance: 0,
  };
  await harness.store.transaction(async (tx) => {
    await tx.events.append({
      ...event,
      instanceName: '',
      type: 'Normal',
      reason: 'A',
      message: 'a',
      time: at,
    });
    await tx.events.append({
      ...event,
      instanceName: 'demo-1',
      type: 'Warning',
      reason: 'B',
      message: 'b',
      time: at + 1000,
    });
    await tx.events.append({
      ...event,
      instanceName: '',
      type: 'Normal',
      reason: 'C',
      message: 'c',
      time: at - 8 * day,
    });
  });
  const reasons = async (query: Query): Promise<string> =>
    (await get(harness, '/events', query)).body.Events.map((each: { Reason: string }) => each.Reason).join(
      ' ',
    );
  // Without a start: the seven days before the end, which is now unless given.
  expect(await reasons({})).toBe('Creating');
  expect(await reasons({ EndTime: '2026-01-02 03:04:05' })).toBe('A');
  expect(await reasons({ EndTime: '2026-01-02 03:04:06' })).toBe('B A');
  expect(await reasons({ StartTime: '2025-12-01 00:00:00', EndTime: '2026-01-03T00:00:00Z' })).toBe('C B A');
  expect(await reasons({ StartTime: '2025-12-01 00:00:00', EventType: 'Warning' })).toBe('B');
  expect(await reasons({ StartTime: '2025-12-01 00:00:00', InstanceName: 'demo-1' })).toBe('B');
  const paged = await get(harness, '/events', {
    StartTime: '2025-12-01 00:00:00',
    PageNum: '2',
    PageSize: '3',
  });
  expect(paged.body).toMatchObject({ PageNum: 2, TotalCount: 4, TotalPageNum: 2 });
  expect(paged.body.Events).toHaveLength(1);
  const found = await get(harness, '/events', { EndTime: '2026-01-02 03:04:06', EventType: 'warning' });
  expect(found.body.Events).toEqual([
    {
      Message: '{"versionId":1,"message":"b","availableInstance":1,"unavailableInstance":0}',
      Reason: 'B',
      Resource: 'Pod',
      Time: '2026-01-02 03:04:06',
      Type: 'Warning',
    },
  ]);
  expect((await get(harness, '/events', { StartTime: 'yesterday' })).body.Message).toContain(
    '2006-01-02 15:04:05',
  );
});

it('reads logs of instances in the order of time, by page, word, time and run', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'i1');
  await addInstance(harness, 'i2', { host: '10.0.0.2' });
  const folder = join(harness.folder, 'logs');
  mkdirSync(folder);
  const file = (name: string, ...lines: string[]): string => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    return join(folder, name);
  };
  harness.logFiles.set('i1', [
    file('1.old', '2026-01-02T03:00:01.000Z INFO one'),
    join(folder, 'rotated away meanwhile'),
    file('1', '2026-01-02T03:00:03.500Z ERROR three', '  at somewhere', '2026-01-02T03:00:05.000Z INFO five'),
  ]);
  harness.logFiles.set('i2', [
    file('2', '2026-01-02 03:00:02 INFO two', '[2026-01-02 03:00:04,250] INFO four'),
  ]);
  harness.logFiles.set('i1 previous', [file('1.previous', 'out of memory')]);
  const words = async (query: Query): Promise<string> => {
    const { body } = await get(harness, '/logs', query);
    return body.Logs.map((line: string) => line.split(' ').at(-1)).join(' ');
  };
  expect(await words({})).toBe('one two three somewhere four five');
  expect(await words({ PageNum: '2', PageSize: '2' })).toBe('three somewhere');
  expect((await get(harness, '/logs', { PageNum: '2', PageSize: '4' })).body).toMatchObject({
    PageNum: 2,
    TotalCount: 6,
    TotalPageNum: 2,
    Logs: ['[demo-i2] [2026-01-02 03:00:04,250] INFO four', '[demo-i1] 2026-01-02T03:00:05.000Z INFO five'],
  });
  expect(await words({ InstanceName: 'demo-i2' })).toBe('two four');
  expect(await words({ Ip: '127.0.0.1' })).toBe('one three somewhere five');
  expect(await words({ Keyword: 'ERROR' })).toBe('three');
  expect(await words({ StartTime: '2026-01-02 03:00:02', EndTime: '2026-01-02 03:00:03' })).toBe(
    'two three somewhere',
  );
  expect(await words({ Previous: 'true' })).toBe('memory');
  expect((await get(harness, '/logs', { InstanceName: 'demo-i9' })).body.Code).toBe('InstanceNotFound');
  // The name under which ListServiceContainers shows the one process of an instance.
  expect((await get(harness, '/logs', { ContainerName: 'worker0' })).body).toMatchObject({ PageNum: 1 });
  expect((await get(harness, '/logs', { ContainerName: 'other' })).body).toMatchObject({
    Code: 'InvalidParameter',
    Message: expect.stringContaining('worker0'),
  });
});
