import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { ServerExchange } from './port.js';
import { echo, testServer } from './testing/test-server.js';

const GET = 'GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n';

function post(body: string, extra = ''): string {
  return `POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${extra}\r\n${body}`;
}

function bodies(text: string): string[] {
  return text.split(/(?=HTTP\/1\.1 \d)/).map((answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4));
}

describe('server', () => {
  test('answers a request and keeps the connection for the next', async () => {
    const { client } = await testServer(echo);
    const c = client();
    c.send(GET);
    const first = await c.until((t) => t.endsWith('GET /a?b=1 '));
    expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(first).toMatch(/\r\ndate: .* GMT\r\n/);
    expect(first).not.toMatch(/connection:/i);
    c.send(post('hello'));
    await c.until((t) => t.endsWith('POST /p hello'));
  });

  test('answers pipelined requests in their order, also when the first takes longer', async () => {
    const waiting: ServerExchange[] = [];
    const { client } = await testServer((exchange) => {
      if (exchange.path === '/slow') waiting.push(exchange);
      else exchange.respond(200, [], exchange.path);
    });
    const c = client();
    c.send(
      'GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    await expect.poll(() => waiting.length).toBe(1);
    expect(c.received()).toBe('');
    waiting[0]!.respond(200, [], 'slow');
    await c.until((t) => t.endsWith('/3'));
    expect(bodies(c.received())).toEqual(['slow', '/2', '/3']);
  });

  test('holds a client back that pipelines without end', async () => {
    let held: ServerExchange | undefined;
    const { client } = await testServer((exchange) => {
      if (held === undefined) held = exchange;
      else exchange.respond(200, [], '');
    });
    const c = client();
    const count = 20_000;
    c.send(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(1000)}\r\n\r\n`.repeat(count));
    await expect.poll(() => held).toBeDefined();
    // 20 MB are more than the sockets of both sides hold: the client cannot get rid of them.
    await expect.poll(() => c.socket.writableLength).toBeGreaterThan(0);
    expect(c.received()).toBe('');
    held!.respond(200, [], '');
    const length = 'HTTP/1.1 200 OK\r\ndate: Sat, 21 Nov 2026 03:00:00 GMT\r\ncontent-length: 0\r\n\r\n'
      .length;
    await c.until((t) => t.length === length * count);
  });

  test('closes after an answer when asked, and for HTTP/1.0 unless asked not to', async () => {
    const { client } = await testServer(echo);
    const close = client();
    close.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await close.ended()).toMatch(/\r\nconnection: close\r\n/);
    const old = client();
    old.send('GET / HTTP/1.0\r\n\r\n');
    expect(await old.ended()).toMatch(/\r\nconnection: close\r\n/);
    const kept = client();
    kept.send('GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
    expect(await kept.until((t) => t.endsWith('GET / '))).toMatch(/\r\nconnection: keep-alive\r\n/);
    kept.send('GET /2 HTTP/1.0\r\n\r\n');
    await kept.ended();
  });

  test('sends no body to HEAD but its length', async () => {
    const { client } = await testServer((exchange) => exchange.respond(200, [], 'four'));
    const c = client();
    c.send('HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await c.ended()).toMatch(/content-length: 4\r\nconnection: close\r\n\r\n$/);
  });

  test('decodes a chunked body and drops its trailers', async () => {
    const { client } = await testServer(echo);
    const c = client();
    c.send(
      'POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;a=b\r\nde\r\n0\r\nX: y\r\n\r\n',
    );
    await c.until((t) => t.endsWith('POST /c abcde'));
    c.send(GET);
    await c.until((t) => t.endsWith('GET /a?b=1 '));
  });

  test('says 100 Continue when the handler asks for the body, and not before', async () => {
    let exchange: ServerExchange | undefined;
    const { client } = await testServer((e) => {
      exchange = e;
    });
    const c = client();
    c.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    await expect.poll(() => exchange).toBeDefined();
    expect(c.received()).toBe('');
    echo(exchange!);
    expect(await c.until((t) => t !== '')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    c.send('ok');
    await c.until((t) => t.endsWith('POST / ok'));
  });

  test('closes instead of waiting for a body that was refused before 100 Continue', async () => {
    const { client } = await testServer((exchange) => exchange.respond(401, [], 'no'));
    const c = client();
    c.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    expect(await c.ended()).toMatch(/^HTTP\/1\.1 401 .*connection: close\r\n\r\nno$/s);
  });

  test('keeps the connection when a short body nobody wanted follows, closes it for a long one', async () => {
    const { client } = await testServer((exchange) => exchange.respond(404, [], exchange.path));
    const short = client();
    short.send('POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n');
    await short.until((t) => t.endsWith('/1'));
    short.send(`hello${GET}`);
    await short.until((t) => t.endsWith('/a'));
    const long = client();
    long.send('POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n');
    long.send(Buffer.alloc(500_000));
    expect(await long.ended()).toMatch(/connection: close\r\n\r\n\/2$/);
  });

  test('streams an answer in chunks, or with the length given', async () => {
    const { client } = await testServer((exchange) => {
      exchange.startResponse(200, exchange.path === '/n' ? ['Content-Length', '4'] : []);
      exchange.write(Buffer.from('ab'));
      exchange.write(Buffer.from('cd'));
      exchange.end();
    });
    const c = client();
    c.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await c.until((t) => t.endsWith('0\r\n\r\n'))).toMatch(
      /chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n$/,
    );
    c.send('GET /n HTTP/1.1\r\nHost: x\r\n\r\n');
    await c.until((t) => t.endsWith('content-length: 4\r\n\r\nabcd'));
    const old = client();
    old.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(await old.ended()).toMatch(/connection: close\r\n\r\nabcd$/);
  });

  test('cuts the connection when a streamed answer is shorter than announced', async () => {
    const { client } = await testServer((exchange) => {
      exchange.startResponse(200, ['content-length', '4']);
      exchange.write(Buffer.from('ab'));
      exchange.end();
    });
    const c = client();
    c.send(GET);
    expect((await c.ended()).endsWith('ab')).toBe(true);
  });

  test('holds the writer back until the client reads, and loses nothing', async () => {
    const total = 64 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, 'x');
    let drains = 0;
    const { client } = await testServer((exchange) => {
      exchange.startResponse(200, ['content-length', String(total)]);
      let sent = 0;
      const go = (): void => {
        while (sent < total) {
          sent += piece.length;
          if (!exchange.write(piece)) {
            exchange.onDrain = go;
            drains++;
            return;
          }
        }
        exchange.end();
      };
      go();
    });
    const c = client();
    c.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const text = await c.ended();
    expect(text.length - text.indexOf('\r\n\r\n') - 4).toBe(total);
    expect(drains).toBeGreaterThan(0);
  });

  test('pauses a streamed upload with the handler', async () => {
    const total = 32 * 1024 * 1024;
    let resume: (() => void) | undefined;
    let got = 0;
    const { client } = await testServer((exchange) => {
      const control = exchange.streamBody({
        onData(chunk) {
          if (got === 0) {
            control.pause();
            resume = () => control.resume();
          }
          got += chunk.length;
        },
        onEnd: () => exchange.respond(200, [], String(got)),
        onError: () => {},
      });
    });
    const c = client();
    c.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${total}\r\n\r\n`);
    c.send(Buffer.alloc(total));
    await expect.poll(() => resume).toBeDefined();
    await expect.poll(() => c.socket.writableLength).toBeGreaterThan(0);
    expect(got).toBeLessThan(total);
    resume!();
    await c.until((t) => t.endsWith(String(total)));
  });

  test('tells the handler once that the client left', async () => {
    let aborts = 0;
    let exchange: ServerExchange | undefined;
    const { server, client } = await testServer((e) => {
      exchange = e;
      e.onAbort = () => aborts++;
    });
    const c = client();
    c.send(GET);
    await expect.poll(() => exchange).toBeDefined();
    expect(server.inFlight).toBe(1);
    c.socket.destroy();
    await expect.poll(() => aborts).toBe(1);
    exchange!.respond(200, [], 'too late'); // no effect, no error
    await expect.poll(() => server.connections).toBe(0);
    expect(server.inFlight).toBe(0);
    expect(aborts).toBe(1);
  });

  test('rejects readBody when the client leaves in the middle of it', async () => {
    let failure: unknown;
    const { client } = await testServer((exchange) => {
      exchange.readBody(100).catch((error: unknown) => {
        failure = error;
      });
    });
    const c = client();
    c.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123');
    await expect.poll(() => c.socket.bytesWritten).toBeGreaterThan(0);
    c.socket.end();
    await expect.poll(() => failure).toMatchObject({ name: 'BodyAborted' });
  });

  test('refuses a body over the limit, announced or not', async () => {
    const { client } = await testServer((exchange) => {
      exchange.readBody(4).catch((error: { status: number; code: string }) => {
        exchange.respond(error.status, [], error.code);
      });
    });
    for (const text of [
      post('12345'),
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n',
    ]) {
      const c = client();
      c.send(text);
      await c.until((t) => t.startsWith('HTTP/1.1 413') && t.endsWith('PayloadTooLarge'));
    }
  });

  test('answers 500 with an id when the handler throws', async () => {
    const errors: unknown[] = [];
    const { client } = await testServer(
      () => {
        throw new Error('boom');
      },
      { onHandlerError: (error) => errors.push(error) },
    );
    const c = client();
    c.send(GET);
    const text = await c.ended();
    expect(text).toMatch(/^HTTP\/1\.1 500 /);
    const body = JSON.parse(bodies(text)[0]!) as { Code: string; RequestId: string };
    expect(body.Code).toBe('InternalError');
    expect(text).toContain(`x-request-id: ${body.RequestId}`);
    expect(errors).toHaveLength(1);
  });

  test('never lets a header value end its line', async () => {
    const errors: unknown[] = [];
    const { client } = await testServer(
      (exchange) => exchange.respond(200, ['x', 'a\r\nset-cookie: b'], ''),
      { onHandlerError: (error) => errors.push(error) },
    );
    const c = client();
    c.send(GET);
    expect(await c.ended()).not.toContain('set-cookie');
    expect(errors[0]).toBeInstanceOf(RangeError);
  });

  test('hands the socket over for another protocol, with the bytes behind the request', async () => {
    const { client } = await testServer((exchange) => {
      expect(exchange.upgradeRequested).toBe(true);
      const { socket, head } = exchange.upgrade();
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      if (head.length > 0) socket.write(head);
      socket.on('data', (chunk) => void socket.write(chunk));
      socket.resume();
    });
    const c = client();
    c.send(
      'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\nearly',
    );
    await c.until((t) => t.endsWith('early'));
    c.send(' late');
    await c.until((t) => t.endsWith('early late'));
  });

  test('answers node:http as well', async () => {
    const { port } = await testServer(echo);
    const text = await new Promise<string>((resolve, reject) => {
      const call = request({ port, method: 'PUT', path: '/n', agent: false }, (answer) => {
        answer.setEncoding('utf8');
        let body = '';
        answer.on('data', (piece) => {
          body += String(piece);
        });
        answer.on('end', () => resolve(body));
      });
      call.on('error', reject);
      call.write('part 1, ');
      call.end('part 2');
    });
    expect(text).toBe('PUT /n part 1, part 2');
  });
});
