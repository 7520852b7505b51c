import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startLoad } from '../bench/src/load.mjs';
import { DataPlane } from './support/data-plane.js';
import { eventually } from './support/workspace.js';

const SLOW = 1_500;
const FAST = 500;
const TOKEN = 'secret';

/** What a slow client has sent when it stops: part of a head, a head, part of a body. */
const BEGINNINGS = [
  'POST /api/predict/demo HTT',
  `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\n`,
  `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\nContent-Length: 100000\r\n\r\n{`,
  `POST /api/predict/demo HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"`,
];

async function slowClients(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  while (sockets.length < count) {
    const batch = Array.from({ length: 100 }, (_, index) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      sockets.push(socket);
      return once(socket, 'connect').then(() => socket.write(BEGINNINGS[index % BEGINNINGS.length]!));
    });
    await Promise.all(batch);
  }
  return sockets;
}

it.each(['gateway', 'instance'])(
  'the %s serves fast clients while slow ones by the thousand hold connections',
  {
    timeout: 120_000,
  },
  async (where) => {
    const plane = await DataPlane.start({ token: TOKEN, instances: [{ workerThreads: 1, maxQueueSize: 4 }] });
    const instance = plane.instances[0]!;
    const port = where === 'gateway' ? plane.port : instance.port;
    const connections =
      where === 'gateway'
        ? () => plane.metric('openeas_gateway_connections')
        : () => instance.metric('openeas_runtime_connections');
    await slowClients(port, SLOW);
    await eventually('the slow ones are there', async () => (await connections()) >= SLOW);
    const result = await startLoad({
      port,
      path: '/api/predict/demo',
      headers: { authorization: TOKEN },
      body: '{}',
      connections: 4,
      total: FAST,
    }).done;
    // None of the slow ones takes a place in the queue of four, nor a slot.
    expect([result.ok, result.failed, [...result.failures]]).toEqual([result.sent, 0, []]);
    expect(await instance.metric('openeas_runtime_requests_total{code="450"}')).toBe(0);
  },
);
