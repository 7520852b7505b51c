import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ControlHarness, PUBLIC_ADDRESS } from '../testing/control-harness.js';
import { type ClientAnswer, SigningClient } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const BUCKET = 'eas-model-local';
const md5 = (text: string): Buffer => createHash('md5').update(text).digest();

async function start(): Promise<ControlHarness> {
  return ControlHarness.start(temporaryFolder());
}

function code(answer: ClientAnswer): string | undefined {
  expect(answer.headers['content-type']).toBe('application/xml');
  expect(answer.text).toContain(`<RequestId>${answer.headers['x-oss-request-id']}</RequestId>`);
  return /<Code>(.*?)<\/Code>/.exec(answer.text)?.[1];
}

it('keeps an object and gives it back, byte for byte', async () => {
  const harness = await start();
  const path = `/${BUCKET}/${harness.accountUid}/models/a b+(1)%*一.pmml`;
  const body = 'line\r\n'.repeat(50_000);
  const put = await harness.client.oss({ method: 'PUT', path, body });
  const etag = `"${md5(body).toString('hex').toUpperCase()}"`;
  expect([put.status, put.headers.etag, put.headers['content-md5']]).toEqual([
    200,
    etag,
    md5(body).toString('base64'),
  ]);
  expect(put.headers['x-oss-request-id']).toMatch(/^[0-9A-F-]{36}$/);
  const got = await harness.client.oss({ method: 'GET', path });
  expect([got.status, got.text === body, got.headers.etag, got.headers['content-length']]).toEqual([
    200,
    true,
    etag,
    String(body.length),
  ]);
  const head = await harness.client.oss({ method: 'HEAD', path });
  expect([head.status, head.text, head.headers.etag, head.headers['content-length']]).toEqual([
    200,
    '',
    etag,
    String(body.length),
  ]);
  expect((await harness.client.oss({ method: 'DELETE', path })).status).toBe(204);
  expect(code(await harness.client.oss({ method: 'GET', path }))).toBe('NoSuchKey');
  expect((await harness.client.oss({ method: 'HEAD', path })).status).toBe(404);
  expect((await harness.client.oss({ method: 'DELETE', path })).status).toBe(204);
});

it('takes an empty object, and one of many megabytes', async () => {
  const harness = await start();
  for (const body of ['', 'x'.repeat(20 * 2 ** 20)]) {
    const path = `/${BUCKET}/${harness.accountUid}/size-${body.length}`;
    expect((await harness.client.oss({ method: 'PUT', path, body })).status).toBe(200);
    expect((await harness.client.oss({ method: 'HEAD', path })).headers['content-length']).toBe(
      String(body.length),
    );
  }
});

it('compares what arrived with the hash that was sent', async () => {
  const harness = await start();
  const path = `/${BUCKET}/${harness.accountUid}/a`;
  const headers = { 'content-md5': md5('hello').toString('base64') };
  expect((await harness.client.oss({ method: 'PUT', path, body: 'hello', headers })).status).toBe(200);
  const bad = await harness.client.oss({
    method: 'PUT',
    path,
    body: 'hello',
    headers,
    sent: { body: 'HELLO' },
  });
  expect([bad.status, code(bad)]).toEqual([400, 'InvalidArgument']);
  expect((await harness.client.oss({ method: 'GET', path })).text).toBe('hello');
});

it('lets an account write and read only what is its own', async () => {
  const harness = await start();
  for (const path of [`/${BUCKET}/9999999999999999/a`, `/${BUCKET}/a`, `/${BUCKET}/${harness.accountUid}`]) {
    for (const method of ['PUT', 'GET', 'HEAD', 'DELETE']) {
      const answer = await harness.client.oss({ method, path, ...(method === 'PUT' && { body: 'x' }) });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      if (method !== 'HEAD') expect(code(answer)).toBe('AccessDenied');
    }
  }
  const climbing = `/${BUCKET}/${harness.accountUid}/../9999999999999999/a`;
  expect((await harness.client.oss({ method: 'PUT', path: climbing, body: 'x' })).status).toBe(200);
  expect(await harness.objects.head({ bucket: BUCKET, key: '9999999999999999/a' })).toBeUndefined();
});

it('knows one bucket', async () => {
  const harness = await start();
  for (const bucket of ['eas-model-elsewhere', 'mine']) {
    const answer = await harness.client.oss({ method: 'GET', path: `/${bucket}/a/b` });
    expect([answer.status, code(answer)]).toEqual([404, 'NoSuchBucket']);
    expect(answer.text).toContain(BUCKET);
  }
});

