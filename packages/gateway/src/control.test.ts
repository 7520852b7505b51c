import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoutingSnapshot } from '@openeas/contracts';
import { rawClient } from '@openeas/http1/testing';
import { createLogger } from '@openeas/telemetry';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGateway } from './gateway.js';
import { CONTROL_KEY, fakeControl } from './testing/fake-control.js';
import { rig, route, send, testInstance } from './testing/rig.js';

function kept(path: string): RoutingSnapshot {
  return JSON.parse(readFileSync(path, 'utf8')) as RoutingSnapshot;
}

/** A gateway that starts with a kept table, and with a control at that port or with none. */
async function startedAfter(snapshotFile: string, controlPort?: number): Promise<number> {
  const gateway = createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    control: () =>
      controlPort === undefined ? undefined : { host: '127.0.0.1', port: controlPort, key: CONTROL_KEY },
    snapshotFile,
    log: createLogger({ name: 'gateway', level: 'silent', format: 'json' }),
    region: 'local',
  });
  onTestFinished(() => gateway.destroy());
  return (await gateway.listen()).port;
}

describe('routing from control', () => {
  test('follows changes as they come', async () => {
    const instance = await testInstance('i1');
    const { call, control } = await rig();
    expect((await call('/api/predict/demo')).status).toBe(404);
    control.set(route('demo', [instance.endpoint]));
    await expect.poll(async () => (await call('/api/predict/demo')).status).toBe(200);
    control.set(route('demo', [instance.endpoint], { tokens: ['other'] }));
    await expect.poll(async () => (await call('/api/predict/demo')).status).toBe(401);
    control.remove('demo');
    await expect.poll(async () => (await call('/api/predict/demo')).status).toBe(404);
    expect(control.opened()).toBe(1);
  });

  test('finishes what runs on an instance that leaves the table', async () => {
    let finish: (() => void) | undefined;
    const old = await testInstance('old', (exchange) => {
      finish = () => exchange.respond(200, [], 'old');
    });
    const fresh = await testInstance('fresh');
    const { call, control } = await rig({ routes: [route('demo', [old.endpoint])] });
    const running = call('/api/predict/demo');
    await expect.poll(() => finish).toBeDefined();
    control.set(route('demo', [fresh.endpoint]));
    await expect.poll(async () => (await call('/api/predict/demo')).body).toBe('fresh');
    finish!();
    expect((await running).body).toBe('old');
    await expect.poll(() => old.server.connections).toBe(0);
  });

  test.each([
    ['a gap', '{"kind":"delta","epoch":"epoch-1","previous":7,"revision":8,"upsert":[],"remove":["demo"]}'],
    [
      'another epoch',
      '{"kind":"delta","epoch":"epoch-2","previous":1,"revision":2,"upsert":[],"remove":["demo"]}',
    ],
    ['a damaged line', '{"kind":"delta","epo'],
    [
      'a route without its fields',
      '{"kind":"delta","epoch":"epoch-1","previous":1,"revision":2,"remove":[],"upsert":[{"name":"demo"}]}',
    ],
  ])('asks for everything anew after %s, and applies none of it', async (_, line) => {
    const instance = await testInstance('i1');
    const { call, control } = await rig({ routes: [route('demo', [instance.endpoint])] });
    control.raw(line);
    await expect.poll(() => control.opened()).toBe(2);
    expect((await call('/api/predict/demo')).status).toBe(200);
  });

  test('comes back after control ended the stream, died, and started elsewhere with another epoch', async () => {
    const instance = await testInstance('i1');
    let current = await fakeControl({ routes: [route('demo', [instance.endpoint])] });
    onTestFinished(() => current.server.destroy());
    const { call } = await rig({
      control: () => ({ host: '127.0.0.1', port: current.port, key: CONTROL_KEY }),
    });
    current.hangUp();
    await expect.poll(() => current.opened()).toBe(2);
    current.server.destroy();
    expect((await call('/api/predict/demo')).status).toBe(200);
    expect((await call('/api/v2/services', { method: 'GET' })).status).toBe(503);
    current = await fakeControl({
      epoch: 'epoch-2',
      routes: [route('other', [instance.endpoint])],
      other: (exchange) => exchange.respond(200, [], 'control is back'),
    });
    await expect.poll(async () => (await call('/api/predict/other')).status, { timeout: 10_000 }).toBe(200);
    expect((await call('/api/predict/demo')).status).toBe(404);
    expect((await call('/api/v2/services', { method: 'GET' })).body).toBe('control is back');
  });
});

