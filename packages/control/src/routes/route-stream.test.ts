import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { ManualClock, randomIds, systemClock } from '@openeas/kernel';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { ServiceDescriptions } from '../services/service-descriptions.js';
import { ServiceKeyMaker } from '../services/service-keys.js';
import { ControlHarness, DEMO, INTERNAL_KEY } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import { RouteReader } from '../testing/route-reader.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { RoutePublisher } from './route-publisher.js';
import { HEARTBEAT_MS, RouteStreams } from './route-stream.js';

const open = (harness: ControlHarness, key?: string): Promise<RouteReader> =>
  RouteReader.open(harness.client.address, key);

it('starts with all routes and goes on with what changes', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  const reader = await open(harness);
  expect(reader.response.statusCode).toBe(200);
  expect(reader.response.headers['content-type']).toContain('x-ndjson');
  await reader.until(() => reader.updates.length === 1);
  expect(reader.snapshot).toMatchObject({ kind: 'full', routes: [{ name: 'demo', tokens: ['demo-token'] }] });
  expect(reader.snapshot.routes[0]?.notReady).toMatch(/Creating, 0 of 2 instances ready/);

  await addInstance(harness, 'i1');
  await reader.until(() => reader.routes().get('demo')?.notReady === null);
  expect(reader.routes().get('demo')?.backends[0]?.endpoints).toEqual([
    { instanceId: 'i1', version: 1, host: '127.0.0.1', port: 41_000, gatewayKey: 'gateway-key-i1' },
  ]);
  await harness.create({ ...DEMO, name: 'second' });
  await reader.until(() => reader.routes().has('second'));
  await harness.client.acs3({ method: 'DELETE', path: '/api/v2/services/local/demo' });
  await reader.until(() => !reader.routes().has('demo'));
  const { epoch } = reader.snapshot;
  let previous = reader.snapshot.revision;
  for (const delta of reader.deltas) {
    expect(delta).toMatchObject({ kind: 'delta', epoch, previous, revision: previous + 1 });
    previous = delta.revision;
  }
  expect(reader.deltas.at(-1)).toMatchObject({ upsert: [], remove: ['demo'] });
});

it('says nothing of changes that mean nothing to a gateway', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'i1');
  await harness.reach('Running');
  const reader = await open(harness);
  await reader.until(() => reader.updates.length === 1);
  await harness.update({ labels: { a: 'b' } });
  await harness.client.acs3({
    method: 'PUT',
    path: '/api/v2/services/local/demo/lock',
    body: { Lock: 'all' },
  });
  await harness.create({ ...DEMO, name: 'marker' });
  await reader.until(() => reader.routes().has('marker'));
  expect(reader.deltas.flatMap(({ upsert }) => upsert.map(({ name }) => name))).toEqual(['marker']);
});

it('makes one delta of a burst of commits, and the last word counts', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'i1');
  const reader = await open(harness);
  await reader.until(() => reader.updates.length === 1);
  const commits = Array.from({ length: 200 }, (_, n) =>
    harness.store.transaction((tx) => tx.instances.update('i1', { port: 50_000 + n })),
  );
  await Promise.all(commits);
  await reader.until(() => reader.routes().get('demo')?.backends[0]?.endpoints[0]?.port === 50_199);
  expect(reader.deltas.length).toBeLessThan(200);
});

it('gives every subscriber the same end, whenever it came', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const readers: RouteReader[] = [];
  for (let n = 0; n < 8; n++) {
    await harness.create({ ...DEMO, name: `s${n}` });
    if (n % 2 === 0) readers.push(await open(harness));
    if (n > 2) await harness.client.acs3({ method: 'DELETE', path: `/api/v2/services/local/s${n - 3}` });
  }
  for (const reader of readers) {
    await reader.until(
      () => reader.updates.length > 0 && [...reader.routes().keys()].sort().join() === 's5,s6,s7',
    );
  }
  const [first] = readers;
  for (const reader of readers) expect([...reader.routes()].sort()).toEqual([...first!.routes()].sort());
});

it('has the routes of services that were there before it started, under another epoch', async () => {
  const folder = temporaryFolder();
  const first = await ControlHarness.start(folder);
  await first.create();
  const before = await open(first);
  await before.until(() => before.updates.length === 1);
  await first.server.close();
  await before.until(() => before.ended);
  await first.store.close();
  const second = await ControlHarness.start(folder);
  const after = await open(second);
  await after.until(() => after.updates.length === 1);
  expect(after.snapshot.routes).toEqual(before.snapshot.routes);
  expect(after.snapshot.epoch).not.toBe(before.snapshot.epoch);
});

