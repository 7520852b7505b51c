import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { type ClientRequest, SigningClient } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const LIST: ClientRequest = { method: 'GET', path: '/api/v2/services', action: 'ListServices' };
const CREATE: ClientRequest = {
  method: 'POST',
  path: '/api/v2/services',
  action: 'CreateService',
  body: DEMO,
};
const MINUTE = 60_000;

async function start(): Promise<ControlHarness> {
  return ControlHarness.start(temporaryFolder());
}

it.each(['acs3', 'roa'] as const)(
  'lets in who signs by %s, with queries that are encoded differently',
  async (scheme) => {
    const { client } = await start();
    const query = { Labels: '{"a":"b c*~+(x)\'!"}', WorkspaceId: '一' };
    const created = await client[scheme]({ ...CREATE, query });
    expect([created.status, created.text]).toEqual([200, expect.stringContaining('"Status":"Creating"')]);
    const found = await client[scheme]({ ...LIST, query: { Label: '{"a":"b c*~+(x)\'!"}', Filter: '' } });
    expect(found.body).toMatchObject({ TotalCount: 1 });
  },
);

it('needs no action header, and refuses one that means something else', async () => {
  const { client } = await start();
  const { action: _, ...bare } = LIST;
  expect((await client.acs3(bare)).status).toBe(200);
  const answer = await client.acs3({ ...LIST, action: 'CreateService' });
  expect([answer.status, answer.body.Code]).toEqual([400, 'InvalidParameter']);
  expect(answer.body.Message).toContain('ListServices');
});

it.each<[string, string, Partial<ClientRequest>]>([
  ['another body', 'BodyHashMismatch', { sent: { body: JSON.stringify({ ...DEMO, name: 'evil' }) } }],
  [
    'another query',
    'SignatureDoesNotMatch',
    { query: { WorkspaceId: '1' }, sent: { query: { WorkspaceId: '2' } } },
  ],
  ['a query more', 'SignatureDoesNotMatch', { sent: { query: { WorkspaceId: '2' } } }],
  [
    'another date',
    'SignatureDoesNotMatch',
    {
      sent: { headers: { 'x-acs-date': `${new Date().toISOString().slice(0, 17)}00Z` } },
      date: Date.now() - MINUTE,
    },
  ],
  ['another nonce', 'SignatureDoesNotMatch', { sent: { headers: { 'x-acs-signature-nonce': 'fresh' } } }],
  [
    'a hash that fits another body',
    'SignatureDoesNotMatch',
    {
      sent: {
        body: '',
        headers: {
          'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        },
      },
    },
  ],
  ['a header that was not signed', 'InvalidParameter', { sent: { headers: { 'x-acs-extra': '1' } } }],
  [
    'an address it was not meant for',
    'SignatureDoesNotMatch',
    { sent: { headers: { host: 'elsewhere:80' } } },
  ],
])('refuses a request that was given %s on its way', async (_, code, change) => {
  const harness = await start();
  const answer = await harness.client.acs3({ ...CREATE, ...change });
  expect(answer.body.Code).toBe(code);
  expect((await harness.store.read.services.list()).total).toBe(0);
});

it('covers the body of the older scheme only as far as that scheme says', async () => {
  const { client } = await start();
  const withMd5 = { ...CREATE, headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } };
  expect((await client.roa(withMd5)).body.Code).toBe('BodyHashMismatch');
  const path = servicePath('demo', '/stop');
  expect((await client.roa({ method: 'PUT', path, sent: { path: servicePath('demo') } })).body.Code).toBe(
    'SignatureDoesNotMatch',
  );
});

it.each(['acs3', 'roa'] as const)(
  'refuses a %s request that comes a second time, also after a restart',
  async (scheme) => {
    const folder = temporaryFolder();
    const first = await ControlHarness.start(folder);
    const once: ClientRequest = { ...CREATE, nonce: 'only-once' };
    expect((await first.client[scheme](once)).status).toBe(200);
    expect((await first.client[scheme](once)).body).toMatchObject({ Code: 'SignatureNonceUsed' });
    await first.server.close();
    await first.store.close();
    const second = await ControlHarness.start(folder);
    const again = await second.client[scheme]({ ...once, body: { ...DEMO, name: 'other' } });
    expect(again.body.Code).toBe('SignatureNonceUsed');
    expect((await second.store.read.services.list()).total).toBe(1);
  },
);

it('refuses a refused change that comes a second time after a restart, when it would be taken', async () => {
  const folder = temporaryFolder();
  const first = await ControlHarness.start(folder);
  await first.create();
  const once: ClientRequest = { ...CREATE, nonce: 'refused' };
  expect((await first.client.acs3(once)).body.Code).toBe('ServiceAlreadyExists');
  const { uid } = await first.service();
  await first.store.transaction((tx) => tx.services.remove(uid));
  await first.server.close();
  await first.store.close();
  const second = await ControlHarness.start(folder);
  expect((await second.client.acs3(once)).body.Code).toBe('SignatureNonceUsed');
});

