import { ManualClock } from '@openeas/kernel';
import { describe, expect, test } from 'vitest';
import type { Http1ServerOptions, ServerExchange } from './port.js';
import type { RawClient } from './testing/raw-client.js';
import { echo, type TestServer, testServer } from './testing/test-server.js';

const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n';

/** A server whose time stands still until told. */
async function stopped(
  handler: (exchange: ServerExchange) => void,
  options: Partial<Http1ServerOptions> = {},
): Promise<TestServer & { clock: ManualClock }> {
  const clock = new ManualClock(1000);
  return { ...(await testServer(handler, { clock, ...options })), clock };
}

async function arrived(server: TestServer['server'], client: RawClient): Promise<void> {
  await expect.poll(() => server.connections).toBe(1);
  await expect.poll(() => client.socket.bytesWritten).toBeGreaterThan(0);
}

describe('time limits', () => {
  test('408 for a head that does not come to its end, however it trickles in', async () => {
    const { server, client, clock } = await stopped(echo, { headerTimeoutMs: 1000 });
    const c = client();
    c.send('GET / HT');
    await arrived(server, c);
    // Round trips of another connection prove that the bytes sent before have been read.
    const other = client();
    for (const piece of ['TP/1.1', '\r\nX: ', 'y']) {
      clock.advance(300);
      c.send(piece);
      other.send('GET /o HTTP/1.1\r\nHost: x\r\n\r\n');
      await other.until((text) => text.endsWith('GET /o '));
      expect(c.received()).toBe('');
    }
    clock.advance(500);
    expect(await c.ended()).toMatch(/^HTTP\/1\.1 408 .*"Code":"RequestTimeout"/s);
  });

  test('408 for a body that stops coming, and the handler learns so', async () => {
    let failure: unknown;
    let aborted = 0;
    const { server, client, clock } = await stopped(
      (exchange) => {
        exchange.onAbort = () => aborted++;
        exchange.readBody(10).catch((error: unknown) => {
          failure = error;
        });
      },
      { bodyStallMs: 1000 },
    );
    const c = client();
    c.send(`${HEAD}a`);
    await expect.poll(() => server.inFlight).toBe(1);
    clock.advance(1500);
    expect(await c.ended()).toMatch(/^HTTP\/1\.1 408 /);
    expect(failure).toMatchObject({ code: 'RequestTimeout', status: 408 });
    expect(aborted).toBe(1);
    expect(server.inFlight).toBe(0);
  });

  test('has no stall while the handler itself holds the body back', async () => {
    let control: { pause(): void; resume(): void } | undefined;
    let body = '';
    const { client, clock } = await stopped(
      (exchange) => {
        control = exchange.streamBody({
          onData(chunk) {
            body += chunk.toString();
          },
          onEnd: () => exchange.respond(200, [], body),
          onError() {},
        });
        control.pause();
      },
      { bodyStallMs: 1000 },
    );
    const c = client();
    c.send(HEAD);
    await expect.poll(() => control).toBeDefined();
    clock.advance(60_000);
    c.send('abc');
    control!.resume();
    await c.until((text) => text.endsWith('abc'));
  });

  test('ends an idle connection quietly, but not one whose answer is awaited', async () => {
    let exchange: ServerExchange | undefined;
    const { server, client, clock } = await stopped(
      (e) => {
        if (e.path === '/wait') exchange = e;
        else e.respond(200, [], '');
      },
      { idleTimeoutMs: 1000 },
    );
    const idle = client();
    idle.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const first = await idle.until((text) => text.endsWith('\r\n\r\n'));
    const waiting = client();
    waiting.send('GET /wait HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => exchange).toBeDefined();
    clock.advance(1500);
    expect(await idle.ended()).toBe(first);
    await expect.poll(() => server.connections).toBe(1);
    exchange!.respond(200, [], 'late');
    await waiting.until((text) => text.endsWith('late'));
  });

  test('cuts off a client that does not read its answer', async () => {
    let aborted = false;
    const { server, client, clock } = await stopped(
      (exchange) => {
        exchange.onAbort = () => {
          aborted = true;
        };
        exchange.respond(200, [], Buffer.alloc(64 * 1024 * 1024));
      },
      { writeStallMs: 1000 },
    );
    const c = client();
    c.socket.pause();
    c.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => server.inFlight).toBe(1);
    // Time goes on only once the sockets of both sides are full.
    await expect
      .poll(() => {
        clock.advance(600);
        return server.connections;
      })
      .toBe(0);
    expect(aborted).toBe(true);
  });

  test('serves others at once while a thousand connections trickle', async () => {
    const { server, client } = await testServer(echo);
    const slow = Array.from({ length: 1000 }, () => client());
    for (const one of slow) one.send('POST / HTTP/1.1\r\nHost: x\r\nX: ');
    await expect.poll(() => server.connections, { timeout: 10_000 }).toBe(1000);
    for (const one of slow) one.send('y');
    const fast = client();
    for (let i = 0; i < 20; i++) {
      fast.send(`GET /${i} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await fast.until((text) => text.endsWith(`GET /${i} `));
    }
    expect(server.inFlight).toBe(0);
  });
});

describe('closing', () => {
  test('waits for the answer under way, says Connection: close, and takes nothing new', async () => {
    let exchange: ServerExchange | undefined;
    const { server, client } = await testServer((e) => {
      exchange = e;
    });
    const idle = client();
    const busy = client();
    busy.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => exchange).toBeDefined();
    await expect.poll(() => server.connections).toBe(2);
    let resolved = false;
    const closing = server.close().then(() => {
      resolved = true;
    });
    await idle.ended();
    const late = client();
    await late.ended();
    expect(resolved).toBe(false);
    exchange!.respond(200, [], 'done');
    expect(await busy.ended()).toMatch(/connection: close\r\n\r\ndone$/);
    await closing;
    await server.close();
    server.destroy();
    expect(server.connections).toBe(0);
  });

  test('cuts what is left when the grace is over', async () => {
    let aborted = false;
    const { server, client, clock } = await stopped((exchange) => {
      exchange.onAbort = () => {
        aborted = true;
      };
    });
    const c = client();
    c.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => server.inFlight).toBe(1);
    const closing = server.close(1000);
    clock.advance(1001);
    await closing;
    expect(await c.ended()).toBe('');
    expect(aborted).toBe(true);
  });

  test('answers a request that was on its way when asked to linger', async () => {
    const { server, client, clock } = await stopped(echo, { drainLingerMs: 500 });
    const c = client();
    c.send('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await c.until((text) => text.endsWith('GET /1 '));
    const closing = server.close(10_000);
    c.send('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await c.ended()).toMatch(/connection: close\r\n\r\nGET \/2 $/);
    clock.advance(501);
    await closing;
  });
});
