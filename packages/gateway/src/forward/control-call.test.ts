import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { createGateway } from '../gateway.js';
import { send } from '../testing/rig.js';

/** A control that reads a request and dies; counts what it was asked. */
async function dyingControl(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const line = bytes.toString('latin1').split('\r\n')[0] ?? '';
      if (line.includes('/internal/')) return;
      asked.push(line);
      socket.destroy();
    });
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, asked };
}

async function gatewayBefore(controlPort: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-control-call-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const gateway = createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    control: () => ({ host: '127.0.0.1', port: controlPort, key: 'key' }),
    snapshotFile: join(folder, 'routes.json'),
    clock: systemClock,
    log: createLogger({ name: 'gateway', level: 'silent', format: 'json' }),
    region: 'local',
  });
  onTestFinished(() => gateway.destroy());
  return (await gateway.listen()).port;
}

test('a change that control may have done before it died is not called undone, and not sent again', async () => {
  const control = await dyingControl();
  const port = await gatewayBefore(control.port);
  const answer = await send(port, '/api/v2/services/local/demo', { method: 'PUT', body: '{}' });
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([502, { Code: 'ControlLost' }]);
  expect(control.asked).toHaveLength(1);
});

test('a read that control died over may be repeated by the client', async () => {
  const control = await dyingControl();
  const port = await gatewayBefore(control.port);
  const answer = await send(port, '/api/v2/services', { method: 'GET' });
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([503, { Code: 'ControlUnavailable' }]);
});
