import { describe, expect, onTestFinished, test } from 'vitest';
import { gateIn, readyInstance, type TestInstance } from '../testing/start-instance.js';

async function call(instance: TestInstance, method: string, name: string, body?: unknown, headers = {}) {
  const response = await fetch(`${instance.url}/api/builtin/${name}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('builtin endpoints', () => {
  test('ping tells that requests are served', async () => {
    const instance = await readyInstance({}, onTestFinished);
    expect(await call(instance, 'GET', 'ping')).toMatchObject({ status: 200, body: { phase: 'Ready' } });
  });

  test('prop shows the settings and changes those that can change', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 3 } }, onTestFinished);
    const { body } = await call(instance, 'GET', 'prop');
    expect(body).toMatchObject({ 'rpc.worker_threads': 3, 'rpc.rate_limit': 0, model_status: 'Ready' });
    expect((await call(instance, 'GET', 'prop?name=rpc.keepalive')).body).toEqual({
      'rpc.keepalive': 20_000,
    });
    expect((await call(instance, 'GET', 'prop?name=x')).status).toBe(400);
    const headers = { 'rpc.http.default_headers': { 'X-A': 'b' } };
    expect((await call(instance, 'POST', 'prop', headers)).status).toBe(200);
    expect((await instance.predict('{}')).headers.get('x-a')).toBe('b');
    await call(instance, 'POST', 'prop', { 'rpc.rate_limit': 1 });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await instance.predict('{}')).status);
    expect(statuses).toContain(429);
    for (const wrong of [
      { 'rpc.rate_limit': -1 },
      { 'rpc.worker_threads': 9 },
      { 'rpc.http.default_headers': { a: 'x\r\ny' } },
      [],
    ]) {
      expect((await call(instance, 'POST', 'prop', wrong)).status).toBe(400);
    }
  });

  test('monitor counts what happened', async () => {
    const instance = await readyInstance({}, onTestFinished);
    await instance.predict('{}');
    await instance.predict('{"throw":"x"}');
    const { body } = await call(instance, 'GET', 'monitor');
    expect(body).toMatchObject({
      phase: 'Ready',
      live: true,
      queued: 0,
      requests: { 200: 1, 500: 1, 450: 0 },
    });
  });

  test('realtime_metrics takes values of user code into /metrics, all or none', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const values = [
      { name: 'loss', value: 0.5 },
      { name: 'hits', tags: { 'a-b': 'x"y' }, value: 3 },
    ];
    expect(await call(instance, 'POST', 'realtime_metrics', values)).toEqual({
      status: 200,
      body: { accepted: 2 },
    });
    await call(instance, 'POST', 'realtime_metrics?internal=true', [{ name: 'loss', value: 0.25 }]);
    expect(await instance.metric('openeas_runtime_reported{name="loss"}')).toBe(0.25);
    expect(await instance.metric('openeas_runtime_reported{name="hits",tag_a_b="x\\"y"}')).toBe(3);
    for (const wrong of [
      {},
      [{ name: '', value: 1 }],
      [{ name: 'x', value: '1' }],
      [{ name: 'new', value: 1 }, { name: 'x' }],
    ]) {
      expect((await call(instance, 'POST', 'realtime_metrics', wrong)).status).toBe(400);
    }
    expect((await call(instance, 'GET', 'realtime_metrics')).body).toHaveLength(2);
    const many = Array.from({ length: 1001 }, (_, i) => ({ name: `n${i}`, value: i }));
    expect((await call(instance, 'POST', 'realtime_metrics', many)).status).toBe(400);
  });

  test('call predicts, eastool lists, tell writes a log line', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const answer = await fetch(`${instance.url}/api/builtin/call`, {
      method: 'POST',
      body: '{"say":"called"}',
    });
    expect(await answer.text()).toBe('called');
    const { body } = await call(instance, 'GET', 'eastool');
    expect((body as unknown as { endpoint: string }[]).map(({ endpoint }) => endpoint)).toContain(
      'POST /api/builtin/term',
    );
    expect((await call(instance, 'POST', 'tell', { message: 'hello log' })).status).toBe(200);
    expect(instance.lines.some((line) => line.includes('Told') && line.includes('hello log'))).toBe(true);
    expect((await call(instance, 'POST', 'tell', { message: 5 })).status).toBe(400);
  });

  test('term drains and ends', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const gate = gateIn(instance.folder);
    const running = instance.predict(gate.order({ say: 'done' }));
    while ((await instance.status()).inFlight === 0);
    expect((await call(instance, 'POST', 'term')).status).toBe(202);
    gate.open();
    expect(await (await running).text()).toBe('done');
    expect(await instance.exit).toBe(0);
  });

  test('a web page on this machine has no say', async () => {
    const instance = await readyInstance({}, onTestFinished);
    const origin = { origin: 'http://evil.example' };
    for (const [method, name] of [
      ['POST', 'term'],
      ['POST', 'prop'],
      ['GET', 'monitor'],
      ['POST', 'tell'],
    ] as const) {
      expect((await call(instance, method, name, undefined, origin)).status).toBe(401);
      const withToken = { ...origin, authorization: 'token' };
      expect((await call(instance, 'GET', 'monitor', undefined, withToken)).status).toBe(200);
    }
    expect((await call(instance, 'GET', 'ping', undefined, origin)).status).toBe(200);
    expect((await call(instance, 'DELETE', 'prop')).status).toBe(405);
  });
});
