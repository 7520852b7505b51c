import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import { RouteReader } from '../testing/route-reader.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

/** `demo` and `shadow`, both with one ready instance. */
async function two(): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  for (const name of ['demo', 'shadow']) {
    await harness.create({ ...DEMO, name });
    await addInstance(harness, `i-${name}`, {}, name);
    await harness.reach('Running', name);
  }
  return harness;
}

const mirror = (harness: ControlHarness, method: string, body?: object): Promise<ClientAnswer> => {
  const action = { POST: 'Create', GET: 'Describe', PUT: 'Update', DELETE: 'Delete' }[method];
  const path = servicePath('demo', '/mirror');
  return harness.call(`${action}ServiceMirror`, { method, path, ...(body !== undefined && { body }) });
};

const mirrorOf = (reader: RouteReader, name = 'demo'): object | undefined =>
  reader.routes().get(name)?.backends[0]?.mirror;

it('tells gateways whom to copy to, and follows the instances of the target', async () => {
  const harness = await two();
  const reader = await RouteReader.open(harness.client.address);
  expect(mirrorOf(reader)).toBeUndefined();
  const made = await mirror(harness, 'POST', { Ratio: 30, Target: ['shadow'] });
  expect(made.body.Message).toBe('Traffic mirroring is ON for service [demo] in region [local], ratio [30%]');
  await reader.until(() => mirrorOf(reader) !== undefined);
  expect(mirrorOf(reader)).toMatchObject({
    ratio: 30,
    targets: [{ serviceName: 'shadow', endpoints: [{ instanceId: 'i-shadow' }] }],
  });
  expect((await mirror(harness, 'GET')).body).toMatchObject({
    Ratio: '30',
    ServiceName: 'demo',
    Target: 'shadow',
  });
  await addInstance(harness, 'i2-shadow', {}, 'shadow');
  await reader.until(() => JSON.stringify(mirrorOf(reader)).includes('i2-shadow'));
  await mirror(harness, 'PUT', { Ratio: 5 });
  await reader.until(() => JSON.stringify(mirrorOf(reader)).includes('"ratio":5'));
  await harness.call('StopService', { method: 'PUT', path: servicePath('shadow', '/stop') });
  await reader.until(() => JSON.stringify(mirrorOf(reader)).includes('"endpoints":[]'));
  expect(mirrorOf(reader)).toMatchObject({ targets: [{ serviceName: 'shadow', endpoints: [] }] });
  await harness.call('DeleteService', { method: 'DELETE', path: servicePath('shadow') });
  await reader.until(() => JSON.stringify(mirrorOf(reader)).includes('"targets":[]'));
  expect((await mirror(harness, 'GET')).body.Target).toBe('');
  const ended = await mirror(harness, 'DELETE');
  expect(ended.body.Message).toBe(
    'Traffic mirroring is OFF for service [demo] in region [local], ratio [5%]',
  );
  await reader.until(() => mirrorOf(reader) === undefined);
});

it('goes with the service to the address it shares', async () => {
  const harness = await two();
  await mirror(harness, 'POST', { Ratio: 100, Target: ['shadow'] });
  const created = await harness.create({ ...DEMO, metadata: { ...DEMO.metadata, release: true } });
  const name = String(created.body.ServiceName);
  await addInstance(harness, 'i-partner', {}, name);
  await harness.reach('Running', name);
  const path = servicePath(name, '/release');
  await harness.call('ReleaseService', { method: 'PUT', path, body: { Weight: 20 } });
  const reader = await RouteReader.open(harness.client.address);
  const backends = reader.routes().get('demo')?.backends ?? [];
  expect(backends.map(({ weight, mirror: copies }) => [weight, copies?.ratio])).toEqual([
    [80, 100],
    [20, undefined],
  ]);
});

it.each([
  [{ Ratio: 10, Target: ['demo'] }, 'MirrorRefused', 'its own requests twice'],
  [{ Ratio: 10, Target: ['nobody'] }, 'MirrorRefused', 'no service [nobody]'],
  [{ Ratio: 101, Target: ['shadow'] }, 'InvalidParameter', 'a whole number from 0 to 100'],
  [{ Target: ['shadow'] }, 'MissingParameter', 'Ratio'],
  [{ Ratio: 10 }, 'MissingParameter', 'Target'],
  [{ Ratio: 10, Target: 'shadow' }, 'InvalidParameter', 'a list of texts'],
])('refuses %j', async (body, code, words) => {
  const harness = await two();
  const answer = await mirror(harness, 'POST', body);
  expect(answer.body.Code).toBe(code);
  expect(answer.body.Message).toContain(words);
  expect((await harness.service()).mirror).toBeNull();
});

it('says when there is none, and when there is one already', async () => {
  const harness = await two();
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const body = method === 'PUT' ? { Ratio: 5 } : undefined;
    expect((await mirror(harness, method, body)).body.Code).toBe('MirrorNotFound');
  }
  await mirror(harness, 'POST', { Ratio: 30, Target: ['shadow'] });
  expect((await mirror(harness, 'POST', { Ratio: 30, Target: ['shadow'] })).body.Code).toBe('MirrorExists');
  expect((await mirror(harness, 'PUT', {})).body.Code).toBe('MissingParameter');
});