it('keeps out who does not know the key', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  for (const key of ['wrong', '', `${INTERNAL_KEY}x`]) {
    expect((await open(harness, key)).response.statusCode).toBe(401);
  }
  const signed = await harness.client.acs3({ method: 'GET', path: '/internal/v1/routes' });
  expect([signed.status, signed.body.Code]).toEqual([401, 'InternalKeyRequired']);
});

it('beats while nothing happens', async () => {
  const clock = new ManualClock(Date.now());
  const harness = await ControlHarness.start(temporaryFolder(), { clock });
  const reader = await open(harness);
  await reader.until(() => reader.lines.length === 1);
  clock.advance(HEARTBEAT_MS);
  await reader.until(() => reader.lines.length === 2);
  clock.advance(2 * HEARTBEAT_MS);
  await reader.until(() => reader.lines.length === 4);
  expect(reader.lines.slice(1)).toEqual(['', '', '']);
});

it('keeps the route of a service that cannot be read, and reads it again later', async () => {
  const clock = new ManualClock(Date.now());
  const harness = await ControlHarness.start(temporaryFolder(), { clock });
  await harness.create();
  await harness.create({ ...DEMO, name: 'other' });
  const { uid } = await harness.service();
  const { config } = (await harness.store.read.versions.get(uid, 1))!;
  const reader = await open(harness);
  await reader.until(() => reader.updates.length === 1);
  await harness.store.transaction(async (tx) => {
    await tx.versions.update(uid, 1, { config: 'damaged' });
    await tx.services.update(uid, { token: 'new' });
    await tx.services.update((await tx.services.getByName('other'))!.uid, { token: 'new' });
  });
  await reader.until(() => reader.routes().get('other')?.tokens[0] === 'new');
  expect(reader.routes().get('demo')?.tokens).toEqual(['demo-token']);
  expect(harness.logLines.join()).toContain(uid);
  // Repaired behind the publisher's back, as a disk that works again.
  const database = new Database(join(harness.folder, 'openeas.db'));
  onTestFinished(() => void database.close());
  database.prepare('update versions set config = ? where serviceUid = ?').run(config, uid);
  clock.advance(5_000);
  await reader.until(() => reader.routes().get('demo')?.tokens[0] === 'new');
});

it('cuts off a subscriber that does not read, and goes on with the others', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  // A megabyte a delta, so that the buffers of the sockets are soon full.
  for (let n = 0; n < 100; n++) await addInstance(harness, `i${n}`, { gatewayKey: 'k'.repeat(10_000) });
  const publisher = new RoutePublisher({
    store: harness.store,
    descriptions: new ServiceDescriptions(),
    serviceKeys: new ServiceKeyMaker('secret'),
    log: harness.options.log,
    clock: systemClock,
    limits: { marginMs: 0, maxBodyBytes: 1 },
    epoch: 'e',
  });
  await publisher.start();
  onTestFinished(() => publisher.stop());
  const streams = new RouteStreams(publisher, systemClock, randomIds, 1_000_000);
  let cut = false;
  const server = createServer((request, response) => {
    if (request.url === '/lazy') response.once('close', () => (cut = true));
    void streams.serve(response, {});
  });
  onTestFinished(() => void server.close());
  onTestFinished(() => streams.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const reader = await RouteReader.open({ host: '127.0.0.1', port });
  const lazy = connect(port, '127.0.0.1');
  onTestFinished(() => void lazy.destroy());
  lazy.on('error', () => {}); // Being cut is what it is here for.
  lazy.pause().write('GET /lazy HTTP/1.1\r\nHost: h\r\n\r\n');
  let rounds = 0;
  for (; !cut && rounds < 300; rounds++) {
    await harness.store.transaction((tx) => tx.instances.update('i0', { port: 42_000 + rounds }));
    await publisher.settled();
    // A heartbeat may have come behind the delta already.
    const delta = `"port":${42_000 + rounds},`;
    await reader.until(() => reader.lines.slice(-3).some((line) => line.includes(delta)));
  }
  expect(cut).toBe(true);
  expect(reader.ended).toBe(false);
}, 60_000);

it('ends the streams when it closes, at once', async () => {
  const harness = await ControlHarness.start(temporaryFolder(), { clock: systemClock });
  const reader = await open(harness);
  await reader.until(() => reader.updates.length === 1);
  await harness.server.close();
  await reader.until(() => reader.ended);
});
