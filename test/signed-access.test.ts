import { request } from 'node:http';
import { expect, it } from 'vitest';
import { HEART_ANSWER, Installation } from './support/installation.js';
import { akskHeaders, apiGatewayHeaders } from './support/signatures.js';
import { eventually } from './support/workspace.js';

const MINUTES = 60_000;

/** `fetch` sets Date and Host itself, so this goes one level deeper. */
function post(
  port: number,
  target: string,
  headers: Record<string, string>,
  body = '[{}]',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path: target, method: 'POST', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => (text += String(piece)));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
      );
    });
    call.once('error', reject);
    call.end(body);
  });
}

it('the signers of these tests produce the vectors of the contract', () => {
  const post = { target: '/EAPI_1_demo?b=2&a=', body: '[{"a":1}]' };
  expect(
    apiGatewayHeaders(
      post,
      { id: 'testKey', secret: 'testSecret' },
      { nonce: 'nonce-4', timestamp: 1597316473000 },
    ),
  ).toMatchObject({
    'content-md5': '70imXTxMYZAaVpGl55ZOYA==',
    'x-ca-signature': 'Eu0XkdVnEmGPe0kmmpwgVOedHzQGneWUH2IN1Mqwt2k=',
  });
  const aksk = akskHeaders(
    { target: '/flowers', body: '' },
    'svc.example.com',
    { id: 'ak', secret: 'MDEyMzQ1Njc4OWFiY2RlZg==' },
    'Thu, 13 Aug 2020 11:01:13 GMT',
  );
  expect(aksk.authorization).toContain('Signature=J41ISQyA3QtGg9QHKBGm8cfz8yqI4WLEgBN869LNIls=');
});

it('a service is called by signatures once they are enabled, with the keys that desc shows', {
  timeout: 3 * MINUTES,
}, async () => {
  const installation = await Installation.start('signed-access');
  const client = installation.client();
  await client.call('CreateService', { body: installation.description('heart') });
  await installation.until(client, 'heart', 'Running');
  const enable = {
    networking: { api_gateway: { enable: true, daily_limit: 5 }, access_key: { enable: true } },
  };
  await client.call('UpdateService', { path: { ServiceName: 'heart' }, body: enable });
  const { stdout } = await installation.eascmd(['desc', 'heart', '-o', 'json']);
  const described = JSON.parse(stdout) as Record<string, string>;
  const url = new URL(described.APIGatewayUrl ?? '');
  expect(url.href).toBe(`${installation.url}/EAPI_${installation.credentials.AccountUid}_heart`);
  const app = { id: described.APIGatewayAppKey ?? '', secret: described.APIGatewayAppSecret ?? '' };
  const access = { id: described.AccessKeyId ?? '', secret: described.AccessKeySecret ?? '' };
  const { port } = installation;

  // A refused signature counts nothing of the five calls a day.
  const target = `${url.pathname}?on_error=row`;
  const wrong = { target, body: '[{}]' };
  await eventually('the address is routed', async () => {
    const answer = await post(port, target, apiGatewayHeaders(wrong, { ...app, secret: 'wrong' }));
    if (answer.status === 404) return false;
    expect(answer.status).toBe(400); // As Alibaba Cloud's API gateway says it.
    expect(answer.headers['x-ca-error-message']).toContain('Invalid Signature, Server StringToSign:POST#');
    return true;
  });
  for (let n = 0; n < 5; n++) {
    const answer = await post(port, target, apiGatewayHeaders(wrong, app));
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, HEART_ANSWER]);
  }
  const sixth = await post(port, target, apiGatewayHeaders(wrong, app));
  expect([sixth.status, sixth.body]).toEqual([429, expect.stringContaining('DailyLimitReached')]);

  const plain = { target: '/api/predict/heart', body: '[{}]' };
  const signed = akskHeaders(plain, 'svc.example.com', access);
  const answer = await post(port, plain.target, signed);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, HEART_ANSWER]);
  const other = await post(port, plain.target, { ...signed, host: 'other.example.com' });
  expect(other.status).toBe(401);

  await client.call('UpdateService', {
    path: { ServiceName: 'heart' },
    body: { networking: { api_gateway: { enable: false }, access_key: { enable: false } } },
  });
  await eventually('the signature is off', async () => {
    return (await post(port, plain.target, akskHeaders(plain, 'svc.example.com', access))).status === 401;
  });
  const after = JSON.parse((await installation.eascmd(['desc', 'heart', '-o', 'json'])).stdout);
  expect(after.APIGatewayUrl ?? after.AccessKeyId).toBeUndefined();
});
