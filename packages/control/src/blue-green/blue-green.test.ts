import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import { RouteReader } from '../testing/route-reader.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const PARTNER = { ...DEMO, token: undefined, metadata: { ...DEMO.metadata, release: true } };

async function running(): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'first');
  await harness.reach('Running');
  return harness;
}

/** A partner with a ready instance, by its name. */
async function partner(harness: ControlHarness, ready = true): Promise<string> {
  const name = String((await harness.create(PARTNER)).body.ServiceName);
  if (ready) await addInstance(harness, `of-${name}`, {}, name);
  if (ready) await harness.reach('Running', name);
  return name;
}

const release = (harness: ControlHarness, name: string, body: object): Promise<ClientAnswer> =>
  harness.call('ReleaseService', { method: 'PUT', path: servicePath(name, '/release'), body });
const remove = (harness: ControlHarness, name: string): Promise<ClientAnswer> =>
  harness.call('DeleteService', { method: 'DELETE', path: servicePath(name) });

it('names the partner after the entry and leaves the first service as it is', async () => {
  const harness = await running();
  const created = await harness.create(PARTNER);
  expect(created.body).toMatchObject({ Status: 'Creating' });
  const name = String(created.body.ServiceName);
  expect(name).toMatch(/^demo_[0-9a-f]{8}$/);
  expect(created.body.IntranetEndpoint).toMatch(new RegExp(`/api/predict/${name}$`));
  const { body } = await harness.describe(name);
  expect(body).toMatchObject({ Weight: 0, TrafficState: 'standalone' });
  expect(JSON.parse(String(body.ExtraData))).toEqual({ blue_green_services: ['demo', name] });
  expect(JSON.parse(String(body.ServiceConfig))).toMatchObject({ name, metadata: DEMO.metadata });
  expect(String(body.ServiceConfig)).not.toContain('release');
  expect((await harness.describe()).body).toMatchObject({ Weight: 100, TrafficState: 'standalone' });
});

it('says what a service has that is standalone already', async () => {
  const harness = await running();
  const answer = await release(harness, 'demo', { TrafficState: 'standalone' });
  expect(answer.body.Message).toContain('with weight [100]');
  expect((await harness.describe()).body).toMatchObject({ Weight: 100, TrafficState: 'standalone' });
});

it('releases with the words of the contract', async () => {
  const harness = await running();
  const name = await partner(harness);
  const released = await release(harness, name, { Weight: 20 });
  expect(released.body.Message).toBe(
    `Releasing service [${name}] in region [local] with weight [20], service status: [Running]`,
  );
  expect(released.headers['x-openeas-receipt']).toBe(released.body.RequestId);
  const entry = (await harness.describe()).body;
  expect((await harness.describe(name)).body).toMatchObject({
    Weight: 20,
    TrafficState: 'grouping',
    IntranetEndpoint: entry.IntranetEndpoint,
  });
  expect(entry).toMatchObject({ Weight: 80, TrafficState: 'grouping' });
  const grouping = await harness.call('ListServices', {
    method: 'GET',
    path: '/api/v2/services',
    query: { TrafficState: 'grouping' },
  });
  expect(grouping.body.TotalCount).toBe(2);
});

it.each([-1, 101, 1000])(
  'refuses the weight %i, which the model text allows, with the reason',
  async (Weight) => {
    const harness = await running();
    const name = await partner(harness);
    const { status, body } = await release(harness, name, { Weight });
    expect([status, body.Code]).toEqual([400, 'InvalidParameter']);
    expect(body.Message).toContain('percent from 0 to 100');
    expect((await harness.describe(name)).body).toMatchObject({ Weight: 0, TrafficState: 'standalone' });
  },
);

it('refuses to release who is not ready, and who has no partner', async () => {
  const harness = await running();
  expect((await release(harness, 'demo', { Weight: 20 })).body).toMatchObject({ Code: 'ReleaseRefused' });
  const name = await partner(harness, false);
  expect((await release(harness, name, { Weight: 20 })).body.Message).toContain('no ready instance');
});

it('takes a service out of the split again', async () => {
  const harness = await running();
  const name = await partner(harness);
  await release(harness, name, { Weight: 20 });
  expect((await release(harness, name, { TrafficState: 'standalone' })).status).toBe(200);
  expect((await harness.describe(name)).body).toMatchObject({ Weight: 0, TrafficState: 'standalone' });
  expect((await harness.describe()).body).toMatchObject({ Weight: 100 });
});

it('joins the group of the entry whichever of its services is named', async () => {
  const harness = await running();
  const name = await partner(harness);
  const third = (await harness.create({ ...PARTNER, name })).body;
  expect(third.ServiceName).toMatch(/^demo_[0-9a-f]{8}$/);
});

