import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrafficReceipt } from '@openeas/contracts';
import { type EasClient, findReceipt } from '@openeas/sdk';
import { expect, it, onTestFinished } from 'vitest';
import { type Load, startLoad } from '../bench/src/load.mjs';
import { Installation, kill, type ServiceFacts } from './support/installation.js';
import { eventually } from './support/workspace.js';

const RATE = 120;

/** A running service `demo`, and what the tests do with its group. */
class BlueGreen {
  private constructor(
    readonly installation: Installation,
    readonly client: EasClient,
    /** As the clients know it: address and token of the very first service. */
    readonly entry: ServiceFacts,
  ) {}

  static async start(name: string, env: Record<string, string> = {}): Promise<BlueGreen> {
    const installation = await Installation.start(name, { env });
    const client = installation.client();
    await client.call('CreateService', { body: installation.description('demo', side('demo')) });
    return new BlueGreen(installation, client, await installation.until(client, 'demo', 'Running'));
  }

  /** A partner made over the API, running. */
  async partner(word: string): Promise<string> {
    const { installation, client } = this;
    const body = installation.description('demo', { ...side(word), release: true });
    const created = await client.call<{ ServiceName: string }>('CreateService', { body });
    await installation.until(client, created.ServiceName, 'Running');
    return created.ServiceName;
  }

  release(name: string, weight: number): Promise<unknown> {
    return this.client.call('ReleaseService', { path: { ServiceName: name }, body: { Weight: weight } });
  }

  describe(name: string): Promise<ServiceFacts | undefined> {
    return this.installation.describe(this.client, name);
  }

  load(): Load {
    const load = startLoad({
      port: this.installation.port,
      path: '/api/predict/demo',
      headers: { authorization: this.entry.AccessToken },
      body: '[{}]',
      connections: 4,
      rate: RATE,
    });
    onTestFinished(() => load.stop().then(() => {}));
    return load;
  }

  /** Who answers `count` requests at the entry, by the word of their service. */
  async askers(count: number): Promise<Record<string, number>> {
    const sides: Record<string, number> = {};
    for (let n = 0; n < count; n++) {
      const answer = await this.installation.predict(this.entry);
      expect(answer.status, await answer.text()).toBe(200);
      const word = answer.headers.get('x-side') ?? 'none';
      sides[word] = (sides[word] ?? 0) + 1;
    }
    return sides;
  }

  /** The split as requests show it, once it has reached the gateway. */
  async split(expected: Record<string, number>): Promise<void> {
    await eventually(`a split of ${JSON.stringify(expected)}`, async () => {
      const seen = await this.askers(100);
      for (const [word, share] of Object.entries(expected)) {
        if (Math.abs((seen[word] ?? 0) - share) > 5) throw new Error(JSON.stringify(seen));
      }
      return true;
    });
  }

  async clean(load: Load): Promise<number> {
    const { sent, ok, failures } = await load.stop();
    expect(Object.fromEntries(failures)).toEqual({});
    expect(ok).toBe(sent);
    expect(sent).toBeGreaterThan(RATE);
    return sent;
  }
}

function side(word: string): Record<string, unknown> {
  return { 'rpc.http.default_headers': { 'x-side': word } };
}

it('moves traffic by 20, 50 and 100 % with eascmd and loses no request', async () => {
  const world = await BlueGreen.start('blue-green-steps');
  const { installation } = world;
  const file = join(installation.home, 'pmml.json');
  writeFileSync(file, JSON.stringify(installation.description('demo', side('new'))));
  const created = await installation.eascmd(['create', file, '-r']);
  expect(created).toMatchObject({ code: 0 });
  const name = /api\/predict\/(demo_[0-9a-f]{8}) /.exec(created.stdout)![1]!;

  const fresh = (await world.describe(name))!;
  expect(fresh.AccessToken).not.toBe(world.entry.AccessToken);
  expect((await installation.predict(fresh)).headers.get('x-side')).toBe('new');
  expect(await world.askers(20)).toEqual({ demo: 20 });

  const load = world.load();
  for (const weight of [20, 50, 100]) {
    const released = await installation.eascmd(['release', name, '-w', String(weight)], 'Y\n');
    expect(released.stdout).toContain(`Confirmed to release this service at weight [${weight}%]? [Y/n]`);
    expect(released.stdout).toContain(`[OK] Service [${name}] is weighted to ${weight}% now`);
    await world.split({ new: weight, demo: 100 - weight });
    expect((await world.describe(name)) as object).toMatchObject({
      Weight: weight,
      TrafficState: 'grouping',
      ExtraData: JSON.stringify({ blue_green_services: ['demo', name] }),
      InternetEndpoint: world.entry.InternetEndpoint,
    });
    expect((await world.describe('demo')) as object).toMatchObject({ Weight: 100 - weight });
  }
  expect((await installation.predict(fresh)).status).toBe(404);
  await world.clean(load);
  // Direct mode takes no part: it gets the instances of the service it names, and the names of the others.
  const found = await fetch(`${installation.url}/api/v1/servicediscovery/upstreams/demo`);
  const direct = (await found.json()) as {
    correlative: string[];
    endpoints: { items: { service: string }[] };
  };
  expect(direct.endpoints.items.map(({ service }) => service)).toEqual(['demo']);
  expect(direct.correlative.sort()).toEqual(['demo', name]);
  // Both tokens open the entry.
  const entry = { ...world.entry, AccessToken: fresh.AccessToken };
  expect((await installation.predict(entry)).status).toBe(200);
}, 60_000);

