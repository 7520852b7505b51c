import { TRAFFIC_FIELDS, type TrafficReceipt } from '@openeas/contracts';
import { ManualClock } from '@openeas/kernel';
import { expect, it } from 'vitest';
import { createControlServer } from '../control-server.js';
import { ControlHarness, INTERNAL_KEY, servicePath } from '../testing/control-harness.js';
import { addInstance } from '../testing/instances.js';
import { RouteReader } from '../testing/route-reader.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

/** A gateway that has told `accepted` requests of version 1, all answered 200 but `failed`. */
async function tell(
  harness: ControlHarness,
  epoch: string,
  accepted: number,
  failed = 0,
  key = INTERNAL_KEY,
): Promise<number> {
  const { host, port } = harness.client.address;
  const numbers: Record<string, number> = { accepted, answered2xx: accepted - failed, failed };
  const counts = TRAFFIC_FIELDS.map((field) => numbers[field] ?? 0);
  const { uid: serviceUid } = await harness.service();
  const response = await fetch(`http://${host}:${port}/internal/v1/traffic`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      gateway: 'gateway',
      epoch,
      counters: [{ counter: 1, serviceUid, version: 1, counts, last: false }],
    }),
  });
  return response.status;
}

async function epochOf(harness: ControlHarness): Promise<string> {
  const reader = await RouteReader.open(harness.client.address);
  await reader.until(() => reader.updates.length > 0);
  return reader.snapshot.epoch;
}

async function receipts(harness: ControlHarness): Promise<TrafficReceipt[]> {
  const answer = await harness.call('DescribeServiceEvent', {
    method: 'GET',
    path: servicePath('demo', '/events'),
  });
  return (answer.body.Events as { Reason: string; Message: string }[])
    .filter(({ Reason }) => Reason === 'TrafficReceipt')
    .map(({ Message }) => (JSON.parse(Message) as { receipt: TrafficReceipt }).receipt);
}

/** Lets time pass in small steps until a receipt is there: what is awaited is on timers of the manual clock. */
async function nextReceipt(harness: ControlHarness, clock: ManualClock, count = 1): Promise<TrafficReceipt> {
  for (;;) {
    const found = await receipts(harness);
    if (found.length >= count) return found[0]!;
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const scale = (harness: ControlHarness, instances: number) =>
  harness.call('ScaleService', {
    method: 'PUT',
    path: servicePath('demo', '/scale'),
    body: { Instance: instances },
  });

async function running(clock: ManualClock): Promise<ControlHarness> {
  const harness = await ControlHarness.start(temporaryFolder(), { clock });
  await harness.create();
  await addInstance(harness, 'a');
  await harness.reach('Running');
  return harness;
}

it('counts what came between the acceptance of a change and its fulfilment', async () => {
  const clock = new ManualClock(Date.now());
  const harness = await running(clock);
  const epoch = await epochOf(harness);
  expect(await tell(harness, epoch, 10)).toBe(200);
  const answer = await scale(harness, 3);
  expect(Object.keys(answer.body).sort()).toEqual(['Message', 'RequestId']);
  expect(answer.headers['x-openeas-receipt']).toBe(answer.body.RequestId);
  await tell(harness, epoch, 25, 1);
  await harness.reach('Running');
  await tell(harness, epoch, 30, 1);
  const receipt = await nextReceipt(harness, clock);
  expect(receipt).toMatchObject({ id: answer.body.RequestId, change: 'scale', incomplete: '' });
  expect(receipt.total).toMatchObject({ accepted: 20, answered2xx: 19, failed: 1 });
  expect(receipt.versions).toMatchObject([{ service: 'demo', version: 1, accepted: 20 }]);
  await tell(harness, epoch, 40, 1);
  expect(await receipts(harness)).toEqual([receipt]);
});

it('waits until the last old instance is gone', async () => {
  const clock = new ManualClock(Date.now());
  const harness = await running(clock);
  const epoch = await epochOf(harness);
  await scale(harness, 1);
  await harness.store.transaction((tx) => tx.instances.update('a', { desired: 'Stopped' }));
  await harness.reach('Running');
  clock.advance(10_000);
  await tell(harness, epoch, 5);
  expect(await receipts(harness)).toEqual([]);
  await harness.store.transaction((tx) => tx.instances.remove('a'));
  expect((await nextReceipt(harness, clock)).total.accepted).toBe(5);
});

it('says that another change came before the first one was over', async () => {
  const clock = new ManualClock(Date.now());
  const harness = await running(clock);
  await scale(harness, 3);
  await scale(harness, 4);
  const [first] = [await nextReceipt(harness, clock)];
  expect(first.incomplete).toContain('another change');
  await harness.reach('Running');
  expect((await nextReceipt(harness, clock, 2)).incomplete).toBe('');
});

it('says that control was started anew instead of giving a wrong number', async () => {
  const clock = new ManualClock(Date.now());
  const harness = await running(clock);
  const answer = await scale(harness, 3);
  await harness.server.close();
  const second = createControlServer(harness.options);
  const address = await second.listen({ host: '127.0.0.1', port: harness.client.address.port });
  expect(address.port).toBe(harness.client.address.port);
  try {
    expect(await tell(harness, 'of the first start', 1_000)).toBe(409);
    await harness.reach('Running');
    const receipt = await nextReceipt(harness, clock);
    expect(receipt.id).toBe(answer.body.RequestId);
    expect(receipt.incomplete).toMatch(/^control was started anew at 20/);
    expect(receipt.total.accepted).toBe(0);
  } finally {
    await second.close();
  }
});

it('takes counts only from who knows the internal key, and only in form', async () => {
  const harness = await running(new ManualClock(Date.now()));
  expect(await tell(harness, 'x', 1, 0, 'wrong')).toBe(401);
  expect(await tell(harness, 'x', -1)).toBe(400);
});