it('refuses a read that comes a second time', async () => {
  const { client } = await start();
  expect((await client.acs3({ ...LIST, nonce: 'n' })).status).toBe(200);
  expect((await client.acs3({ ...LIST, nonce: 'n' })).body.Code).toBe('SignatureNonceUsed');
});

it('does not let a forger use up a nonce', async () => {
  const { client } = await start();
  const forger = new SigningClient(client.address, { ...client.credentials, secret: 'guessed' });
  expect((await forger.acs3({ ...LIST, nonce: 'n' })).body.Code).toBe('SignatureDoesNotMatch');
  expect((await client.acs3({ ...LIST, nonce: 'n' })).status).toBe(200);
});

it.each(['acs3', 'roa'] as const)('refuses a %s request dated too early or too late', async (scheme) => {
  const { client } = await start();
  for (const minutes of [-16, 16]) {
    const answer = await client[scheme]({ ...LIST, date: Date.now() + minutes * MINUTE });
    expect([answer.status, answer.body.Code]).toEqual([400, 'InvalidTimeStamp.Expired']);
    expect(answer.body.Message).toMatch(/\d+ s away.*at most 900 s/);
  }
  for (const minutes of [-14, 14]) {
    expect((await client[scheme]({ ...LIST, date: Date.now() + minutes * MINUTE })).status).toBe(200);
  }
});

it.each<[string, number, string, Record<string, string>]>([
  ['nothing', 401, 'MissingAuthentication', {}],
  [
    'a date of another form',
    400,
    'InvalidTimeStamp.Format',
    { authorization: 'acs AK:sig', date: 'yesterday' },
  ],
  [
    'the SM3 algorithm',
    400,
    'SignatureMethodNotSupported',
    { authorization: 'ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c' },
  ],
  [
    'an RSA key',
    400,
    'SignatureMethodNotSupported',
    { authorization: 'ACS3-RSA-SHA256 Credential=a,SignedHeaders=b,Signature=c' },
  ],
  ['a bare token', 400, 'SignatureMethodNotSupported', { authorization: 'Bearer x' }],
  ['half an authorization', 400, 'InvalidParameter', { authorization: 'ACS3-HMAC-SHA256 Credential=a' }],
  [
    'a temporary credential',
    400,
    'SecurityTokenNotSupported',
    { authorization: 'acs a:b', 'x-acs-security-token': 't' },
  ],
  ['an unknown AccessKey', 404, 'InvalidAccessKeyId.NotFound', { authorization: 'acs nobody:sig' }],
])('says what is wrong with %s', async (_, status, code, given) => {
  const { client } = await start();
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace('AK', client.credentials.id)]),
  );
  const answer = await client.send(LIST, { host: 'h', ...headers }, '');
  expect([answer.status, answer.body.Code]).toEqual([status, code]);
  expect(answer.body.RequestId).toBe(answer.headers['x-acs-request-id']);
});

it('refuses a disabled AccessKey and a wrong secret', async () => {
  const harness = await start();
  const { client, store, accountUid } = harness;
  await store.transaction((tx) =>
    tx.accounts.insertAccessKey({ id: 'LTAIoff', secret: 's', accountUid, active: false, createdAt: 1 }),
  );
  const off = new SigningClient(client.address, { id: 'LTAIoff', secret: 's' });
  expect((await off.acs3(LIST)).body.Code).toBe('InvalidAccessKeyId.Inactive');
  const wrong = new SigningClient(client.address, { ...client.credentials, secret: 'wrong' });
  const answer = await wrong.acs3(LIST);
  expect([answer.status, answer.body.Code]).toEqual([400, 'SignatureDoesNotMatch']);
  expect(answer.body.Message).toContain('GET#/api/v2/services#');
  expect(answer.text).not.toContain(client.credentials.secret);
});

it('shows an account nothing of another one', async () => {
  const harness = await start();
  await harness.create();
  await harness.store.transaction(async (tx) => {
    await tx.accounts.insert({ uid: '2000000000000002', name: 'other', createdAt: 1 });
    await tx.accounts.insertAccessKey({
      id: 'LTAIother',
      secret: 's',
      accountUid: '2000000000000002',
      active: true,
      createdAt: 1,
    });
  });
  const other = new SigningClient(harness.client.address, { id: 'LTAIother', secret: 's' });
  expect((await other.acs3(LIST)).body.TotalCount).toBe(0);
  expect((await other.acs3({ method: 'GET', path: servicePath('demo') })).body.Code).toBe('ServiceNotFound');
  expect((await other.acs3({ method: 'DELETE', path: servicePath('demo') })).body.Code).toBe(
    'ServiceNotFound',
  );
  expect((await other.acs3(CREATE)).body.Code).toBe('ServiceAlreadyExists');
  expect((await harness.service()).state).toBe('Creating');
});
