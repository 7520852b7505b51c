import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EasClient } from '@openeas/sdk';
import { expect, it, onTestFinished } from 'vitest';
import { startLoad } from '../bench/src/load.mjs';
import { Installation, type ServiceFacts } from './support/installation.js';
import { eventually } from './support/workspace.js';

const RATE = 150;

/** An installation with `stable` (2 instances) in the group `ranking`, taking part. */
class Group {
  private constructor(
    readonly installation: Installation,
    readonly client: EasClient,
    /** Address and token of the group. */
    readonly entry: ServiceFacts,
  ) {}

  static async start(name: string): Promise<Group> {
    const installation = await Installation.start(name);
    const client = installation.client();
    const file = join(installation.home, 'stable.json');
    const networking = { traffic_state: 'grouping' };
    writeFileSync(file, JSON.stringify({ ...member(installation, 'stable', 2), networking }));
    expect(await installation.eascmd(['create', file])).toMatchObject({ code: 0 });
    const entry = await client.call<ServiceFacts>('DescribeGroup', { path: { GroupName: 'ranking' } });
    return new Group(installation, client, entry);
  }

  async add(name: string, group = 'ranking'): Promise<ServiceFacts> {
    await this.client.call('CreateService', { body: member(this.installation, name, 1, group) });
    return this.installation.until(this.client, name, 'Running');
  }

  /** The split of the group's address as requests show it, percent, once it has reached the gateway. */
  async split(expected: Record<string, number>): Promise<void> {
    await eventually(`a split of ${JSON.stringify(expected)}`, async () => {
      const seen: Record<string, number> = {};
      for (let n = 0; n < 100; n++) {
        const answer = await this.installation.predict(this.entry);
        if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
        const side = answer.headers.get('x-side') ?? 'none';
        seen[side] = (seen[side] ?? 0) + 1;
      }
      for (const [side, share] of Object.entries(expected)) {
        if (Math.abs((seen[side] ?? 0) - share) > 3) throw new Error(JSON.stringify(seen));
      }
      return true;
    });
  }

  metric(series: string): Promise<number> {
    return metricOf(`${this.installation.url}/metrics`, series);
  }
}

function member(installation: Installation, name: string, instance: number, group = 'ranking'): object {
  const headers = { 'rpc.http.default_headers': { 'x-side': name } };
  return installation.description(name, { instance, ...(group === '' ? {} : { group }), ...headers });
}

async function metricOf(url: string, series: string): Promise<number> {
  const text = await (await fetch(url)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

it('moves the traffic of a group between its services without losing a request', async () => {
  const world = await Group.start('service-groups');
  const { installation, client, entry } = world;
  const load = startLoad({
    port: installation.port,
    path: '/api/predict/ranking',
    headers: { authorization: entry.AccessToken },
    body: '[{}]',
    connections: 4,
    rate: RATE,
  });
  onTestFinished(() => load.stop().then(() => {}));
  const canary = await world.add('canary');
  await world.split({ stable: 100 });
  // At its own address it can be tried, by either name and with either token.
  expect(canary.InternetEndpoint).toMatch(/\/api\/predict\/ranking\.canary$/);
  for (const address of [canary.InternetEndpoint, `${installation.url}/api/predict/canary`]) {
    for (const AccessToken of [canary.AccessToken, entry.AccessToken]) {
      const answer = await installation.predict({ ...canary, InternetEndpoint: address, AccessToken });
      expect([answer.status, answer.headers.get('x-side')]).toEqual([200, 'canary']);
    }
  }
  // A service's own token is not the group's.
  expect((await installation.predict({ ...entry, AccessToken: canary.AccessToken })).status).toBe(401);

  const released = await installation.eascmd(['release', 'canary', '--state', 'grouping', '-y']);
  expect(released.stdout).toContain('[OK] Service [canary] is grouping now');
  expect(released.stdout).toMatch(/Traffic meanwhile: \d+ requests, \d+ answered, 0 failed/);
  await world.split({ stable: 67, canary: 33 });
  await installation.eascmd(['group', 'modify', 'ranking', '--mode', 'customized']);
  await world.split({ stable: 50, canary: 50 });
  await installation.eascmd(['release', 'canary', '-w', '25', '-y', '--no-wait']);
  await world.split({ stable: 80, canary: 20 });
  await client.call('StopService', { path: { ServiceName: 'stable' } });
  await world.split({ canary: 100 });
  await installation.until(client, 'stable', 'Stopped');
  await client.call('StartService', { path: { ServiceName: 'stable' } });
  await world.split({ stable: 80, canary: 20 });
  await client.call('DeleteService', { path: { ServiceName: 'canary' } });
  await world.split({ stable: 100 });
  const { sent, ok, failures } = await load.stop();
  expect(Object.fromEntries(failures)).toEqual({});
  expect(ok).toBe(sent);
  expect(sent).toBeGreaterThan(RATE);

  const deleted = await installation.eascmd(['group', 'delete', 'ranking', '--cascade', '-y']);
  expect(deleted.stdout).toContain('[OK] Delete service group ranking successfully');
  await eventually(
    'nothing is left',
    async () => (await installation.describe(client, 'stable')) === undefined,
  );
  expect((await installation.predict(entry)).status).toBe(404);
  expect(installation.instances()).toEqual([]);
}, 120_000);

it('copies a share of the requests to another service, which may die without anybody noticing', async () => {
  const world = await Group.start('traffic-mirror');
  const { installation, client, entry } = world;
  await world.add('shadow', '');
  const begun = await installation.eascmd(['mirror', 'stable', '--target', 'shadow', '--ratio', '50']);
  expect(begun.stdout).toContain(
    'Traffic mirroring is ON for service [stable] in region [local], ratio [50%]',
  );
  const series = (outcome: string): string =>
    `openeas_gateway_mirrored_requests_total{outcome="${outcome}",service="stable",target="shadow"}`;
  await eventually('the gateway knows', async () => {
    await installation.predict(entry);
    return (await world.metric(series('answered'))) > 0;
  });
  const before = await world.metric(series('answered'));
  for (let n = 0; n < 100; n++) {
    expect((await installation.predict(entry)).headers.get('x-side')).toBe('stable');
  }
  await eventually('half of them are copied', async () => {
    return (await world.metric(series('answered'))) === before + 50;
  });
  const { Instances } = await client.call<{ Instances: { InstancePort: number }[] }>('ListServiceInstances', {
    path: { ServiceName: 'shadow' },
  });
  const shadow = installation.instances().find(({ port }) => port === Instances[0]?.InstancePort);
  expect(shadow).toBeDefined();
  process.kill(shadow!.pid, 'SIGKILL');
  for (let n = 0; n < 50; n++) expect((await installation.predict(entry)).status).toBe(200);
  await eventually('the shadow is back and gets copies', async () => {
    const answered = await world.metric(series('answered'));
    await installation.predict(entry);
    await installation.predict(entry);
    return (await world.metric(series('answered'))) > answered;
  });
  await installation.eascmd(['mirror', 'stable', '--end']);
  await eventually('no mirror is counted any more', async () => {
    const text = await (await fetch(`${installation.url}/metrics`)).text();
    return !text.includes('openeas_gateway_mirrored_requests_total{');
  });
  expect((await installation.until(client, 'shadow', 'Running')).Status).toBe('Running');
}, 120_000);
