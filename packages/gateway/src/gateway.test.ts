import { describe, expect, test } from 'vitest';
import { backend, rig, route, testInstance } from './testing/rig.js';

interface ErrorAnswer {
  Code: string;
  Message: string;
  RequestId: string;
}

describe('prediction', () => {
  test('reaches the instance with path, query and body as sent, and the headers that prove the gateway', async () => {
    const instance = await testInstance('i1', (exchange) => {
      void exchange.readBody(1000).then((body) => {
        exchange.respond(200, ['content-type', 'text/x', 'x-openeas-not-started', '1'], body);
      });
    });
    const { call } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const answer = await call('/api/predict/demo/v1/x?a=%20b', {
      body: '[{"a":1}]',
      headers: {
        'x-request-id': 'mine-1',
        'x-openeas-gateway': 'forged',
        'x-forwarded-for': '10.0.0.1',
        'x-kept': 'y',
      },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: '[{"a":1}]',
      headers: { 'content-type': 'text/x', 'x-request-id': 'mine-1' },
    });
    expect(answer.headers['x-openeas-not-started']).toBeUndefined();
    const seen = instance.seen[0]!;
    expect(seen.target).toBe('/api/predict/demo/v1/x?a=%20b');
    expect(seen.header('x-openeas-gateway')).toBe('key-of-i1');
    expect(seen.header('x-request-id')).toBe('mine-1');
    expect(seen.header('x-forwarded-for')).toBe('10.0.0.1, 127.0.0.1');
    expect(seen.header('x-kept')).toBe('y');
    expect(seen.header('content-length')).toBe('9');
    expect(seen.header('connection')).toBeUndefined();
  });

  test('makes a request id when the client has none that can be used', async () => {
    const instance = await testInstance('i1');
    const { call } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const answer = await call('/api/predict/demo', { headers: { 'x-request-id': 'no spaces' } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9A-F-]{36}$/);
    expect(instance.seen[0]!.header('x-request-id')).toBe(answer.headers['x-request-id']);
  });

  test.each([
    ['no token', null, 401],
    ['a wrong token', 'test-toker', 401],
    ['a wrong signature', 'EAS Ql1FzgWhjlEJNQpR6D3c/rUaA1g=', 401],
    ['the token', 'test-token', 200],
    ['Bearer', 'Bearer test-token', 200],
  ])('answers %s with the right status', async (_, token, status) => {
    const instance = await testInstance('i1');
    const { call } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const answer = await call('/api/predict/demo', {
      token,
      headers: { date: 'Thu, 13 Aug 2020 11:01:13 GMT' },
    });
    expect(answer.status).toBe(status);
    if (status === 401) expect((JSON.parse(answer.body) as ErrorAnswer).Code).toBe('Unauthorized');
    expect(instance.seen).toHaveLength(status === 200 ? 1 : 0);
  });

  test('is open to everyone without tokens, and takes any of several', async () => {
    const instance = await testInstance('i1');
    const { call } = await rig({
      routes: [
        route('open', [instance.endpoint], { tokens: [] }),
        route('two', [instance.endpoint], { tokens: ['one', 'two'] }),
      ],
    });
    expect((await call('/api/predict/open', { token: null })).status).toBe(200);
    expect((await call('/api/predict/two', { token: 'one' })).status).toBe(200);
    expect((await call('/api/predict/two', { token: 'two' })).status).toBe(200);
    expect((await call('/api/predict/two', { token: 'onetwo' })).status).toBe(401);
  });

  test('names what is wrong in 404, 405, 413 and 503', async () => {
    const instance = await testInstance('i1');
    const { call } = await rig({
      routes: [route('demo', [instance.endpoint], { maxBodyBytes: 4 }), route('later', [])],
    });
    const cases = [
      [await call('/api/predict/nothing'), 404, 'RouteNotFound'],
      [await call('/api/predict/'), 404, 'RouteNotFound'],
      [await call('/api/predict/demo', { method: 'PROPFIND' }), 405, 'MethodNotAllowed'],
      [await call('/api/predict/demo', { body: '12345' }), 413, 'PayloadTooLarge'],
      [await call('/api/predict/later'), 503, 'NoReadyInstance'],
    ] as const;
    for (const [answer, status, code] of cases) {
      const body = JSON.parse(answer.body) as ErrorAnswer;
      expect([answer.status, body.Code]).toEqual([status, code]);
      expect(body.RequestId).toBe(answer.headers['x-request-id']);
    }
    const last = JSON.parse(cases[4][0].body) as ErrorAnswer;
    expect(last.Message).toContain('no healthy upstream');
    expect(last.Message).toContain('it is being created');
    expect(instance.seen).toHaveLength(0);
  });

  test('splits traffic over services exactly by weight', async () => {
    const blue = await testInstance('blue');
    const green = await testInstance('green');
    const { call } = await rig({
      routes: [
        route('demo', [], {
          backends: [backend('demo', 3, [blue.endpoint]), backend('demo_green', 1, [green.endpoint])],
        }),
      ],
    });
    for (let i = 0; i < 40; i++) await call('/api/predict/demo');
    expect([blue.seen.length, green.seen.length]).toEqual([30, 10]);
  });

  test('gives the next request to the instance with the least to do', async () => {
    const busy = await testInstance('busy', () => {});
    const free = await testInstance('free');
    const { call } = await rig({ routes: [route('demo', [busy.endpoint, free.endpoint])] });
    const hanging: Promise<unknown>[] = [];
    while (busy.seen.length === 0) {
      const one = call('/api/predict/demo');
      hanging.push(one.catch(() => {}));
      await Promise.race([one, expect.poll(() => busy.seen.length).toBe(1)]).catch(() => {});
    }
    for (let i = 0; i < 10; i++) expect((await call('/api/predict/demo')).body).toBe('free');
    expect(busy.seen).toHaveLength(1);
  });

  test('answers 504 when the service takes too long, and gives the instance up', async () => {
    let aborted = false;
    const instance = await testInstance('slow', (exchange) => {
      exchange.onAbort = () => {
        aborted = true;
      };
    });
    const { call } = await rig({ routes: [route('demo', [instance.endpoint], { timeoutMs: 100 })] });
    const answer = await call('/api/predict/demo');
    expect(answer.status).toBe(504);
    expect((JSON.parse(answer.body) as ErrorAnswer).Code).toBe('GatewayTimeout');
    await expect.poll(() => aborted).toBe(true);
  });

  test('limits the rate and what runs at the same time with 429, and keeps the connection', async () => {
    const waiting: (() => void)[] = [];
    const instance = await testInstance('i1', (exchange) => {
      waiting.push(() => exchange.respond(200, [], 'late'));
    });
    const quick = await testInstance('i2');
    const { call } = await rig({
      routes: [
        route('rated', [quick.endpoint], { rateLimit: 2 }),
        route('narrow', [instance.endpoint], { concurrencyLimit: 1 }),
      ],
    });
    const rated = await Promise.all(Array.from({ length: 8 }, () => call('/api/predict/rated')));
    const refused = rated.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect((JSON.parse(refused[0]!.body) as ErrorAnswer).Code).toBe('RateLimited');
    const first = call('/api/predict/narrow');
    await expect.poll(() => waiting.length).toBe(1);
    const second = await call('/api/predict/narrow', { headers: { connection: 'keep-alive' } });
    expect([second.status, (JSON.parse(second.body) as ErrorAnswer).Code]).toEqual([
      429,
      'ConcurrencyLimited',
    ]);
    expect(second.headers.connection).not.toBe('close');
    waiting[0]!();
    expect((await first).body).toBe('late');
  });

  test('tells where the time went when asked', async () => {
    const instance = await testInstance('i1', (exchange) =>
      exchange.respond(200, ['x-openeas-timing', 'queue;dur=1.5'], ''),
    );
    const { call } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const asked = await call('/api/predict/demo', { headers: { 'x-openeas-timing': '1' } });
    expect(asked.headers['x-openeas-timing']).toMatch(
      /^gateway;dur=[\d.]+, instance;dur=[\d.]+, queue;dur=1\.5$/,
    );
    expect((await call('/api/predict/demo')).headers['x-openeas-timing']).toBeUndefined();
  });
});

