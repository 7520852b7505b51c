import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Route } from '@openeas/contracts';
import { WebSocket } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { DataPlane } from './support/data-plane.js';

/** A service in a container as the gateway will meet it: any HTTP server, here that of Node.js. */
async function container(
  serve: (server: Server) => void,
): Promise<{ plane: DataPlane; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer();
  serve(server);
  server.prependListener('request', (message) => seen.push(message));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const backends: Route['backends'] = [
    {
      serviceUid: 'uid',
      serviceName: 'demo',
      weight: 100,
      endpoints: [{ instanceId: 'c-1', version: 1, host: '127.0.0.1', port, gatewayKey: 'key' }],
    },
  ];
  return { plane: await DataPlane.start({ token: 'secret', instances: [], route: { backends } }), seen };
}

function call(
  plane: DataPlane,
  options: { method?: string; path?: string; headers?: Record<string, string>; agent?: Agent },
): ReturnType<typeof request> {
  const { method = 'POST', path = '', headers = {}, agent } = options;
  const made = request({
    host: '127.0.0.1',
    port: plane.port,
    method,
    path: `/api/predict/demo${path}`,
    headers: { authorization: 'secret', ...headers },
    ...(agent === undefined ? {} : { agent }),
  });
  onTestFinished(() => void made.destroy());
  return made;
}

it('an event stream arrives event by event, and ends for the instance when the reader leaves', async () => {
  let send: (text: string) => void = () => {};
  let left: Promise<unknown> | undefined;
  const { plane } = await container((server) =>
    server.on('request', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      send = (text) => void response.write(`data: ${text}\n\n`);
      left = once(response, 'close');
      send('first');
    }),
  );
  const asked = call(plane, { method: 'GET', path: '/events', headers: { accept: 'text/event-stream' } });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect(answer.headers['content-type']).toBe('text/event-stream');
  const pieces = answer[Symbol.asyncIterator]();
  expect(String((await pieces.next()).value)).toBe('data: first\n\n');
  send('second'); // Only now: nothing waits for more to come.
  expect(String((await pieces.next()).value)).toBe('data: second\n\n');
  answer.destroy();
  await left;
});

it('a client that waits for 100 Continue gets it before it sends, and a refusal instead of it', async () => {
  const { plane, seen } = await container((server) => {
    server.on('request', (message, response) => {
      const hash = createHash('sha256');
      message.on('data', (piece) => hash.update(piece)).on('end', () => response.end(hash.digest('hex')));
    });
    server.on('checkContinue', (message, response) => {
      response.writeContinue();
      server.emit('request', message, response);
    });
  });
  const body = Buffer.alloc(3 << 20, 'body');
  const patient = call(plane, {
    headers: { expect: '100-continue', 'content-length': String(body.length) },
  });
  patient.flushHeaders();
  await once(patient, 'continue');
  patient.end(body);
  const [answer] = (await once(patient, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of answer) text += String(piece);
  expect(text).toBe(createHash('sha256').update(body).digest('hex'));
  expect(seen).toHaveLength(1);

  const stranger = call(plane, {
    headers: { expect: '100-continue', 'content-length': String(body.length), authorization: 'wrong' },
  });
  let continued = false;
  stranger.once('continue', () => (continued = true));
  stranger.flushHeaders();
  const [refused] = (await once(stranger, 'response')) as [IncomingMessage];
  expect([refused.statusCode, continued, seen.length]).toEqual([401, false, 1]);
});

it('a chunked upload of unknown length arrives whole', async () => {
  const { plane } = await container((server) =>
    server.on('request', async (message, response) => {
      let length = 0;
      for await (const piece of message) length += (piece as Buffer).length;
      response.end(`${message.headers['transfer-encoding']} ${length}`);
    }),
  );
  const upload = call(plane, { method: 'PUT', path: '/file' });
  for (let n = 0; n < 64; n++) upload.write(Buffer.alloc(16 << 10));
  upload.end();
  const [answer] = (await once(upload, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of answer) text += String(piece);
  expect(text).toBe(`chunked ${1 << 20}`);
});

it('a WebSocket talks both ways with its instance and closes with it', async () => {
  const accepted: string[] = [];
  const { plane } = await container((server) =>
    server.on('upgrade', (message: IncomingMessage, socket: Socket) => {
      accepted.push(`${message.url} ${message.headers['sec-websocket-protocol']}`);
      const key = `${message.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}\r\n` +
          'Sec-WebSocket-Protocol: chat\r\n\r\n',
      );
      socket.on('error', () => {});
      // One masked text frame of under 126 bytes in, the same text unmasked out (RFC 6455 5.2).
      socket.on('data', (frame) => {
        if ((frame[0]! & 0x0f) === 8) return void socket.end(Buffer.from([0x88, 0]));
        const mask = frame.subarray(2, 6);
        const text = frame.subarray(6).map((byte, index) => byte ^ mask[index % 4]!);
        socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
      });
    }),
  );
  const client = new WebSocket(`ws://127.0.0.1:${plane.port}/api/predict/demo/ws?room=1`, {
    protocols: ['chat'],
    headers: { authorization: 'secret' },
  });
  await once(client, 'open');
  expect([client.protocol, accepted]).toEqual(['chat', ['/api/predict/demo/ws?room=1 chat']]);
  for (const word of ['one', 'two']) {
    const heard = once(client, 'message') as Promise<[{ data: string }]>;
    client.send(word);
    expect((await heard)[0].data).toBe(word);
  }
  const closed = once(client, 'close');
  client.close();
  await closed;
});
