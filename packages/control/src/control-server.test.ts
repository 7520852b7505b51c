import { once } from 'node:events';
import { connect } from 'node:net';
import type { Store } from '@openeas/store';
import { createRegistry } from '@openeas/telemetry';
import { expect, it, onTestFinished } from 'vitest';
import { createControlServer } from './control-server.js';
import { ControlHarness, DEMO } from './testing/control-harness.js';
import { temporaryFolder } from './testing/temporary-folder.js';

async function start(): Promise<ControlHarness> {
  return ControlHarness.start(temporaryFolder());
}

/** Sends bytes as they are and collects the answer until the server closes. */
async function raw(harness: ControlHarness, text: string): Promise<string> {
  const socket = connect(harness.client.address.port, harness.client.address.host);
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

it('answers that it is well', async () => {
  const harness = await start();
  const answer = await harness.client.send({ method: 'GET', path: '/healthz' }, {}, '');
  expect([answer.status, answer.body]).toEqual([200, { Status: 'ok', Version: '0.1.0-test' }]);
});

it.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  [
    'two lengths',
    'POST /api/v2/services HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
  ],
])('answers %s with JSON and closes', async (_, text) => {
  const answer = await raw(await start(), text);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
    Code: 'BadRequest',
    RequestId: expect.any(String),
  });
});

it.each([
  ['a path that is not percent-encoded', '/api/v2/services/local/%zz', 'BadRequest'],
  ['a query that is not percent-encoded', '/api/v2/services?Filter=%zz', 'InvalidParameter'],
  ['a parameter given twice', '/api/v2/services?Filter=a&Filter=b', 'InvalidParameter'],
])('refuses %s', async (_, path, code) => {
  const { client } = await start();
  const answer = await client.send({ method: 'GET', path }, {}, '');
  expect([answer.status, answer.body.Code]).toEqual([400, code]);
});

it('refuses a signed header that comes twice', async () => {
  const answer = await raw(
    await start(),
    'GET /api/v2/services HTTP/1.1\r\nHost: h\r\nx-acs-date: a\r\nX-Acs-Date: b\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toContain('header x-acs-date');
});

it('refuses a body that no service.json can have', async () => {
  const { client } = await start();
  const answer = await client.acs3({
    method: 'POST',
    path: '/api/v2/services',
    body: 'x'.repeat(2 ** 21 + 1),
  });
  expect([answer.status, answer.body.Code]).toEqual([413, 'PayloadTooLarge']);
});

it('takes a body of any content type, for the signature proves it', async () => {
  const { client } = await start();
  const answer = await client.acs3({
    method: 'POST',
    path: '/api/v2/services',
    body: DEMO,
    headers: { 'content-type': 'text/x-whatever' },
  });
  expect(answer.status).toBe(200);
});

it('tells a caller nothing of a defect but the id under which the log has it', async () => {
  const harness = await start();
  const broken = new Proxy(harness.store.read, {
    get: (read, name) =>
      name === 'services'
        ? { list: () => Promise.reject(new Error('secret detail')) }
        : Reflect.get(read, name),
  });
  const server = createControlServer({
    ...harness.options,
    store: { ...storeOf(harness.store), read: broken },
  });
  onTestFinished(() => server.close());
  await expect(server.listen({ host: '127.0.0.1', port: 0 })).rejects.toThrow('secret detail');

  await harness.create();
  const { uid } = await harness.service();
  await harness.store.transaction((tx) => tx.versions.update(uid, 1, { config: 'not JSON' }));
  const answer = await harness.describe();
  expect([answer.status, answer.body.Code]).toEqual([500, 'InternalError']);
  expect(answer.text).not.toContain('not JSON');
  const line = harness.logLines.find((each) => each.includes(answer.body.RequestId));
  expect(line).toContain('JSON');
});

it('names the address that is in use', async () => {
  const harness = await start();
  const second = createControlServer(harness.options);
  onTestFinished(() => second.close());
  const { host, port } = harness.client.address;
  await expect(second.listen({ host, port })).rejects.toMatchObject({
    code: 'AddressInUse',
    message: expect.stringContaining(`${host}:${port}`),
  });
});

it('finishes the calls it has when it closes, and takes no more', async () => {
  const harness = await start();
  let release = (): void => {};
  const held = harness.store.transaction(
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const audits = harness.create();
  // The call waits for the writer; only then the server closes.
  await untilReceived(harness);
  const closed = Promise.all([harness.server.close(), harness.server.close()]);
  release();
  await held;
  expect((await audits).status).toBe(200);
  await closed;
  await expect(harness.describe()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect((await harness.service()).state).toBe('Creating');
});

it('cuts everything when it is destroyed', async () => {
  const harness = await start();
  const socket = connect(harness.client.address.port, harness.client.address.host);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write('GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  harness.server.destroy();
  harness.server.destroy();
  await closed;
});

function storeOf(store: Store): Store {
  return {
    read: store.read,
    transaction: (work) => store.transaction(work),
    subscribe: (listener) => store.subscribe(listener),
    close: () => store.close(),
  };
}

/** Resolves once the server has read the AccessKey for the call, which it does right before it waits. */
function untilReceived(harness: ControlHarness): Promise<void> {
  return new Promise((resolve) => {
    const accounts = harness.store.read.accounts as { accessKey: (id: string) => Promise<unknown> };
    const original = accounts.accessKey;
    accounts.accessKey = async (id) => {
      accounts.accessKey = original;
      resolve();
      return original.call(accounts, id);
    };
  });
}

it('shows the metrics it is given', async () => {
  const metrics = createRegistry();
  metrics.counter('demo_total', 'A count.').inc();
  const harness = await ControlHarness.start(temporaryFolder(), { metrics });
  const { host, port } = harness.client.address;
  const answer = await fetch(`http://${host}:${port}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('demo_total 1');
});