describe('own pages', () => {
  test('shows every counter at zero before anything happened', async () => {
    const { call, metric } = await rig({ routes: [route('demo', [])] });
    const { body, headers } = await call('/metrics', { method: 'GET' });
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    for (const code of ['2xx', '3xx', '4xx', '5xx']) {
      expect(body).toContain(`openeas_gateway_requests_total{code="${code}",service="demo"} 0`);
    }
    expect(await metric('openeas_gateway_retries_total')).toBe(0);
    await call('/api/predict/demo');
    expect(await metric('openeas_gateway_requests_total{code="5xx",service="demo"}')).toBe(1);
  });

  test('answers discovery as the official clients expect, on both paths', async () => {
    const { call } = await rig({
      routes: [
        route('my_demo', [], {
          backends: [
            backend('my_demo', 0, [
              { instanceId: 'i-1', version: 1, host: '10.1.1.1', port: 50000, gatewayKey: 'g' },
            ]),
            backend('my_demo_green', 100, [
              { instanceId: 'i-2', version: 1, host: '10.1.1.2', port: 50000, gatewayKey: 'g' },
            ]),
          ],
        }),
        route('empty', []),
        route('everywhere', [
          { instanceId: 'i-3', version: 1, host: '0.0.0.0', port: 50001, gatewayKey: 'g' },
        ]),
      ],
    });
    for (const path of [
      '/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/my_demo?internal=true',
      '/api/v1/servicediscovery/upstreams/my_demo',
    ]) {
      const answer = await call(path, { method: 'GET', token: null });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(JSON.parse(answer.body)).toEqual({
        correlative: ['my_demo', 'my_demo_green'],
        endpoints: {
          items: [
            {
              app: 'my-demo',
              ip: '10.1.1.1',
              name: 'i-1',
              port: 50000,
              service: 'my_demo',
              valid: true,
              weight: 100,
            },
          ],
        },
        cacheMillis: 3000,
      });
    }
    // An instance on every address of the machine is found where the client found the gateway.
    const everywhere = await call('/api/v1/servicediscovery/upstreams/everywhere', { method: 'GET' });
    expect(JSON.parse(everywhere.body)).toMatchObject({ endpoints: { items: [{ ip: '127.0.0.1' }] } });
    const none = await call('/api/v1/servicediscovery/upstreams/none', { method: 'GET' });
    expect([none.status, (JSON.parse(none.body) as ErrorAnswer).Code]).toEqual([404, 'ServiceNotFound']);
    expect((await call('/api/v1/servicediscovery/upstreams/empty', { method: 'GET' })).status).toBe(503);
  });
});
