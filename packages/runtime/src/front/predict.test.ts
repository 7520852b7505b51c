import { gunzipSync, gzipSync } from 'node:zlib';
import { easSignature } from '@openeas/http1';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codecNamed } from '../codec/codecs.js';
import { readyInstance } from '../testing/start-instance.js';

const JSON_TYPE = { 'content-type': 'application/json' };

interface ErrorAnswer {
  Code: string;
  Message: string;
  RequestId: string;
}

async function errorOf(response: Response): Promise<ErrorAnswer> {
  expect(response.headers.get('content-type')).toBe('application/json');
  const body = (await response.json()) as ErrorAnswer;
  expect(body.RequestId).toBe(response.headers.get('x-request-id'));
  return body;
}

describe('a prediction', () => {
  test('reaches the processor with method, path, query and body, and comes back as it answered', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const plain = await instance.predict('{}', { path: '/v1/x?a=1&b=2' });
    expect(plain.status).toBe(200);
    expect(await plain.text()).toBe('POST /v1/x a=1&b=2');
    expect(plain.headers.get('content-type')).toBe('text/plain');
    const teapot = await instance.predict('{"status":418,"say":"short and stout"}');
    expect([teapot.status, await teapot.text()]).toEqual([418, 'short and stout']);
  });

  test('counts status 0 as success, and a status that is none as 400', async () => {
    const instance = await readyInstance({}, onTestFinished);
    expect((await instance.predict('{"status":0}')).status).toBe(200);
    expect((await instance.predict('{"status":7}')).status).toBe(400);
    expect((await instance.predict('{"status":9999}')).status).toBe(400);
  });

  test('answers the model information to GET without a sub-path, others go to the processor', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const headers = { authorization: 'token' };
    expect(await (await fetch(instance.predictUrl, { headers })).text()).toBe('info of odd');
    expect(await (await fetch(`${instance.predictUrl}/x`, { headers })).text()).toBe('GET /x ');
  });

  test('fails with the first line of what the processor threw', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const response = await instance.predict('{"throw":"no such column\\nat line 3"}');
    expect(response.status).toBe(500);
    expect(await errorOf(response)).toMatchObject({
      Code: 'ProcessorFailed',
      Message: 'The processor failed: Error: no such column',
    });
    const nonsense = await instance.predict('{"nonsense":true}');
    expect((await errorOf(nonsense)).Message).toContain('something that is no response');
  });

  test('keeps the request id of a caller that sent a harmless one', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const given = await instance.predict('{}', { headers: { 'x-request-id': 'abc-123' } });
    expect(given.headers.get('x-request-id')).toBe('abc-123');
    const made = await instance.predict('{}', { headers: { 'x-request-id': 'has space' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9A-F-]{36}$/);
  });

  test('is text/html where the processor names no type', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const response = await instance.predict('{"type":""}');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('carries the default headers unless the answer sets them itself', async () => {
    const defaultHeaders = { 'X-Model': 'm1', 'Content-Type': 'text/html' };
    const instance = await readyInstance({ rpc: { defaultHeaders } }, onTestFinished);
    const response = await instance.predict('{}');
    expect(response.headers.get('x-model')).toBe('m1');
    expect(response.headers.get('content-type')).toBe('text/plain');
  });

  test('tells where the time went when asked to', async () => {
    const instance = await readyInstance({}, onTestFinished);
    expect((await instance.predict('{}')).headers.has('server-timing')).toBe(false);
    const response = await instance.predict('{"busy":5}', { headers: { 'x-openeas-timing': '1' } });
    const steps = new Map(
      response.headers
        .get('server-timing')!
        .split(', ')
        .map((part) => part.split(';dur=') as [string, string]),
    );
    const names = ['receive', 'queue', 'batch', 'handover', 'decode', 'compute', 'encode', 'write', 'total'];
    expect([...steps.keys()]).toEqual(names);
    expect(Number(steps.get('compute'))).toBeGreaterThanOrEqual(5);
    const sum = names.slice(0, -1).reduce((total, name) => total + Number(steps.get(name)), 0);
    expect(Math.abs(sum - Number(steps.get('total')))).toBeLessThan(0.1);
  });
});

describe('who may call', () => {
  test('the token opens raw, as Bearer and as EAS signature; anything else is 401 with a body', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const date = 'Thu, 13 Aug 2020 11:01:13 GMT';
    const parts = {
      method: 'POST',
      contentMd5: '0',
      contentType: 'application/octet-stream',
      date,
      target: '/api/predict/demo/v1?x=1',
    };
    const signed = { 'content-md5': '0', 'content-type': parts.contentType, date };
    const cases: [Record<string, string>, number][] = [
      [{ authorization: 'token' }, 200],
      [{ authorization: 'Bearer token' }, 200],
      [{ ...signed, authorization: `EAS ${easSignature('token', parts)}` }, 200],
      [{ ...signed, authorization: `EAS ${easSignature('token2', parts)}` }, 401],
      [{ authorization: 'tokens' }, 401],
      [{ authorization: '' }, 401],
    ];
    for (const [headers, status] of cases) {
      const response = await instance.predict('{}', { path: '/v1?x=1', headers });
      expect([headers.authorization, response.status]).toEqual([headers.authorization, status]);
      if (status === 401) expect(await errorOf(response)).toMatchObject({ Code: 'Unauthorized' });
      else await response.text();
    }
  });

  test('the gateway is trusted with any service name, nobody else is', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const other = `${instance.url}/api/predict/demo-green`;
    const trusted = await fetch(other, {
      method: 'POST',
      body: '{}',
      headers: { 'x-openeas-gateway': 'gateway-key' },
    });
    expect(trusted.status).toBe(200);
    const wrongKey = await fetch(other, {
      method: 'POST',
      body: '{}',
      headers: { 'x-openeas-gateway': 'gateway-kex' },
    });
    expect([wrongKey.status, (await errorOf(wrongKey)).Code]).toEqual([404, 'RouteNotFound']);
  });

  test('an empty token leaves the service open', async () => {
    const instance = await readyInstance({ token: '' }, onTestFinished);
    expect((await fetch(instance.predictUrl, { method: 'POST', body: '{}' })).status).toBe(200);
  });
});