it('refuses wrong signatures, old dates and temporary credentials in the words of OSS', async () => {
  const harness = await start();
  const path = `/${BUCKET}/${harness.accountUid}/a`;
  const forger = new SigningClient(harness.client.address, { ...harness.client.credentials, secret: 'x' });
  const stranger = new SigningClient(harness.client.address, { id: 'nobody', secret: 'x' });
  expect(code(await forger.oss({ method: 'GET', path }))).toBe('SignatureDoesNotMatch');
  expect(code(await stranger.oss({ method: 'GET', path }))).toBe('InvalidAccessKeyId');
  const old = Date.now() - 16 * 60_000;
  const late = await harness.client.oss({ method: 'GET', path, date: old });
  expect([late.status, code(late)]).toEqual([403, 'RequestTimeTooSkewed']);
  const headers = { 'x-oss-security-token': 't' };
  expect(code(await harness.client.oss({ method: 'GET', path, headers }))).toBe('InvalidSecurityToken');
  const anonymous = await harness.client.send({ method: 'GET', path }, {}, '');
  expect([anonymous.status, code(anonymous)]).toEqual([403, 'AccessDenied']);
  const moved = await harness.client.oss({ method: 'GET', path, sent: { path: `${path}b` } });
  expect([moved.status, code(moved)]).toEqual([403, 'SignatureDoesNotMatch']);
});

it('lists buckets and keys', async () => {
  const harness = await start();
  const own = harness.accountUid;
  for (const key of ['m/a', 'm/b&c', 'n/d', 'top']) {
    await harness.client.oss({ method: 'PUT', path: `/${BUCKET}/${own}/${key}`, body: key });
  }
  const buckets = await harness.client.oss({ method: 'GET', path: '/' });
  expect(buckets.text).toContain(`<Owner><ID>${own}</ID>`);
  expect(buckets.text).toContain(`<Name>${BUCKET}</Name>`);
  const list = async (query: Record<string, string>): Promise<string> => {
    const { text } = await harness.client.oss({ method: 'GET', path: `/${BUCKET}/`, query });
    return [...text.matchAll(/<(Key|Prefix|NextMarker|IsTruncated)>([^<]+)</g)]
      .map(([, , value]) => value?.replaceAll(own, '~'))
      .join(' ');
  };
  expect(await list({})).toBe('false ~/m/a ~/m/b&amp;c ~/n/d ~/top');
  expect(await list({ prefix: `${own}/m/` })).toBe('~/m/ false ~/m/a ~/m/b&amp;c');
  expect(await list({ prefix: `${own}/`, delimiter: '/' })).toBe('~/ false ~/top ~/m/ ~/n/');
  expect(await list({ 'max-keys': '2' })).toBe('true ~/m/b&amp;c ~/m/a ~/m/b&amp;c');
  expect(await list({ 'max-keys': '2', marker: `${own}/m/b&c` })).toBe('false ~/n/d ~/top');
  expect(await list({ prefix: 'someone-else/' })).toBe('someone-else/ false');
  const wrong = await harness.client.oss({ method: 'GET', path: `/${BUCKET}/`, query: { 'max-keys': '0' } });
  expect(code(wrong)).toBe('InvalidArgument');
});

it('says what it does not offer', async () => {
  const harness = await start();
  const path = `/${BUCKET}/${harness.accountUid}/a`;
  const plain = { host: 'h', date: new Date().toUTCString() };
  const anonymous = await harness.client.send({ method: 'POST', path, query: { uploads: '' } }, plain, '');
  expect(code(anonymous)).toBe('AccessDenied');
  const copy = await harness.client.oss({ method: 'PUT', path, headers: { 'x-oss-copy-source': '/b/k' } });
  expect([copy.status, code(copy)]).toEqual([501, 'NotImplemented']);
  const post = await harness.client.oss({ method: 'POST', path });
  expect([post.status, code(post)]).toEqual([405, 'MethodNotAllowed']);
});

it('keeps nothing of an upload that was cut off', async () => {
  const harness = await start();
  const path = `/${BUCKET}/${harness.accountUid}/cut`;
  const whole = await harness.client.oss({ method: 'PUT', path, body: 'whole' });
  expect(whole.status).toBe(200);
  const { host, port } = harness.client.address;
  const headers = {
    ...harness.client.ossHeaders({ method: 'PUT', path, body: 'x' }),
    'content-length': '1000000',
  };
  const outgoing = httpRequest({ host, port, method: 'PUT', path, headers, agent: false });
  outgoing.on('error', () => {}); // Cut below, on purpose.
  outgoing.write('x'.repeat(1000));
  const incoming = join(harness.folder, 'objects', '.incoming');
  await until(() => readdirSync(incoming).length === 1);
  outgoing.destroy();
  await until(() => readdirSync(incoming).length === 0);
  expect((await harness.client.oss({ method: 'GET', path })).text).toBe('whole');
});

it('tells people at the same address where they are', async () => {
  const harness = await start();
  const answer = await harness.client.send({ method: 'GET', path: '/' }, {}, '');
  expect(answer.body).toMatchObject({ Name: 'OpenEAS', Version: '0.1.0-test', Region: 'local' });
  expect(answer.text).not.toContain(PUBLIC_ADDRESS);
});

/** Looks again each turn of the event loop; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