it('keeps the entry and its token through rounds, also without the first service', async () => {
  const world = await BlueGreen.start('blue-green-rounds');
  const { installation, client } = world;
  const second = await world.partner('second');
  await world.release(second, 100);
  const load = world.load();
  await world.split({ second: 100 });
  await client.call('DeleteService', { path: { ServiceName: 'demo' } });
  await eventually('the first service is gone', async () => (await world.describe('demo')) === undefined);

  await expect(
    client.call('CreateService', { body: installation.description('demo') }),
  ).rejects.toMatchObject({ code: 'EntryReserved' });
  const third = await world.partner('third');
  await world.release(third, 30);
  await world.split({ second: 70, third: 30 });
  await client.call('DeleteService', { path: { ServiceName: second } });
  await world.split({ third: 100 });
  await world.clean(load);

  await client.call('DeleteService', { path: { ServiceName: third } });
  await eventually('nobody holds the entry', async () => (await world.describe(third)) === undefined);
  await client.call('CreateService', { body: installation.description('demo') });
}, 60_000);

it('gives all traffic to the other side when either is stopped or deleted', async () => {
  const world = await BlueGreen.start('blue-green-ends');
  const { installation, client } = world;
  const second = await world.partner('second');
  await world.release(second, 50);
  const load = world.load();
  await world.split({ demo: 50, second: 50 });
  await client.call('StopService', { path: { ServiceName: 'demo' } });
  await world.split({ second: 100 });
  await installation.until(client, 'demo', 'Stopped');
  await expect(client.call('DeleteService', { path: { ServiceName: second } })).rejects.toMatchObject({
    code: 'EntryWouldClose',
  });
  await client.call('StartService', { path: { ServiceName: 'demo' } });
  await world.split({ demo: 50, second: 50 });
  await installation.until(client, 'demo', 'Running');
  await client.call('DeleteService', { path: { ServiceName: second } });
  await world.split({ demo: 100 });
  await eventually('the second is gone', async () => (await world.describe(second)) === undefined);
  await world.clean(load);
  expect((await world.describe('demo')) as object).toMatchObject({ Weight: 100 });
}, 60_000);

it('gives a receipt that agrees with what the client counted', async () => {
  // Two gateway processes: their counts have to add up.
  const world = await BlueGreen.start('blue-green-receipt', { OPENEAS_GATEWAY_WORKERS: '2' });
  const { client, installation } = world;
  const { model_path, processor } = installation.description('demo');
  const planned = await installation.eascmd(['scale', 'demo', '-n', '3', '--plan', '-o', 'json']);
  expect(JSON.parse(planned.stdout)).toMatchObject({
    Plan: { Kind: 'scale', Wanted: 3, ServingAfter: 3, CapacityDrops: false, Possible: true },
  });
  expect(await world.describe('demo')).toMatchObject({ TotalInstance: 1, Status: 'Running' });
  // The update takes longer than the requests: all of them, and no others, fall into it.
  const accepted = await client.call<{ ReceiptId: string }>('UpdateService', {
    path: { ServiceName: 'demo' },
    body: { model_path, processor },
  });
  const load = startLoad({
    port: installation.port,
    path: '/api/predict/demo',
    headers: { authorization: world.entry.AccessToken },
    body: '[{}]',
    connections: 4,
    rate: RATE,
    total: RATE,
  });
  const { sent, ok } = await load.done;
  const receipt = await eventually('the receipt', () => findReceipt(client, 'demo', accepted.ReceiptId));
  expect(ok).toBe(sent);
  expect(receipt).toMatchObject({ change: 'modify', incomplete: '' });
  const { total } = receipt;
  expect(total.accepted - total.redispatched).toBe(sent);
  expect(total).toMatchObject({ answered2xx: ok, answered4xx: 0, answered5xx: 0, failed: 0, abandoned: 0 });
  expect(receipt.versions.every(({ service }) => service === 'demo')).toBe(true);

  const second = await world.partner('second');
  const background = world.load();
  const released = await installation.eascmd(['release', second, '-w', '50', '-y', '-o', 'json']);
  const { Receipt } = JSON.parse(released.stdout) as { Receipt: TrafficReceipt };
  expect(Receipt).toMatchObject({ change: 'release', incomplete: '', total: { failed: 0 } });
  const bySide = (name: string): number =>
    Receipt.versions.filter(({ service }) => service === name).reduce((sum, each) => sum + each.accepted, 0);
  expect(bySide('demo')).toBeGreaterThan(0);
  expect(bySide(second)).toBeGreaterThan(0);
  await world.clean(background);
}, 60_000);

it('says that a receipt is incomplete when control was killed meanwhile', async () => {
  const world = await BlueGreen.start('blue-green-killed');
  const { installation, client } = world;
  const { model_path, processor } = installation.description('demo');
  const load = world.load();
  const { ReceiptId } = await client.call<{ ReceiptId: string }>('UpdateService', {
    path: { ServiceName: 'demo' },
    body: { model_path, processor },
  });
  const killed = installation.program('control');
  kill(killed);
  await eventually('another control', () => {
    const now = installation.program('control');
    return now !== undefined && now.pid !== killed?.pid;
  });
  const receipt = await eventually('the receipt', () => findReceipt(client, 'demo', ReceiptId));
  expect(receipt.incomplete).toMatch(/^control was started anew at 20/);
  const sent = await world.clean(load);
  expect(receipt.total.accepted - receipt.total.redispatched).toBeLessThanOrEqual(sent);
  expect(receipt.total.failed).toBe(0);
}, 60_000);
