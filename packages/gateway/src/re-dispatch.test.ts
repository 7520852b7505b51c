import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { rawClient } from '@openeas/http1/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endpoint, rig, route, TOKEN, testInstance } from './testing/rig.js';

/** A port where nobody listens. */
async function deadPort(): Promise<number> {
  const gone = await testInstance('gone');
  gone.server.destroy();
  return gone.endpoint.port;
}

function code(body: string): string {
  return (JSON.parse(body) as { Code: string }).Code;
}

describe('re-dispatch', () => {
  test('goes to another instance when one cannot be reached, which then rests', async () => {
    const good = await testInstance('good');
    const { call, metric } = await rig({
      routes: [route('demo', [endpoint('dead', await deadPort()), good.endpoint])],
    });
    for (let i = 0; i < 20; i++) expect((await call('/api/predict/demo')).body).toBe('good');
    const retries = await metric('openeas_gateway_retries_total');
    expect(retries).toBeGreaterThan(0);
    expect(retries).toBeLessThan(20); // not every second request tried the dead one
  });

  test.each([
    ['450', 450, []],
    ['503 not started', 503, ['x-openeas-not-started', '1']],
  ])('goes to another instance after %s, with the body', async (_, status, headers) => {
    const full = await testInstance('full', (exchange) => exchange.respond(status, headers, 'no'));
    const good = await testInstance('good', (exchange) => {
      void exchange.readBody(100).then((body) => exchange.respond(200, [], body));
    });
    const { call } = await rig({ routes: [route('demo', [full.endpoint, good.endpoint])] });
    for (let i = 0; i < 6; i++) {
      expect(await call('/api/predict/demo', { body: `b${i}` })).toMatchObject({
        status: 200,
        body: `b${i}`,
      });
    }
    expect(full.seen.length).toBeGreaterThan(0);
  });

  test('passes 450 on and closes when every instance is full', async () => {
    const one = await testInstance('1', (exchange) => exchange.respond(450, [], 'full 1'));
    const two = await testInstance('2', (exchange) => exchange.respond(450, [], 'full 2'));
    const { call } = await rig({ routes: [route('demo', [one.endpoint, two.endpoint])] });
    const answer = await call('/api/predict/demo', { headers: { connection: 'keep-alive' } });
    expect(answer).toMatchObject({ status: 450, headers: { connection: 'close' } });
    expect(answer.body).toMatch(/^full [12]$/);
    expect([one.seen.length, two.seen.length]).toEqual([1, 1]);
  });

  test('never sends a plain 500 or 503 of the service a second time', async () => {
    for (const status of [500, 503]) {
      const one = await testInstance('1', (exchange) => exchange.respond(status, [], 'mine'));
      const two = await testInstance('2', (exchange) => exchange.respond(status, [], 'mine'));
      const { call } = await rig({ routes: [route('demo', [one.endpoint, two.endpoint])] });
      expect(await call('/api/predict/demo')).toMatchObject({ status, body: 'mine' });
      expect(one.seen.length + two.seen.length).toBe(1);
    }
  });

  test('answers 502 when the instance dies over the request, and does not repeat it', async () => {
    const sockets: Socket[] = [];
    const dying = await testInstance('dying', (exchange) => {
      const { socket } = exchange.upgrade();
      sockets.push(socket);
      socket.destroy();
    });
    const other = await testInstance('other', (exchange) => {
      const { socket } = exchange.upgrade();
      socket.destroy();
    });
    const { call, metric } = await rig({ routes: [route('demo', [dying.endpoint, other.endpoint])] });
    const answer = await call('/api/predict/demo', { body: 'x' });
    expect([answer.status, code(answer.body)]).toEqual([502, 'InstanceLost']);
    expect(dying.seen.length + other.seen.length).toBe(1);
    expect(await metric('openeas_gateway_instance_lost_total')).toBe(1);
  });

  test('cuts the client off when the instance dies in the middle of the answer', async () => {
    const dying = await testInstance('dying', (exchange) => {
      exchange.startResponse(200, ['content-length', '10']);
      exchange.write(Buffer.from('12345'));
      setImmediate(() => exchange.abortResponse());
    });
    const { port } = await rig({ routes: [route('demo', [dying.endpoint])] });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.send(`GET /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\n\r\n`);
    expect((await client.ended()).endsWith('12345')).toBe(true);
  });

  test('a process killed with kill -9 while idle costs no request', async () => {
    const script = `
      require('node:http').createServer((q, s) => { q.resume(); q.on('end', () => s.end('victim')); })
        .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const port = await new Promise<number>((resolve) => {
      child.stdout.once('data', (line) => resolve(Number(line)));
    });
    const good = await testInstance('good');
    const { call } = await rig({ routes: [route('demo', [endpoint('victim', port), good.endpoint])] });
    const bodies = new Set<string>();
    for (let i = 0; i < 10; i++) bodies.add((await call('/api/predict/demo', { body: 'x' })).body);
    expect(bodies).toEqual(new Set(['victim', 'good']));
    child.kill('SIGKILL');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => call('/api/predict/demo', { body: 'x' })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(answers.at(-1)!.body).toBe('good');
  });

  test('leaves an instance alone once two of its connections turned out to be closed', async () => {
    let connections = 0;
    const gone = createServer((socket) => {
      connections++;
      // What the kernel of a killed process says to bytes that nobody has read.
      socket.once('data', () => socket.resetAndDestroy());
    });
    onTestFinished(() => void gone.close());
    gone.listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    const { call } = await rig({ routes: [route('demo', [endpoint('gone', port)])], maxAttempts: 9 });
    // Nothing was started: the caller may send it again.
    expect((await call('/api/predict/demo', { body: 'x' })).status).toBe(503);
    expect(connections).toBe(2);
  });

  test('spends no more second tries than the budget allows', async () => {
    const full = () => testInstance('full', (exchange) => exchange.respond(450, [], 'full'));
    const instances = [await full(), await full(), await full()];
    const { call, metric } = await rig({
      routes: [
        route(
          'demo',
          instances.map((one, i) => ({ ...one.endpoint, instanceId: `full-${i}` })),
        ),
      ],
    });
    const count = 200;
    for (let i = 0; i < count; i += 20)
      await Promise.all(Array.from({ length: 20 }, () => call('/api/predict/demo')));
    const retries = await metric('openeas_gateway_retries_total');
    const denied = await metric('openeas_gateway_retries_denied_total');
    expect(denied).toBeGreaterThan(0);
    expect(instances.reduce((sum, one) => sum + one.seen.length, 0)).toBe(count + retries);
    expect(retries).toBeLessThan(2 * count); // what an unlimited gateway would have sent on top
  });

  test('does not let the retries of the SDKs earn second tries', async () => {
    const full = () => testInstance('full', (exchange) => exchange.respond(450, [], 'full'));
    const instances = [await full(), await full(), await full()];
    const { call, metric } = await rig({
      routes: [
        route(
          'demo',
          instances.map((one, i) => ({ ...one.endpoint, instanceId: `full-${i}` })),
        ),
      ],
    });
    const wanted = 50;
    const attempts = 6; // As the Go client makes them (contract 3.3).
    const began = performance.now();
    for (let i = 0; i < wanted; i++) {
      for (let n = 0; n < attempts; n++) await call('/api/predict/demo', { body: `request ${i}` });
    }
    const seconds = (performance.now() - began) / 1000;
    expect(await metric('openeas_gateway_client_repeats_total')).toBe(wanted * (attempts - 1));
    const seen = instances.reduce((sum, one) => sum + one.seen.length, 0);
    // A fifth of what was wanted, and ten a second whatever comes.
    expect(seen - wanted * attempts).toBeLessThanOrEqual(wanted / 5 + 10 + 10 * seconds);
  });

  test('streams a large body, which cannot go to a second instance', async () => {
    const size = 4 * 1024 * 1024;
    const instance = await testInstance('i1', (exchange) => {
      void exchange.readBody(size).then((body) => exchange.respond(200, [], String(body.length)));
    });
    const { call } = await rig({ routes: [route('demo', [instance.endpoint])] });
    expect((await call('/api/predict/demo', { body: Buffer.alloc(size) })).body).toBe(String(size));
    const chunked = { 'transfer-encoding': 'chunked' };
    expect(await call('/api/predict/demo', { headers: chunked, body: 'small' })).toMatchObject({
      status: 200,
    });
    expect(instance.seen.at(-1)!.contentLength).toBe(5); // small enough to be kept, so its length is known
  });

  test('refuses a chunked body that outgrows the limit on its way', async () => {
    const instance = await testInstance('i1', (exchange) => {
      exchange.readBody(1 << 30).catch(() => {});
    });
    const { port } = await rig({
      routes: [route('demo', [instance.endpoint], { maxBodyBytes: 1024 * 1024 })],
    });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.send(
      `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65536), Buffer.from('\r\n')]);
    for (let i = 0; i < 20; i++) client.send(piece);
    expect(await client.until((text) => text.includes('PayloadTooLarge'))).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('gives the instance up when the client leaves, in the body or before the answer', async () => {
    let aborted = 0;
    const instance = await testInstance('i1', (exchange) => {
      exchange.onAbort = () => aborted++;
      exchange.streamBody({ onData() {}, onEnd() {}, onError() {} });
    });
    const { port, metric } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const head = `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\n`;
    const waiting = rawClient(port);
    waiting.send(`${head}Content-Length: 2\r\n\r\nab`);
    await expect.poll(() => instance.seen.length).toBe(1);
    waiting.socket.destroy();
    await expect.poll(() => aborted).toBe(1);
    const sending = rawClient(port);
    sending.send(`${head}Content-Length: 1000000\r\n\r\nab`);
    await expect.poll(() => instance.seen.length).toBe(2);
    sending.socket.destroy();
    await expect.poll(() => aborted).toBe(2);
    await expect.poll(() => metric('openeas_gateway_clients_left_total')).toBe(2);
    await expect.poll(() => instance.server.inFlight).toBe(0);
  });
});

