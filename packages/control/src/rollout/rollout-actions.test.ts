import { expect, it } from 'vitest';
import { ControlHarness, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

async function withDemo(): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create();
  await addInstance(harness, 'a');
  await addInstance(harness, 'b');
  await harness.reach('Running');
  return harness;
}

function rollout(harness: ControlHarness, method: string, body?: object): Promise<ClientAnswer> {
  const path = servicePath('demo', '/rollout');
  return harness.client.acs3({ method, path, ...(body !== undefined && { body }) });
}

it('is created, told, changed and deleted', async () => {
  const harness = await withDemo();
  expect((await rollout(harness, 'POST', { Partition: { Partition: 1 } })).status).toBe(200);
  expect((await rollout(harness, 'GET')).body.Rollout).toEqual({
    Status: {
      CurrentRevision: '1.1',
      NextBatchStartTime: '',
      Phase: 'Pending',
      TotalReplicas: 2,
      UpdateRevision: '1.1',
      UpdatedReplicas: 2,
    },
    Strategy: { Partition: { Partition: '1' } },
  });
  const again = await rollout(harness, 'POST', { Paused: true });
  expect([again.status, again.body.Code]).toEqual([409, 'RolloutExists']);
  const change = { Batch: { BatchSize: '1', Interval: '1h30m' }, Paused: true };
  expect((await rollout(harness, 'PUT', change)).status).toBe(200);
  expect((await rollout(harness, 'GET')).body.Rollout).toMatchObject({
    Status: { Phase: 'Paused' },
    Strategy: { Batch: { BatchSize: '1', Interval: '1h30m' } },
  });
  expect((await rollout(harness, 'DELETE')).status).toBe(200);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const missing = await rollout(harness, method, method === 'PUT' ? { Paused: false } : undefined);
    expect([missing.status, missing.body.Code]).toEqual([404, 'RolloutNotFound']);
  }
});

it('keeps how far batches are through a pause, and counts anew for other batches', async () => {
  const harness = await withDemo();
  const { uid } = await harness.service();
  await rollout(harness, 'POST', { Batch: { BatchSize: 1, Interval: 60 } });
  const created = (await harness.store.read.rollouts.get(uid))!;
  await harness.store.transaction((tx) =>
    tx.rollouts.put({ ...created, target: '1.1@0', allowed: 1, nextBatchAt: 9 }),
  );
  await rollout(harness, 'PUT', { Paused: true });
  expect(await harness.store.read.rollouts.get(uid)).toMatchObject({
    paused: true,
    allowed: 1,
    nextBatchAt: 9,
  });
  const done = 1_700_000_000_000;
  await harness.store.transaction((tx) =>
    tx.rollouts.put({ ...created, target: '1.1@0', allowed: 1, nextBatchAt: done + 60_000 }),
  );
  await rollout(harness, 'PUT', { Batch: { BatchSize: 1, Interval: '5m' } });
  expect(await harness.store.read.rollouts.get(uid)).toMatchObject({
    allowed: 1,
    nextBatchAt: done + 300_000,
  });
  await rollout(harness, 'PUT', { Batch: { BatchSize: 2 }, Paused: false });
  expect(await harness.store.read.rollouts.get(uid)).toMatchObject({
    batchSize: 2,
    intervalMs: 0,
    target: '',
    allowed: 0,
    nextBatchAt: 0,
  });
});

it('ends with a switch back to what instances of before still run', async () => {
  const harness = await withDemo();
  await rollout(harness, 'POST', { Partition: { Partition: 1 } });
  await harness.update({ model_path: 'http://models/other.pmml', processor: 'pmml' });
  const { uid, currentVersion } = await harness.service();
  expect(currentVersion).toBe(2);
  expect((await rollout(harness, 'GET')).body.Rollout.Status).toMatchObject({
    CurrentRevision: '1.1',
    UpdateRevision: '2.1',
    UpdatedReplicas: 0,
  });
  const path = servicePath('demo', '/version');
  expect((await harness.client.acs3({ method: 'PUT', path, body: { Version: 1 } })).status).toBe(200);
  expect(await harness.store.read.rollouts.get(uid)).toBeUndefined();
  const { rows } = await harness.store.read.events.list({ serviceUid: uid, offset: 0, limit: 10 });
  expect(rows.map(({ reason }) => reason)).toContain('RolloutAborted');
});

it('stays with a switch to a version that nothing runs', async () => {
  const harness = await withDemo();
  await harness.update({ model_path: 'http://models/other.pmml', processor: 'pmml' });
  await rollout(harness, 'POST', { Partition: { Partition: 1 } });
  const { uid } = await harness.service();
  await harness.store.transaction(async (tx) => {
    for (const id of ['a', 'b']) await tx.instances.update(id, { version: 2 });
  });
  await harness.client.acs3({ method: 'PUT', path: servicePath('demo', '/version'), body: { Version: 1 } });
  expect(await harness.store.read.rollouts.get(uid)).toBeDefined();
});

it.each([
  [{}, 'MissingParameter', 'Partition'],
  [{ Partition: { Partition: 1 }, Batch: { BatchSize: 1 } }, 'InvalidParameter', 'Batch'],
  [{ Partition: 1 }, 'InvalidParameter', 'Partition'],
  [{ Partition: { Partition: -1 } }, 'InvalidParameter', 'Partition.Partition'],
  [{ Partition: { Count: 1 } }, 'InvalidParameter', 'Partition.Count: this key is not valid'],
  [{ Batch: { BatchSize: '0' } }, 'InvalidParameter', 'Batch.BatchSize'],
  [{ Batch: { BatchSize: '1', Interval: '5 minutes' } }, 'InvalidParameter', 'Batch.Interval'],
  [{ Batch: { BatchSize: '1', Interval: '999h' } }, 'InvalidParameter', '168h'],
  [{ Batch: { BatchSize: '1', Interval: 'm' } }, 'InvalidParameter', 'Batch.Interval'],
  [{ Batch: {} }, 'InvalidParameter', 'Batch.BatchSize'],
  [{ Paused: 'yes' }, 'InvalidParameter', 'Paused'],
])('refuses %j', async (body, code, word) => {
  const harness = await withDemo();
  const answer = await rollout(harness, 'POST', body);
  expect(answer.body.Code).toBe(code);
  expect(answer.body.Message).toContain(word);
});
