import { describe, expect, it, onTestFinished } from 'vitest';
import { startLoad } from '../bench/src/load.mjs';
import { HEART_ANSWER, Installation, kill, type ServiceFacts } from './support/installation.js';
import { eventually } from './support/workspace.js';

const REGION = { ClusterId: 'local' };

async function runningService(
  installation: Installation,
  name: string,
  instances = 1,
): Promise<ServiceFacts> {
  const client = installation.client();
  await client.call('CreateService', { body: installation.description(name, { instance: instances }) });
  return installation.until(client, name, 'Running');
}

describe('killing a program', () => {
  it('control: predictions go on, and the next one adopts the same instance processes', async () => {
    const installation = await Installation.start('kill-control');
    const service = await runningService(installation, 'steady', 2);
    const before = installation
      .instances()
      .map(({ pid }) => pid)
      .sort();
    kill(installation.program('control'));
    for (let call = 0; call < 20; call++) {
      const answer = await installation.predict(service);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual(HEART_ANSWER);
    }
    await eventually('control is back', () => installation.program('control'));
    await installation.until(installation.client(), 'steady', 'Running');
    expect(
      installation
        .instances()
        .map(({ pid }) => pid)
        .sort(),
    ).toEqual(before);
  });

  it('gateway: it is back at the same address and still knows its routes, with control dead too', async () => {
    const installation = await Installation.start('kill-gateway');
    const service = await runningService(installation, 'routed');
    kill(installation.program('control'));
    kill(installation.program('gateway'));
    const answer = await eventually('the gateway serves again', async () => {
      const response = await installation.predict(service);
      return response.status === 200 && response;
    });
    expect(await answer.json()).toEqual(HEART_ANSWER);
  });

  it('instance: it is replaced, and the service answers again', async () => {
    const installation = await Installation.start('kill-instance');
    const service = await runningService(installation, 'mortal');
    const [victim] = installation.instances();
    kill(victim);
    await eventually('another process answers', async () => {
      const response = await installation.predict(service);
      const [now] = installation.instances();
      return response.status === 200 && now !== undefined && now.pid !== victim!.pid;
    });
  });

  it('supervisor in the background: control and gateway go on, and the next start adopts them', async () => {
    const installation = await Installation.prepare('kill-supervisor');
    await installation.openeas('start', '--detach');
    const service = await runningService(installation, 'orphan');
    const before = [installation.program('control')?.pid, installation.program('gateway')?.pid];
    kill(installation.program('supervisor'));
    expect((await installation.predict(service)).status).toBe(200);
    expect(await installation.openeas('start', '--detach')).toMatchObject({ code: 0 });
    expect([installation.program('control')?.pid, installation.program('gateway')?.pid]).toEqual(before);
    expect((await installation.predict(service)).status).toBe(200);
    await installation.openeas('stop');
    expect(installation.claims()).toEqual([]);
  });
});

describe('killing control at any moment', { timeout: 180_000 }, () => {
  /** Milliseconds after the request was sent: before, at and long after the answer. */
  const moments = [0, 2, 5, 10, 20, 40, 80, 150, 250, 400, 700];

  it('of a creation: what was acknowledged comes to run, once', async () => {
    const installation = await Installation.start('crash-create');
    for (const [index, moment] of moments.entries()) {
      const name = `svc_${index}`;
      const acknowledged = await interruptedCall(installation, moment, (client) =>
        client.call('CreateService', { body: installation.description(name) }),
      );
      const client = installation.client();
      if (!acknowledged && (await installation.describe(client, name)) === undefined) continue;
      const service = await installation.until(client, name, 'Running');
      // The gateway hears of new routes when it has found the new control.
      const answer = await eventually(`${name} is routed`, async () => {
        const response = await installation.predict(service);
        return response.status === 200 && response;
      });
      expect(await answer.json()).toEqual(HEART_ANSWER);
    }
    await expectOneProcessPerInstance(installation);
  });

  it('of an update: the service answers throughout, and the change arrives whole', async () => {
    const installation = await Installation.start('crash-update');
    const service = await runningService(installation, 'changing');
    const load = startLoad({
      port: installation.port,
      path: '/api/predict/changing',
      headers: { authorization: service.AccessToken },
      body: '[{}]',
      connections: 4,
      rate: 200,
    });
    onTestFinished(() => load.stop().then(() => {}));
    for (const moment of moments) {
      const path = { ...REGION, ServiceName: 'changing' };
      const versions = (await installation.until(installation.client(), 'changing', 'Running')).LatestVersion;
      const { model_path, processor } = installation.description('changing');
      const acknowledged = await interruptedCall(installation, moment, (client) =>
        client.call('UpdateService', { path, body: { model_path, processor } }),
      );
      const after = await installation.until(installation.client(), 'changing', 'Running');
      if (acknowledged) expect(after.LatestVersion).toBe(versions + 1);
      else expect([versions, versions + 1]).toContain(after.LatestVersion);
    }
    const { sent, ok, failures } = await load.stop();
    expect({ ok, failures: Object.fromEntries(failures) }).toEqual({ ok: sent, failures: {} });
    await expectOneProcessPerInstance(installation);
  });

  it('of a deletion: what was acknowledged goes, with its processes', async () => {
    const installation = await Installation.start('crash-delete');
    for (const [index, moment] of moments.entries()) {
      const name = `gone_${index}`;
      await runningService(installation, name);
      const path = { ...REGION, ServiceName: name };
      const acknowledged = await interruptedCall(installation, moment, (client) =>
        client.call('DeleteService', { path }),
      );
      const client = installation.client();
      if (!acknowledged && (await installation.describe(client, name))?.Status === 'Running') {
        await client.call('DeleteService', { path });
      }
      await eventually(
        `${name} is gone`,
        async () => (await installation.describe(client, name)) === undefined,
      );
    }
    await eventually('no process is left', () => installation.claims().length === 0);
  });
});

/** Sends a request, kills control `moment` ms later, waits until it is back; true = the request was acknowledged. */
async function interruptedCall(
  installation: Installation,
  moment: number,
  call: (client: ReturnType<Installation['client']>) => Promise<unknown>,
): Promise<boolean> {
  const control = installation.program('control');
  const answer = call(installation.client()).then(
    () => true,
    () => false,
  );
  await new Promise((resolve) => setTimeout(resolve, moment));
  kill(control);
  const acknowledged = await answer;
  await eventually('control is back', async () => {
    const now = installation.program('control');
    return (
      now !== undefined &&
      now.pid !== control?.pid &&
      (await fetch(`${installation.url}/api/v2/regions`)).status !== 503
    );
  });
  return acknowledged;
}

async function expectOneProcessPerInstance(installation: Installation): Promise<void> {
  const client = installation.client();
  const list = (await client.call('ListServices', {})) as unknown as { Services: ServiceFacts[] };
  const wanted = list.Services.reduce((sum, service) => sum + service.TotalInstance, 0);
  await eventually('as many processes as instances', () => installation.claims().length === wanted);
}
