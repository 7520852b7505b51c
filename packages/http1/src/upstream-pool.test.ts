import { spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { echo, testServer } from './testing/test-server.js';
import { createUpstreamPool, type UpstreamPool, type UpstreamPoolOptions } from './upstream-pool.js';
import type { Upstream, UpstreamFailure, UpstreamRequest } from './upstream-port.js';

function testPool(options: UpstreamPoolOptions = {}): UpstreamPool {
  const pool = createUpstreamPool(options);
  onTestFinished(() => pool.destroy());
  return pool;
}

async function rawServer(onSocket: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}

interface Outcome {
  status?: number;
  body: string;
  failure?: UpstreamFailure;
}

function post(body: string): UpstreamRequest {
  return {
    method: 'POST',
    head: `POST /p HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`,
    body: Buffer.from(body),
  };
}

function call(upstream: Upstream, request: UpstreamRequest): Promise<Outcome> {
  return new Promise((resolve) => {
    const outcome: Outcome = { body: '' };
    upstream.send(request, {
      onResponse(head, whole) {
        outcome.status = head.status;
        if (whole === undefined) return;
        outcome.body = whole.toString('latin1');
        resolve(outcome);
      },
      onData(chunk) {
        outcome.body += chunk.toString('latin1');
      },
      onEnd: () => resolve(outcome),
      onFailure(failure) {
        outcome.failure = failure;
        resolve(outcome);
      },
    });
  });
}

describe('upstream pool', () => {
  test('keeps connections and uses them again', async () => {
    const { port, server } = await testServer(echo);
    const upstream = testPool().upstream('127.0.0.1', port);
    for (let i = 0; i < 5; i++) {
      expect(await call(upstream, post(`n${i}`))).toMatchObject({ status: 200, body: `POST /p n${i}` });
    }
    expect(server.connections).toBe(1);
    expect(upstream).toMatchObject({ outstanding: 0, idle: 1 });
    await Promise.all(['a', 'b', 'c'].map((text) => call(upstream, post(text))));
    expect(server.connections).toBe(3);
  });

  test('says that nothing was started when nobody listens', async () => {
    const { port, server } = await rawServer(() => {});
    await new Promise((resolve) => server.close(resolve));
    const { failure } = await call(testPool().upstream('127.0.0.1', port), post('x'));
    expect(failure).toMatchObject({ kind: 'connect', notStarted: true });
  });

  test.each([
    ['a head in pieces', ['HTTP/1.1 2', '00 OK\r\nContent-', 'Length: 3\r\n\r', '\nab', 'c'], 'abc'],
    [
      'chunks',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n', '1\r\nc\r\n0\r\n\r\n'],
      'abc',
    ],
    [
      'an interim answer first',
      ['HTTP/1.1 103 Early\r\nLink: x\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz'],
      'z',
    ],
  ])('reads an answer with %s', async (_, pieces, body) => {
    const { port } = await rawServer((socket) => {
      socket.once('data', async () => {
        for (const piece of pieces) {
          await new Promise<void>((resolve) => socket.write(piece, () => setImmediate(resolve)));
        }
      });
    });
    const upstream = testPool().upstream('127.0.0.1', port);
    expect(await call(upstream, post('x'))).toMatchObject({ status: 200, body });
    expect(upstream.idle).toBe(1);
  });

  test('takes the end of the connection as the end of an answer without length, and keeps no such connection', async () => {
    const { port } = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'));
    });
    const upstream = testPool().upstream('127.0.0.1', port);
    expect(await call(upstream, post('x'))).toMatchObject({ status: 200, body: 'all of it' });
    expect(upstream.idle).toBe(0);
  });

  test.each([
    ['cut in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', 'lost'],
    ['cut in the head', 'HTTP/1.1 200 OK\r\nConte', 'lost'],
    ['closed without a byte on a first connection', '', 'lost'],
    [
      'with both lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'protocol',
    ],
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'protocol'],
  ])('fails an answer %s, as possibly started', async (_, answer, kind) => {
    const { port } = await rawServer((socket) => {
      socket.once('data', () => socket.end(answer));
    });
    const { failure } = await call(testPool().upstream('127.0.0.1', port), post('x'));
    expect(failure).toMatchObject({ kind, notStarted: false });
  });

  test('gives up a call, cuts its connection and reports nothing', async () => {
    let closed = false;
    let asked = false;
    const { port } = await rawServer((socket) => {
      socket.on('data', () => {
        asked = true;
      });
      socket.on('close', () => {
        closed = true;
      });
      socket.on('end', () => socket.end());
    });
    const upstream = testPool().upstream('127.0.0.1', port);
    const heard: string[] = [];
    const handle = upstream.send(post('x'), {
      onResponse: () => heard.push('response'),
      onData: () => heard.push('data'),
      onEnd: () => heard.push('end'),
      onFailure: () => heard.push('failure'),
    });
    await expect.poll(() => asked).toBe(true);
    handle.abort();
    handle.abort();
    await expect.poll(() => closed).toBe(true);
    await expect.poll(() => upstream.outstanding).toBe(0);
    expect(heard).toEqual([]);
  });

  test('a handle of a finished call cannot touch the next call on the connection', async () => {
    const { port } = await testServer(echo);
    const upstream = testPool().upstream('127.0.0.1', port);
    let old: { abort(): void } | undefined;
    await new Promise<void>((resolve) => {
      old = upstream.send(post('1'), {
        onResponse: () => resolve(),
        onData() {},
        onEnd() {},
        onFailure() {},
      });
    });
    const second = call(upstream, post('2'));
    old!.abort();
    expect(await second).toMatchObject({ status: 200, body: 'POST /p 2' });
  });

  test('refuses a call beyond the connections allowed', async () => {
    const { port } = await rawServer(() => {});
    const upstream = testPool({ maxConnections: 1 }).upstream('127.0.0.1', port);
    void call(upstream, post('1'));
    const { failure } = await call(upstream, post('2'));
    expect(failure).toMatchObject({ kind: 'exhausted', notStarted: true });
  });

  test('streams a body, chunked or as it is, also before the connection stands', async () => {
    const { port } = await testServer(echo);
    const upstream = testPool().upstream('127.0.0.1', port);
    for (const [body, framing] of [
      ['chunked', 'transfer-encoding: chunked'],
      ['length', 'content-length: 6'],
    ] as const) {
      for (let round = 0; round < 2; round++) {
        const answer = await new Promise<string>((resolve) => {
          const handle = upstream.send(
            { method: 'POST', head: `POST /s HTTP/1.1\r\nhost: x\r\n${framing}\r\n\r\n`, body },
            {
              onResponse: (_head, whole) => resolve(String(whole)),
              onData() {},
              onEnd() {},
              onFailure: (failure) => resolve(failure.message),
            },
          );
          handle.write(Buffer.from('abc'));
          handle.write(Buffer.from('def'));
          handle.end();
        });
        expect(answer).toBe('POST /s abcdef');
      }
    }
  });

  /** A server in another process that answers the first request and then `then`. */
  async function victim(then: string): Promise<{ port: number; kill(): void; line(): Promise<string> }> {
    const script = `
      let count = 0;
      require('node:net').createServer((socket) => socket.on('data', () => {
        count++;
        if (count === 1) socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n');
        else { ${then} }
      })).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.setEncoding('utf8');
    const line = (): Promise<string> => new Promise((resolve) => child.stdout.once('data', resolve));
    return { port: Number(await line()), kill: () => void child.kill('SIGKILL'), line };
  }

  test('a process killed while it works on a request counts as having started it', async () => {
    const { port, kill, line } = await victim("console.log('working')");
    const upstream = testPool().upstream('127.0.0.1', port);
    await call(upstream, post('1'));
    const second = call(upstream, post('2'));
    await line();
    kill();
    expect((await second).failure).toMatchObject({ kind: 'lost', notStarted: false });
  });

  test('a kept connection closed as the request is written counts as not started', async () => {
    // The request is written in the moment in which the close is on its way: neither side can know.
    let close: (() => void) | undefined;
    const { port } = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        socket.pause();
        close = () => socket.destroy();
      });
    });
    const upstream = testPool().upstream('127.0.0.1', port);
    await call(upstream, post('1'));
    await expect.poll(() => close).toBeDefined();
    close!();
    const { failure } = await call(upstream, post('2'));
    expect(failure).toMatchObject({ notStarted: true });
  });

  test('a kept connection that was closed before is not used', async () => {
    let sockets = 0;
    const { port } = await rawServer((socket) => {
      sockets++;
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    const upstream = testPool().upstream('127.0.0.1', port);
    await call(upstream, post('1'));
    await expect.poll(() => upstream.idle).toBe(0);
    expect(await call(upstream, post('2'))).toMatchObject({ status: 200 });
    expect(sockets).toBe(2);
  });

  test('closes its idle connections when retired, and still finishes what it has', async () => {
    const { port, server } = await testServer(echo);
    const upstream = testPool().upstream('127.0.0.1', port);
    await call(upstream, post('1'));
    const running = call(upstream, post('2'));
    upstream.retire();
    expect(await running).toMatchObject({ status: 200 });
    await expect.poll(() => server.connections).toBe(0);
  });
});
