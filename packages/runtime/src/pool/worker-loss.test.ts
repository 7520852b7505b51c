import { describe, expect, onTestFinished, test } from 'vitest';
import { gateIn, readyInstance, type TestInstance } from '../testing/start-instance.js';

async function failure(instance: TestInstance, body: string): Promise<string> {
  const response = await instance.predict(body);
  expect(response.status).toBe(500);
  return ((await response.json()) as { Message: string }).Message;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check()));
}

describe('an idle worker', () => {
  test('takes over what waits behind a long request of another one', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 4 }, cpu: 2 }, onTestFinished);
    // The first requests are quick, so the next ones are sent ahead to the only thread there is.
    for (let n = 0; n < 20; n++) await instance.predict('{}');
    const long = instance.predict('{"busy":3000,"say":"long"}');
    const order: string[] = [];
    const note = async (answer: Promise<Response>): Promise<void> =>
      void order.push(await (await answer).text());
    await Promise.all([note(long), ...[1, 2, 3].map((n) => note(instance.predict(`{"say":"short ${n}"}`)))]);
    expect(order.at(-1)).toBe('long');
    expect(order.slice(0, 3).toSorted()).toEqual(['short 1', 'short 2', 'short 3']);
  });
});

describe('a model', () => {
  test('is closed by its thread when the instance ends', async () => {
    const instance = await readyInstance({ modelConfig: 'tell the end' }, onTestFinished);
    await instance.admin('POST', '/admin/stop');
    expect(await instance.exit).toBe(0);
    expect(instance.lines.some((line) => line.includes('odd model closed'))).toBe(true);
  });
});

describe('a worker that is lost', () => {
  test.each([
    ['ends its thread', '{"exit":7}', 'its thread ended with code 7'],
    ['throws outside of the request', '{"crash":"out of thin air"}', 'out of thin air'],
  ])('when it %s, its request fails at once with the cause, and a new one serves', async (_, body, words) => {
    const instance = await readyInstance({}, onTestFinished);
    const lost = instance.until(({ phase, message }) => phase === 'Loading' && message.includes(words));
    const message = await failure(instance, body);
    expect(message).toContain('its worker is lost');
    expect(message).toContain(words);
    await lost;
    await instance.until(({ phase }) => phase === 'Ready');
    expect(await (await instance.predict('{"say":"alive"}')).text()).toBe('alive');
    expect(await instance.metric('openeas_runtime_workers_lost_total{reason="crash"}')).toBe(1);
    expect(await instance.metric('openeas_runtime_slots{state="poisoned"}')).toBe(0);
  });

  test('takes only what it had started with it; what waited is served by the next one', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 1 } }, onTestFinished);
    const gate = gateIn(instance.folder);
    const lost = instance.predict(gate.order({ exit: 1 }));
    await until(async () => (await instance.status()).inFlight === 1);
    const waiting = [1, 2, 3].map(() => instance.predict('{"say":"served later"}'));
    await until(async () => (await instance.status()).queued === 3);
    gate.open();
    expect((await lost).status).toBe(500);
    for (const answer of waiting) expect(await (await answer).text()).toBe('served later');
  });

  test('while there is none, new requests are 503 and were not started', async () => {
    const instance = await readyInstance({}, onTestFinished);
    // Several losses in a row make the pause before the next start long enough to be seen.
    await failure(instance, '{"exit":1}');
    const refused = await instance.predict('{}');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('x-openeas-not-started')).toBe('1');
    const { Message } = (await refused.json()) as { Message: string };
    expect(Message).toContain('no healthy upstream');
    expect(Message).toContain('its thread ended with code 1');
    expect((await fetch(`${instance.url}/api/builtin/ping`)).status).toBe(503);
    await instance.until(({ phase }) => phase === 'Ready');
    expect((await fetch(`${instance.url}/api/builtin/ping`)).status).toBe(200);
  });

  test('is ended when it is stuck: its request was 408, the next ones are served', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 1, keepalive: 200 } }, onTestFinished);
    const stuck = await instance.predict('{"busy":3600000}');
    expect(stuck.status).toBe(408);
    await instance.until(({ phase, message }) => phase === 'Loading' && message.includes('stuck'));
    await instance.until(({ phase }) => phase === 'Ready');
    expect(await (await instance.predict('{"say":"alive"}')).text()).toBe('alive');
    expect(await instance.metric('openeas_runtime_workers_lost_total{reason="stuck"}')).toBe(1);
    expect(await instance.metric('openeas_runtime_workers_lost_total{reason="crash"}')).toBe(0);
  });

  test('is replaced without losing a request when its memory passes the ceiling', async () => {
    const instance = await readyInstance({ memory: 60, cpu: 1 }, onTestFinished);
    let replaced = 0;
    let failed = 0;
    while (replaced === 0) {
      const answers = await Promise.all([1, 2, 3].map(() => instance.predict('{"hog":20,"busy":15}')));
      failed += answers.filter(({ status }) => status !== 200).length;
      replaced = await instance.metric('openeas_runtime_workers_lost_total{reason="memory"}');
    }
    expect(failed).toBe(0);
    expect((await instance.predict('{}')).status).toBe(200);
    await until(async () => (await instance.metric('openeas_runtime_worker_threads')) === 1);
    expect(instance.lines.some((line) => line.includes('a fresh one takes over'))).toBe(true);
    expect(await instance.metric('openeas_runtime_workers_lost_total{reason="crash"}')).toBe(0);
  });
});