describe('streaming', () => {
  test('passes each event on at once', async () => {
    let next: (() => void) | undefined;
    const instance = await testInstance('sse', (exchange) => {
      exchange.startResponse(200, ['content-type', 'text/event-stream']);
      exchange.write(Buffer.from('data: 1\n\n'));
      next = () => {
        exchange.write(Buffer.from('data: 2\n\n'));
        exchange.end();
      };
    });
    const { port } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.send(`GET /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\n\r\n`);
    await client.until((text) => text.includes('data: 1\n\n'));
    next!();
    expect(await client.until((text) => text.endsWith('0\r\n\r\n'))).toContain('data: 2\n\n');
  });

  test('holds an instance back while the client does not read', async () => {
    const total = 48 * 1024 * 1024;
    let written = 0;
    const instance = await testInstance('big', (exchange) => {
      const piece = Buffer.alloc(64 * 1024, 'x');
      exchange.startResponse(200, ['content-length', String(total)]);
      const go = (): void => {
        while (written < total) {
          written += piece.length;
          if (!exchange.write(piece)) {
            exchange.onDrain = go;
            return;
          }
        }
        exchange.end();
      };
      go();
    });
    const { port } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.socket.pause();
    client.send(
      `GET /api/predict/demo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${TOKEN}\r\n\r\n`,
    );
    let before = -1;
    await expect
      .poll(() => {
        const stalled = written === before && written > 0;
        before = written;
        return stalled;
      })
      .toBe(true);
    expect(written).toBeLessThan(total);
    client.socket.resume();
    const text = await client.ended();
    expect(text.length - text.indexOf('\r\n\r\n') - 4).toBe(total);
  });

  test('joins a WebSocket client with its instance, both ways', async () => {
    const instance = await testInstance('ws', (exchange) => {
      const { socket } = exchange.upgrade();
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhi');
      socket.on('data', (chunk) => void socket.write(`<${chunk.toString()}>`));
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const { port, metric } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const client = rawClient(port);
    onTestFinished(() => void client.socket.destroy());
    client.send(
      `GET /api/predict/demo/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: ${TOKEN}\r\n\r\n`,
    );
    expect(await client.until((text) => text.endsWith('\r\n\r\nhi'))).toMatch(
      /^HTTP\/1\.1 101 .*upgrade: websocket/s,
    );
    client.send('one');
    await client.until((text) => text.endsWith('<one>'));
    expect(instance.seen[0]!.header('upgrade')).toBe('websocket');
    client.socket.destroy();
    await expect.poll(() => metric('openeas_gateway_connections')).toBe(1); // only the one that asks
  });

  test('answers a HEAD with the length of the body it does not send', async () => {
    const instance = await testInstance('i1', (exchange) => exchange.respond(200, [], 'four'));
    const { call } = await rig({ routes: [route('demo', [instance.endpoint])] });
    const answer = await call('/api/predict/demo', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '4' } });
  });
});
