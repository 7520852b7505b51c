import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gateIn, readyInstance, type TestInstance } from '../testing/start-instance.js';

const ONE_SLOT = { workerThreads: 1 } as const;

/** A request written by hand; `body` may be shorter than `length` says. */
function send(instance: TestInstance, body: string, length = Buffer.byteLength(body)): Promise<Socket> {
  const socket = connect(Number(new URL(instance.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(
    `POST /api/predict/demo HTTP/1.1\r\nhost: x\r\nauthorization: token\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
  return once(socket, 'connect').then(() => socket);
}

/** Everything until the server closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(socket, 'close');
  return text;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check()));
}

describe('a full queue', () => {
  test('answers 450 and closes, and what was admitted is served', async () => {
    const instance = await readyInstance({ rpc: { ...ONE_SLOT, maxQueueSize: 2 } }, onTestFinished);
    const gate = gateIn(instance.folder);
    const admitted = [1, 2, 3].map(() => instance.predict(gate.order({ say: 'served' })));
    await until(async () => (await instance.status()).queued === 2);
    const refused = await untilClosed(await send(instance, '{}'));
    expect(refused).toMatch(/^HTTP\/1\.1 450 /);
    expect(refused.toLowerCase()).toContain('connection: close');
    expect(refused).toContain('"Code":"QueueFull"');
    gate.open();
    for (const answer of admitted) expect(await (await answer).text()).toBe('served');
    expect(await instance.metric('openeas_runtime_requests_total{code="450"}')).toBe(1);
  });

  test('of size 0 leaves the slots usable', async () => {
    const instance = await readyInstance({ rpc: { ...ONE_SLOT, maxQueueSize: 0 } }, onTestFinished);
    const gate = gateIn(instance.folder);
    const running = instance.predict(gate.order());
    await until(async () => (await instance.status()).inFlight === 1);
    expect((await instance.predict('{}')).status).toBe(450);
    gate.open();
    expect((await running).status).toBe(200);
    expect((await instance.predict('{}')).status).toBe(200);
  });
});

describe('rpc.keepalive', () => {
  const rpc = { ...ONE_SLOT, keepalive: 300 };

  test('over while it is processed: 408 and close, and the next request is served', async () => {
    // Long enough for the thread to begin on it, whatever else the machine does.
    const instance = await readyInstance({ rpc: { ...rpc, keepalive: 1500 } }, onTestFinished);
    const answer = await untilClosed(await send(instance, '{"sleep":60000}'));
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('rpc.keepalive = 1500 ms (it was being processed)');
    expect((await instance.predict('{}')).status).toBe(200);
    expect(await instance.metric('openeas_runtime_work_for_nobody_total')).toBe(1);
  });

  test('over in the queue: 408 and the processor never sees it', async () => {
    const instance = await readyInstance({ rpc }, onTestFinished);
    const running = instance.predict('{"busy":1200}');
    await until(async () => (await instance.status()).inFlight === 1);
    const queued = await instance.predict('{"exit":1}');
    expect([queued.status, await queued.text()]).toEqual([
      408,
      expect.stringContaining('still in the queue'),
    ]);
    expect((await running).status).toBe(408);
    await until(async () => (await instance.metric('openeas_runtime_slots{state="idle"}')) === 1);
    expect((await instance.predict('{}')).status).toBe(200);
    expect(await instance.metric('openeas_runtime_workers_lost_total{reason="crash"}')).toBe(0);
  });

  test('over while the body is received: 408 and close', async () => {
    const instance = await readyInstance({ rpc }, onTestFinished);
    const answer = await untilClosed(await send(instance, '{"say":', 1000));
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('the body was still being received');
  });
});

describe('a caller that leaves', () => {
  test('takes its queued request along', async () => {
    const instance = await readyInstance({ rpc: ONE_SLOT }, onTestFinished);
    const gate = gateIn(instance.folder);
    const running = instance.predict(gate.order({ say: 'first' }));
    await until(async () => (await instance.status()).inFlight === 1);
    const leaver = await send(instance, '{"exit":1}');
    await until(async () => (await instance.status()).queued === 1);
    leaver.destroy();
    await until(async () => (await instance.status()).queued === 0);
    gate.open();
    expect(await (await running).text()).toBe('first');
    expect(await instance.metric('openeas_runtime_requests_total{code="499"}')).toBe(1);
    expect(await instance.metric('openeas_runtime_work_for_nobody_total')).toBe(0);
  });

  test('aborts its running request, and the slot is free again', async () => {
    const instance = await readyInstance({ rpc: ONE_SLOT }, onTestFinished);
    const leaver = await send(instance, '{"log":"begun","sleep":60000}');
    await until(
      async () => (await instance.status()) && instance.lines.some((line) => line.includes('begun')),
    );
    leaver.destroy();
    await until(async () => (await instance.metric('openeas_runtime_slots{state="idle"}')) === 1);
    expect(await instance.metric('openeas_runtime_work_for_nobody_total')).toBe(1);
    expect((await instance.predict('{}')).status).toBe(200);
  });
});

describe('several requests at once', () => {
  test('wait together where the processor waits, as many as there are slots', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 5 } }, onTestFinished);
    const gate = gateIn(instance.folder);
    const answers = Array.from({ length: 7 }, () => instance.predict(gate.order()));
    await until(async () => (await instance.status()).inFlight === 7);
    await until(async () => (await instance.status()).queued === 2);
    gate.open();
    for (const answer of answers) expect((await answer).status).toBe(200);
  });

  test('use further threads when one is not enough', async () => {
    const instance = await readyInstance({ rpc: { workerThreads: 4 }, cpu: 2 }, onTestFinished);
    expect(await instance.metric('openeas_runtime_worker_threads')).toBe(1);
    const answers = Array.from({ length: 8 }, () => instance.predict('{"busy":150}'));
    for (const answer of answers) expect((await answer).status).toBe(200);
    await until(async () => (await instance.metric('openeas_runtime_worker_threads')) === 2);
  });
});