describe('kept routing table', () => {
  test('is written for the owner only, and serves a gateway that starts while control is dead', async () => {
    const instance = await testInstance('i1');
    const { control, gateway, snapshotFile } = await rig({ routes: [route('demo', [instance.endpoint])] });
    await expect.poll(() => statSync(snapshotFile, { throwIfNoEntry: false })?.mode).toBeDefined();
    expect(statSync(snapshotFile).mode & 0o777).toBe(0o600);
    control.set(route('second', [instance.endpoint]));
    await expect.poll(() => kept(snapshotFile).routes.length).toBe(2);
    expect(kept(snapshotFile)).toMatchObject({ kind: 'full', revision: 2, epoch: 'epoch-1' });
    gateway.destroy();
    control.server.destroy();
    const port = await startedAfter(snapshotFile);
    expect((await send(port, '/readyz', { method: 'GET' })).status).toBe(200);
    expect((await send(port, '/api/predict/second', {})).body).toBe('i1');
    const control503 = await send(port, '/', { method: 'GET' });
    expect([control503.status, JSON.parse(control503.body)]).toMatchObject([
      503,
      { Code: 'ControlUnavailable' },
    ]);
  });

  test('does not serve by an old one while control has another: not even the first request', async () => {
    const [gone, instance] = [await testInstance('gone'), await testInstance('i1')];
    const first = await rig({ routes: [route('demo', [gone.endpoint])] });
    await expect.poll(() => statSync(first.snapshotFile, { throwIfNoEntry: false })).toBeDefined();
    first.gateway.destroy();
    gone.server.destroy();
    first.control.set(route('demo', [instance.endpoint]));
    const port = await startedAfter(first.snapshotFile, first.control.port);
    expect((await send(port, '/api/predict/demo', {})).body).toBe('i1');
  });

  test('serves by the kept one soon when control is there and says nothing', async () => {
    const instance = await testInstance('i1');
    const first = await rig({ routes: [route('demo', [instance.endpoint])] });
    await expect.poll(() => statSync(first.snapshotFile, { throwIfNoEntry: false })).toBeDefined();
    first.gateway.destroy();
    const mute = await testInstance('mute', () => {});
    const port = await startedAfter(first.snapshotFile, mute.endpoint.port);
    expect((await send(port, '/api/predict/demo', {})).body).toBe('i1');
  });

  test.each([
    ['none', undefined],
    ['a damaged one', '{"kind":"full","routes":[{'],
  ])('with %s the gateway starts, says that it waits, and is alive', async (_, content) => {
    const folder = mkdtempSync(join(tmpdir(), 'openeas-gateway-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const snapshotFile = join(folder, 'routes.json');
    if (content !== undefined) writeFileSync(snapshotFile, content);
    const port = await startedAfter(snapshotFile);
    expect((await send(port, '/healthz', { method: 'GET' })).status).toBe(200);
    expect((await send(port, '/readyz', { method: 'GET' })).status).toBe(503);
    const answer = await send(port, '/api/predict/demo', {});
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([503, { Code: 'ControlUnavailable' }]);
  });
});

describe('forwarding to control', () => {
  test('passes everything on that is not a prediction, with Host as sent', async () => {
    const { call } = await rig({
      other: (exchange) => {
        void exchange
          .readBody(1000)
          .then((body) =>
            exchange.respond(
              201,
              ['x-request-id', 'CONTROL-ID', 'x-from', exchange.header('x-forwarded-for') ?? ''],
              `${exchange.method} ${exchange.target} ${exchange.header('host')} ${body}`,
            ),
          );
      },
    });
    for (const path of ['/', '/console/app.js?v=1', '/api/v2/services', '/bucket/some/key%20x']) {
      const answer = await call(path, { method: 'PUT', body: 'b', headers: { host: 'eas.example:81' } });
      expect(answer.body).toBe(`PUT ${path} eas.example:81 b`);
      expect(answer.status).toBe(201);
      expect(answer.headers['x-request-id']).toBe('CONTROL-ID');
      expect(answer.headers['x-from']).toBe('127.0.0.1');
    }
  });

  test.each([
    '/internal/v1/routes',
    '//internal/v1/routes',
    '/./internal/v1/routes',
    '/x/../internal/v1/routes',
    '/%69nternal/v1/routes',
    '/INTERNAL/v1/routes',
    '/internal',
    '/%zz/internal',
  ])('never forwards %s', async (path) => {
    let asked = 0;
    const { port } = await rig({
      other: (exchange) => {
        asked++;
        exchange.respond(200, [], 'leaked');
      },
    });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${CONTROL_KEY}\r\n\r\n`);
    expect(await client.until((text) => text.includes('RouteNotFound'))).toMatch(/^HTTP\/1\.1 404 /);
    expect(asked).toBe(0);
  });

  test('streams a large upload without keeping it', async () => {
    const size = 32 * 1024 * 1024;
    let got = 0;
    const { call } = await rig({
      other: (exchange) => {
        exchange.streamBody({
          onData(chunk) {
            got += chunk.length;
          },
          onEnd: () => exchange.respond(200, [], String(got)),
          onError() {},
        });
      },
    });
    const answer = await call('/bucket/model.pmml', { method: 'PUT', body: Buffer.alloc(size) });
    expect(answer.body).toBe(String(size));
  });

  test('sends a request again when the kept connection to control was closed', async () => {
    let count = 0;
    const { call } = await rig({
      other: (exchange) => {
        count++;
        exchange.closeAfterResponse();
        exchange.respond(200, [], String(count));
      },
    });
    for (let i = 1; i <= 5; i++) expect((await call('/api/v2/x', { body: 'b' })).body).toBe(String(i));
  });
});

describe('shutdown', () => {
  test('finishes the request it has, answers Connection: close, and then resolves', async () => {
    let finish: (() => void) | undefined;
    const instance = await testInstance('i1', (exchange) => {
      finish = () => exchange.respond(200, [], 'done');
    });
    const { gateway, port } = await rig({ routes: [route('demo', [instance.endpoint], { tokens: [] })] });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.send('POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    await expect.poll(() => finish).toBeDefined();
    let closed = false;
    const closing = gateway.close().then(() => {
      closed = true;
    });
    await expect(send(port, '/healthz', { method: 'GET' })).rejects.toThrow();
    expect(closed).toBe(false);
    finish!();
    expect(await client.ended()).toMatch(/connection: close\r\n\r\ndone$/);
    await closing;
    await gateway.close();
    gateway.destroy();
  });
});