it('refuses a partner for nobody, and one whose name would be too long', async () => {
  const harness = await running();
  expect((await harness.create({ ...PARTNER, name: 'nobody' })).body.Code).toBe('ServiceNotFound');
  const long = 'd'.repeat(55);
  await harness.create({ ...DEMO, name: long });
  const { body } = await harness.create({ ...PARTNER, name: long });
  expect(body.Message).toContain('at most 54 characters');
  expect((await harness.describe(long)).body.ExtraData).toBe('{}');
});

it('keeps name, address and token of the entry when the first service goes', async () => {
  const harness = await running();
  const name = await partner(harness);
  await release(harness, name, { Weight: 20 });
  const reader = await RouteReader.open(harness.client.address);
  expect((await remove(harness, 'demo')).status).toBe(200);
  await reader.until(() => reader.routes().get('demo')?.backends.length === 1);
  const own = await harness.service(name);
  expect(reader.routes().get('demo')).toMatchObject({
    tokens: ['demo-token', own.token],
    backends: [{ serviceName: name, weight: 100 }],
  });
  expect(reader.routes().has(name)).toBe(false);
  await harness.store.transaction(async (tx) => {
    const first = await tx.services.getByName('demo');
    await tx.services.remove(first!.uid);
  });
  expect((await harness.create()).body).toMatchObject({ Code: 'EntryReserved' });
  const third = await harness.service(await partner(harness));
  expect(third).toMatchObject({ entry: 'demo', entryToken: 'demo-token' });

  // The only one left may withdraw the token that is left over.
  await remove(harness, third.name);
  await harness.store.transaction((tx) => tx.services.remove(third.uid));
  await harness.update({ token: 'another' }, {}, name);
  await reader.until(() => reader.routes().get('demo')?.tokens.join() === 'another');
});

it('keeps the token of a middle round open, as it does with the first one', async () => {
  const harness = await running();
  const second = await partner(harness);
  await release(harness, second, { Weight: 100 });
  await remove(harness, 'demo');
  const third = await partner(harness);
  await release(harness, third, { Weight: 100 });
  const untried = await partner(harness);
  const tokens = [(await harness.service(second)).token, (await harness.service(third)).token];
  const reader = await RouteReader.open(harness.client.address);
  await remove(harness, untried);
  await remove(harness, second);
  for (const name of ['demo', second, untried]) {
    await harness.store.transaction(async (tx) => {
      await tx.services.remove((await tx.services.getByName(name))!.uid);
    });
  }
  await reader.until(() => reader.routes().get('demo')?.backends.length === 1);
  // Whoever came in the second round could know no other token; that of a side never released opened nothing.
  expect(reader.routes().get('demo')?.tokens.toSorted()).toEqual(['demo-token', ...tokens].sort());
  expect((await harness.service(await partner(harness))).goneTokens).toEqual([tokens[0]]);
});

it('refuses to delete the only ready side, lets the other go, then the last', async () => {
  const harness = await running();
  const name = await partner(harness);
  await release(harness, name, { Weight: 100 });
  await harness.store.transaction((tx) => tx.instances.update('first', { phase: 'Failed' }));
  const refused = await remove(harness, name);
  expect(refused.body).toMatchObject({ Code: 'EntryWouldClose' });
  expect(refused.body.Message).toContain('[demo]');
  expect((await remove(harness, 'demo')).status).toBe(200);
  expect((await remove(harness, name)).status).toBe(200);
});

it('hands the entry to an unreleased partner when the first service is deleted', async () => {
  const harness = await running();
  const name = await partner(harness);
  await remove(harness, 'demo');
  expect((await harness.describe(name)).body).toMatchObject({ Weight: 100, TrafficState: 'grouping' });
});

it('respects the lock of every service whose share would change', async () => {
  const harness = await running();
  const name = await partner(harness);
  await harness.call('UpdateServiceSafetyLock', {
    method: 'PUT',
    path: servicePath('demo', '/lock'),
    body: { Lock: 'all' },
  });
  expect((await release(harness, name, { Weight: 20 })).body.Code).toBe('ServiceLocked');
  expect((await harness.describe(name)).body).toMatchObject({ TrafficState: 'standalone' });
  expect((await harness.create(PARTNER)).body.Code).toBe('ServiceLocked');
});

it('updates the partner by the file that created it, and adds none by an update', async () => {
  const harness = await running();
  const name = await partner(harness);
  const { release: _release, ...metadata } = PARTNER.metadata;
  expect((await harness.update({ ...DEMO, metadata }, {}, name)).status).toBe(200);
  expect((await harness.update(PARTNER, {}, name)).body.Message).toContain('metadata.release');
});
