import type { AuditRecord } from '@openeas/store';
import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { auditDetail } from './audit-detail.js';

async function trail(harness: ControlHarness): Promise<readonly AuditRecord[]> {
  return (await harness.store.read.audit.list({ offset: 0, limit: 100 })).rows;
}

it('leaves one record for each change, in its transaction, and none for a read', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const put = (rest: string, body?: unknown): Promise<unknown> =>
    harness.client.acs3({
      method: 'PUT',
      path: servicePath('demo', rest),
      ...(body !== undefined && { body }),
    });
  await harness.create();
  await harness.update({ metadata: { memory: 1 } });
  await put('/scale', { Instance: 3 });
  await put('/version', { Version: 1 });
  await put('/label', { Labels: { a: 'b' } });
  await harness.client.acs3({ method: 'DELETE', path: servicePath('demo', '/label'), query: { Keys: 'a' } });
  await put('/lock', { Lock: 'none' });
  await put('/restart');
  await put('/stop');
  await harness.reach('Stopped');
  await put('/start');
  await harness.client.acs3({ method: 'DELETE', path: servicePath('demo') });
  await harness.describe();
  const records = await trail(harness);
  expect(records.map(({ action }) => action).reverse()).toEqual([
    'CreateService',
    'UpdateService',
    'ScaleService',
    'UpdateServiceVersion',
    'UpdateServiceLabel',
    'DeleteServiceLabel',
    'UpdateServiceSafetyLock',
    'RestartService',
    'StopService',
    'StartService',
    'DeleteService',
  ]);
  for (const record of records) {
    expect(record).toMatchObject({
      outcome: 'Success',
      resource: 'service/demo',
      accountUid: harness.accountUid,
      accessKeyId: harness.client.credentials.id,
      sourceAddress: '127.0.0.1',
    });
    expect(record.requestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(record.detail).not.toContain('demo-token');
  }
  expect(JSON.parse(records.find(({ action }) => action === 'ScaleService')!.detail)).toEqual({
    Instance: 3,
  });
});

it('tells of refused changes by their error code', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await harness.create();
  await harness.create({ name: 'broken' });
  await harness.client.acs3({ method: 'PUT', path: servicePath('demo', '/scale'), body: { Nonsense: 1 } });
  expect((await trail(harness)).map(({ outcome, resource }) => `${resource} ${outcome}`).reverse()).toEqual([
    'service/demo Success',
    'service/demo ServiceAlreadyExists',
    'service/broken InvalidServiceDescription',
    'service/demo InvalidParameter',
  ]);
});

it('notes who the gateway speaks for, not whom that one claims to be', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
  await harness.client.acs3({ method: 'POST', path: '/api/v2/services', body: DEMO, headers });
  expect((await trail(harness))[0]?.sourceAddress).toBe('203.0.113.9');
  const local = { 'x-forwarded-for': '198.51.100.1, 127.0.0.1' };
  await harness.client.acs3({ method: 'DELETE', path: servicePath('demo'), headers: local });
  expect((await trail(harness))[0]?.sourceAddress).toBe('127.0.0.1');
});

it('takes secrets out wherever they stand', () => {
  const detail = auditDetail({
    Document: {
      name: 'demo',
      token: 'tok-1',
      'credential.token': 'tok-2',
      credential: { oss: 'tok-3' },
      dockerAuth: 'tok-4',
      generate_token: false,
      model_path: 'https://user:tok-5@host/m.pmml?Signature=tok-6',
      processor_envs: [{ name: 'PASSWORD', value: 'tok-7' }],
      metadata: { instance: 1 },
    },
  });
  expect(detail).not.toMatch(/tok-\d/);
  expect(JSON.parse(detail).Document).toMatchObject({
    name: 'demo',
    generate_token: false,
    model_path: 'https://host/m.pmml?***',
    processor_envs: [{ name: 'PASSWORD', value: '***' }],
    metadata: { instance: 1 },
  });
});

it('keeps long parameters short', () => {
  const detail = auditDetail({ Document: { name: 'x'.repeat(100_000) } });
  expect(detail.length).toBeLessThan(17_000);
  expect(JSON.parse(detail).truncated).toContain('xxx');
});
