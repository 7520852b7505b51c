import { expect, it } from 'vitest';
import { ControlHarness, DEMO, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

const DRY = { DryRun: 'true' };

async function running(instances = 2): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder());
  await harness.create({ ...DEMO, metadata: { ...DEMO.metadata, instance: instances } });
  for (let n = 0; n < instances; n++) {
    await addInstance(harness, `i${n}`, { createdAt: 1_700_000_000_000 + n });
  }
  await harness.reach('Running');
  return harness;
}

/** Everything that a change could leave behind. */
async function traces(harness: ControlHarness): Promise<unknown> {
  const { read } = harness.store;
  const service = await harness.service();
  return {
    service,
    versions: await read.versions.list(service.uid),
    events: await read.events.list({ serviceUid: service.uid, offset: 0, limit: 100 }),
    receipts: await read.receipts.list(),
  };
}

function plan(answer: ClientAnswer): Record<string, unknown> & { Steps: Record<string, unknown>[] } {
  expect(Object.keys(answer.body).sort()).toEqual(['Message', 'Plan', 'RequestId']);
  expect(answer.headers['x-openeas-receipt']).toBeUndefined();
  return answer.body.Plan as ReturnType<typeof plan>;
}

const put = (harness: ControlHarness, action: string, rest: string, body: object, query = DRY) =>
  harness.call(action, { method: 'PUT', path: servicePath('demo', rest), body, query });

it('tells what an update would do and changes nothing', async () => {
  const harness = await running();
  const before = await traces(harness);
  const told = plan(await harness.update({ model_path: 'http://models/new.pmml' }, DRY));
  expect(told).toMatchObject({
    Kind: 'newVersion',
    Version: 2,
    Wanted: 2,
    ServingBefore: 2,
    LowestServing: 2,
    ServingAfter: 2,
    CapacityDrops: false,
    Possible: true,
    Problem: '',
  });
  expect(told.Steps.map(({ Action, Instance }) => `${Action} ${Instance}`)).toEqual([
    'fetch ',
    'start new 1',
    'ready new 1',
    'drain demo-i1',
    'start new 2',
    'stop demo-i1',
    'ready new 2',
    'drain demo-i0',
    'stop demo-i0',
  ]);
  expect(await traces(harness)).toEqual(before);
  const { rows } = await harness.store.read.audit.list({ offset: 0, limit: 1 });
  expect(rows[0]).toMatchObject({ action: 'UpdateService', outcome: 'DryRun' });
});

it('tells kinds of changes apart', async () => {
  const harness = await running();
  expect(plan(await harness.update({}, DRY)).Kind).toBe('unchanged');
  expect(plan(await harness.update({ labels: { a: 'b' } }, DRY)).Kind).toBe('settings');
  expect(plan(await harness.update({ 'rpc.keepalive': 9_000 }, DRY))).toMatchObject({
    Kind: 'revise',
    Revision: 2,
  });
  const scaled = plan(await put(harness, 'ScaleService', '/scale', { Instance: 1 }));
  expect(scaled).toMatchObject({ Kind: 'scale', Wanted: 1, ServingAfter: 1, CapacityDrops: false });
  expect(scaled.Steps.map(({ Action, Instance, Reason }) => [Action, Instance, Reason])).toEqual([
    ['drain', 'demo-i1', 'ScaledIn'],
    ['stop', 'demo-i1', ''],
  ]);
  await harness.update({ model_path: 'http://models/new.pmml' });
  await harness.reach('Running');
  const back = plan(await put(harness, 'UpdateServiceVersion', '/version', { Version: 1 }));
  expect(back).toMatchObject({ Kind: 'switchVersion', Version: 1 });
});

it('says what the machine has no room for', async () => {
  const harness = await running();
  const told = plan(await put(harness, 'ScaleService', '/scale', { Instance: 9 }));
  expect(told).toMatchObject({ Possible: false, ServingAfter: 4 });
  expect(told.Problem).toMatch(/short of 1 core: needs 1, 0 of 4 cores free/);
});

it('refuses what the change itself would refuse', async () => {
  const harness = await running();
  expect((await harness.update({ nonsense: 1 }, DRY)).status).toBe(400);
  const missing = await put(harness, 'UpdateServiceVersion', '/version', { Version: 7 });
  expect(missing.body.Code).toBe('VersionNotFound');
  const { rows } = await harness.store.read.audit.list({ offset: 0, limit: 1 });
  expect(rows[0]).toMatchObject({ outcome: 'VersionNotFound' });
});
