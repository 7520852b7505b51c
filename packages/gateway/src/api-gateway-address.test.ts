import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { rig, route, testInstance } from './testing/rig.js';

const apiGateway = { alias: 'EAPI_1_demo', keys: [{ id: 'key', secret: 'secret' }], dailyLimit: 2 };

/** Headers as the manual's Python sample makes them: names in capitals. */
function signed(target: string, nonce: string): Record<string, string> {
  const own = { 'X-Ca-Key': 'key', 'X-Ca-Nonce': nonce, 'X-Ca-Timestamp': String(Date.now()) };
  const lines = Object.entries(own).map(([name, value]) => `${name}:${value}\n`);
  const text = `POST\napplication/json\n\napplication/json\n\n${lines.join('')}${target}`;
  return {
    ...own,
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'X-Ca-Signature-Headers': Object.keys(own).join(','),
    'X-Ca-Signature': createHmac('sha256', 'secret').update(text).digest('base64'),
  };
}

test('leads to the service, with a limit a day and errors where its clients look', async () => {
  const instance = await testInstance('i1');
  const { call, control } = await rig({ routes: [route('demo', [instance.endpoint], { apiGateway })] });
  const first = await call('/EAPI_1_demo/v1?x=1', {
    token: null,
    headers: signed('/EAPI_1_demo/v1?x=1', 'n1'),
  });
  expect(first.status).toBe(200);
  expect(instance.seen[0]!.target).toBe('/api/predict/demo/v1?x=1');

  const replayed = await call('/EAPI_1_demo', { token: null, headers: signed('/other', 'n2') });
  expect(replayed.status).toBe(400);
  expect(replayed.headers['x-ca-error-message']).toMatch(/^Invalid Signature, Server StringToSign:POST#/);
  expect(replayed.headers['x-ca-request-id']).toBe(replayed.headers['x-request-id']);

  expect((await call('/EAPI_1_demo', { token: null, headers: signed('/EAPI_1_demo', 'n3') })).status).toBe(
    200,
  );
  const third = await call('/EAPI_1_demo', { token: null, headers: signed('/EAPI_1_demo', 'n4') });
  expect([third.status, (JSON.parse(third.body) as { Code: string }).Code]).toEqual([
    429,
    'DailyLimitReached',
  ]);
  expect((await call('/api/predict/demo')).status).toBe(200);

  control.remove('demo');
  await expect.poll(async () => (await call('/api/predict/demo')).status).toBe(404);
  expect((await call('/EAPI_1_demo', { headers: signed('/EAPI_1_demo', 'n5') })).status).toBe(404);
});

test('a service marked idempotent is asked again after its instance was lost', async () => {
  const dying = await testInstance('dying', (exchange) => void exchange.upgrade().socket.destroy());
  const good = await testInstance('good');
  const { call } = await rig({
    routes: [route('demo', [dying.endpoint, good.endpoint], { idempotent: true })],
  });
  for (let i = 0; i < 4; i++) expect((await call('/api/predict/demo', { body: 'x' })).body).toBe('good');
  expect(dying.seen.length).toBeGreaterThan(0);
});