describe('refusals', () => {
  test('unknown paths are 404, other methods 405, both with a body', async () => {
    const instance = await readyInstance({}, onTestFinished);
    for (const path of [
      '/',
      '/api/predict/',
      '/api/predict',
      '/api/predict/other',
      '/api/builtin/none',
      '/api/x',
    ]) {
      const response = await fetch(`${instance.url}${path}`, { headers: { authorization: 'token' } });
      expect([path, response.status]).toEqual([path, 404]);
      expect((await errorOf(response)).Message).toContain(path);
    }
    const put = await instance.predict('{}', { method: 'PUT' });
    expect([put.status, (await errorOf(put)).Code]).toEqual([405, 'MethodNotAllowed']);
  });

  test('a body over the limit is 413, declared or chunked', async () => {
    const instance = await readyInstance({ maxBodyBytes: 1000 }, onTestFinished);
    const declared = await instance.predict('x'.repeat(1001));
    expect(declared.status).toBe(413);
    expect((await errorOf(declared)).Message).toContain('1000 bytes');
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(600));
        controller.enqueue(new Uint8Array(600));
        controller.close();
      },
    });
    const chunked = await fetch(instance.predictUrl, {
      method: 'POST',
      headers: { authorization: 'token' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await instance.predict(`{"say":"${'y'.repeat(900)}"}`)).status).toBe(200);
  });

  test('over the rate limit is 429, and the connection is kept', async () => {
    const instance = await readyInstance({ rpc: { rateLimit: 2 } }, onTestFinished);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      const response = await instance.predict('{}');
      statuses.push(response.status);
      if (response.status === 429) {
        expect(response.headers.get('connection')).not.toBe('close');
        expect(await errorOf(response)).toMatchObject({ Code: 'RateLimited' });
      } else await response.text();
    }
    expect(statuses.slice(0, 2)).toEqual([200, 200]);
    expect(statuses).toContain(429);
  });
});

describe('compression', () => {
  const text = JSON.stringify({ say: 'abc'.repeat(1000) });

  test('a request is decoded by its Content-Encoding, and by rpc.decompressor without one', async () => {
    const instance = await readyInstance({ rpc: { decompressor: 'Snappy' } }, onTestFinished);
    const packed = codecNamed('snappy')!.encode(Buffer.from(text));
    expect(await (await instance.predict(packed)).text()).toBe('abc'.repeat(1000));
    const gzipped = await instance.predict(gzipSync(text), { headers: { 'content-encoding': 'gzip' } });
    expect(await gzipped.text()).toBe('abc'.repeat(1000));
    const identity = await instance.predict(text, { headers: { 'content-encoding': 'identity' } });
    expect(await identity.text()).toBe('abc'.repeat(1000));
    const plain = await instance.predict(text);
    expect([plain.status, (await errorOf(plain)).Code]).toEqual([400, 'InvalidRequestBody']);
    const unknown = await instance.predict(text, { headers: { 'content-encoding': 'rar' } });
    expect([unknown.status, (await errorOf(unknown)).Message]).toEqual([
      400,
      expect.stringContaining('Content-Encoding: rar is not valid'),
    ]);
  });

  test('a bomb is 413', async () => {
    const instance = await readyInstance({ rpc: { decompressor: 'Gzip' } }, onTestFinished);
    const response = await instance.predict(gzipSync(new Uint8Array(16 << 20)));
    expect(response.status).toBe(413);
  });

  test('an answer is compressed only for callers that ask for it', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const raw = async (encoding: string): Promise<[string | null, Buffer, string | null]> => {
      const { request } = await import('undici');
      const { headers, body } = await request(instance.predictUrl, {
        method: 'POST',
        headers: { authorization: 'token', 'accept-encoding': encoding },
        body: text,
      });
      const bytes = Buffer.from(await body.arrayBuffer());
      const original = headers['x-lz4-original-length'];
      return [(headers['content-encoding'] as string) ?? null, bytes, (original as string) ?? null];
    };
    const answer = 'abc'.repeat(1000);
    expect((await raw('identity'))[1].toString()).toBe(answer);
    const [gzip, gzipped] = await raw('br;q=0.5, gzip');
    expect([gzip, gunzipSync(gzipped).toString()]).toEqual(['gzip', answer]);
    for (const name of ['snappy', 'lz4', 'lz4-block']) {
      const [encoding, bytes, original] = await raw(name);
      expect(encoding).toBe(name);
      expect(Buffer.from(codecNamed(name)!.decode(bytes, 10_000)).toString()).toBe(answer);
      expect(original).toBe(name === 'lz4-block' ? '3000' : null);
    }
  });

  test('JSON stays JSON', async () => {
    const instance = await readyInstance({ processor: 'test-echo' }, onTestFinished);
    const response = await instance.predict('[1]', { headers: JSON_TYPE });
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'application/json',
      '[1]',
    ]);
  });
});
