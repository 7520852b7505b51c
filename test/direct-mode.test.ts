import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HEART_ANSWER, HEART_DISEASE, Installation } from './support/installation.js';

/** An address by which other machines would reach this one. */
function outsideAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((each) => each !== undefined && !each.internal && each.family === 'IPv4')?.address;
}

it('an installation for the network gives direct clients addresses that they can reach', {
  timeout: 120_000,
}, async (context) => {
  const address = outsideAddress();
  if (address === undefined) return context.skip('this machine has no address but loopback');
  const prepared = await Installation.prepare('direct');
  prepared.env.OPENEAS_LISTEN = `0.0.0.0:${prepared.port}`;
  await prepared.start();
  // Paths of the machine are refused to callers from the network; an upload is not.
  const uploaded = await prepared.eascmd(['upload', join(HEART_DISEASE, 'heart-disease.pmml')]);
  const target = /oss target path: \[([^\]]+)\]/.exec(uploaded.stdout)?.[1];
  expect(target, uploaded.stdout + uploaded.stderr).toBeDefined();
  const client = prepared.client();
  await client.call('CreateService', {
    body: { ...prepared.description('heart'), model_path: target },
  });
  const service = await prepared.until(client, 'heart', 'Running');
  for (const path of [
    '/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/heart?internal=false',
    '/api/v1/servicediscovery/upstreams/heart',
  ]) {
    const answer = await fetch(`http://${address}:${prepared.port}${path}`);
    const { correlative, endpoints } = (await answer.json()) as {
      correlative: string[];
      endpoints: { items: { ip: string; port: number; weight: number }[] };
    };
    expect(correlative).toEqual(['heart']);
    expect(endpoints.items).toEqual([expect.objectContaining({ ip: address, weight: 100 })]);
    const { ip, port } = endpoints.items[0]!;
    const direct = await fetch(`http://${ip}:${port}/api/predict/heart`, {
      method: 'POST',
      headers: { authorization: service.AccessToken },
      body: '[{}]',
    });
    expect(await direct.json()).toEqual(HEART_ANSWER);
    const nobody = await fetch(`http://${ip}:${port}/api/predict/heart`, { method: 'POST', body: '[{}]' });
    expect(nobody.status).toBe(401);
    // Changing builtin endpoints belong to the machine itself and to the token.
    const term = await fetch(`http://${ip}:${port}/api/builtin/term`, { method: 'POST' });
    expect(term.status).toBe(401);
  }
});
