import type { ChangePlanView, TrafficCounts, TrafficReceipt } from '@openeas/contracts';
import { describe, expect, it } from 'vitest';
import { running } from './testing/fake-control.js';
import { Desk, type RunResult } from './testing/run.js';

const RECEIPT_ID = '1651567F-8F8D-4A2B-933D-00000000CAFE';

function counts(changes: Partial<TrafficCounts>): TrafficCounts {
  return {
    accepted: 0,
    answered2xx: 0,
    answered3xx: 0,
    answered4xx: 0,
    answered5xx: 0,
    failed: 0,
    redispatched: 0,
    abandoned: 0,
    ...changes,
  };
}

function receipt(changes: Partial<TrafficReceipt> = {}): TrafficReceipt {
  return {
    id: RECEIPT_ID,
    change: 'scale',
    from: '2026-11-21T04:00:00Z',
    to: '2026-11-21T04:00:03Z',
    versions: [{ service: 'demo', version: 1, ...counts({ accepted: 12, answered2xx: 12 }) }],
    total: counts({ accepted: 12, answered2xx: 12 }),
    incomplete: '',
    ...changes,
  };
}

/** A server that counts: answers with a receipt id, and shows `found` from the `after`th look at the events on. */
async function counting(found: TrafficReceipt | undefined, after = 2): Promise<Desk> {
  const desk = await Desk.open();
  desk.control.add('demo', running);
  let looks = 0;
  desk.control.override = ({ action }) => {
    if (action === 'ScaleService') return { body: { Message: 'scaling', ReceiptId: RECEIPT_ID } };
    if (action !== 'DescribeServiceEvent') return undefined;
    const event = (value: TrafficReceipt) => ({
      Message: JSON.stringify({ message: 'Traffic', receipt: value }),
      Reason: 'TrafficReceipt',
      Resource: 'Service',
      Time: '2026-11-21 04:00:03',
      Type: 'Normal',
    });
    const Events = [event(receipt({ id: 'of another change' }))];
    if (found !== undefined && ++looks >= after) Events.unshift(event(found));
    return { body: { Events, PageNum: 1, TotalCount: Events.length, TotalPageNum: 1 } };
  };
  return desk;
}

const scale = (desk: Desk, ...more: string[]): Promise<RunResult> =>
  desk.run(['scale', 'demo', '-n', '1', ...more]);

describe('a receipt', () => {
  it('is one line when everything went well in one version', async () => {
    const { code, stdout } = await scale(await counting(receipt()));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\[OK\] Service is running\n\[OK\] Traffic meanwhile: 12 requests, 12 answered, 0 failed, 0 re-dispatched\n$/,
    );
  });

  it('is a table when several versions took part, and counts a request that was given on once', async () => {
    const versions = [
      { service: 'demo', version: 0, ...counts({ accepted: 1, failed: 1 }) },
      { service: 'demo', version: 1, ...counts({ accepted: 9, answered2xx: 8, redispatched: 1 }) },
      { service: 'demo', version: 2, ...counts({ accepted: 3, answered2xx: 3 }) },
    ];
    const total = counts({ accepted: 13, answered2xx: 11, failed: 1, redispatched: 1 });
    const { stdout } = await scale(await counting(receipt({ versions, total })));
    expect(stdout).toContain(
      '[WARNING] Traffic meanwhile: 12 requests, 11 answered, 1 failed, 1 re-dispatched',
    );
    expect(stdout).toMatch(/gateway .*\n.*demo +\| 1 +\| +9 \| +8 /);
  });

  it('comes with the abort of a rollout too', async () => {
    const desk = await counting(receipt());
    const inner = desk.control.override;
    const Status = { CurrentRevision: '1.1', UpdateRevision: '2.1' };
    desk.control.override = (call) => {
      if (call.action === 'DescribeServiceRollout') return { body: { Rollout: { Status, Strategy: {} } } };
      if (call.action === 'UpdateServiceVersion') {
        return { body: { Message: 'starting', ReceiptId: RECEIPT_ID } };
      }
      return inner?.(call);
    };
    const { stdout } = await desk.run(['rollout', 'demo', '--abort', '-y']);
    expect(stdout).toContain('[OK] Traffic meanwhile: 12 requests');
  });

  it.each([
    [
      { accepted: 12, answered2xx: 9, abandoned: 1 },
      '12 requests, 9 answered, 0 failed, 0 re-dispatched, 1 abandoned by their callers, 2 still under way\n',
    ],
    [
      { accepted: 12, answered2xx: 13 },
      '12 requests, 13 answered, 0 failed, 0 re-dispatched, 1 of these begun before\n',
    ],
  ])('accounts for those under way at its ends: %j', async (each, words) => {
    const total = counts(each);
    const { stdout } = await scale(await counting(receipt({ total })));
    expect(stdout).toContain(words);
  });

  it('says when the numbers are incomplete, and when nobody asked anything', async () => {
    const none = { versions: [], total: counts({}) };
    const quiet = await scale(await counting(receipt(none)));
    expect(quiet.stdout).toContain('[OK] Traffic meanwhile: no requests');
    const incomplete = 'control was started anew at 2026-11-21T04:00:01Z';
    const cut = await scale(await counting(receipt({ ...none, incomplete })));
    expect(cut.stdout).toContain(`[WARNING] These numbers are incomplete: ${incomplete}`);
  });

  it('is a field of the document with -o json', async () => {
    const { stdout } = await scale(await counting(receipt()), '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ ReceiptId: RECEIPT_ID, Receipt: { total: { accepted: 12 } } });
  });

  it('is not waited for without end, nor with --no-wait, nor from a server that counts nothing', async () => {
    const late = await scale(await counting(undefined));
    expect(late.code).toBe(0);
    expect(late.stdout).toContain('[OK] Requests are still being counted; eascmd events demo shows');
    const desk = await counting(receipt());
    expect((await scale(desk, '--no-wait')).stdout).not.toContain('Traffic');
    expect(desk.control.callsOf('DescribeServiceEvent')).toEqual([]);
    const plain = await Desk.open();
    plain.control.add('demo', running);
    expect((await scale(plain)).stdout).not.toContain('Traffic');
    expect(plain.control.callsOf('DescribeServiceEvent')).toEqual([]);
  });
});

describe('create -r', () => {
  it.each([
    ['nested', { metadata: { instance: 1 } }],
    ['dotted', { 'metadata.instance': 1, 'metadata.release': false }],
  ])('asks for a blue-green partner in a %s description', async (_, keys) => {
    const desk = await Desk.open();
    desk.file('service.json', { name: 'demo', processor: 'pmml', model_path: 'http://m/x', ...keys });
    await desk.run(['create', 'service.json', '-r', '--no-wait']);
    const body = JSON.parse(desk.control.callsOf('CreateService')[0]?.body ?? '') as Record<string, unknown>;
    const metadata = (body.metadata ?? {}) as Record<string, unknown>;
    expect(metadata.release ?? body['metadata.release']).toBe(true);
    expect(metadata.instance ?? body['metadata.instance']).toBe(1);
  });
});

describe('--plan', () => {
  const PLAN: ChangePlanView = {
    Kind: 'newVersion',
    Version: 2,
    Revision: 1,
    Wanted: 1,
    ServingBefore: 1,
    LowestServing: 0,
    ServingAfter: 1,
    CapacityDrops: true,
    Possible: false,
    Problem: 'short of 1 core: needs 1, 0 of 4 cores free',
    Steps: [
      { Action: 'fetch', Instance: '', Version: 2, Reason: '', Serving: 1 },
      { Action: 'drain', Instance: 'demo-a', Version: 1, Reason: 'Replaced', Serving: 0 },
    ],
  };

  it.each([
    [['modify', 'demo', '-Dmodel_path=here.pmml', '--plan'], 'UpdateService'],
    [['scale', 'demo', '-n', '3', '--plan'], 'ScaleService'],
    [['version', 'demo', '2', '--plan'], 'UpdateServiceVersion'],
  ] as const)('of %j asks the server, uploads nothing, and shows each step', async (argv, action) => {
    const desk = await Desk.open();
    desk.file('here.pmml', '<PMML/>');
    desk.control.add('demo', running);
    desk.control.override = (call) =>
      call.action === action ? { body: { Message: 'Nothing was changed', Plan: PLAN } } : undefined;
    const { code, stdout } = await desk.run(argv);
    expect(code).toBe(0);
    expect(
      desk.control.calls.map((call) => call.action).filter((name) => name !== 'DescribeRegions'),
    ).toEqual([action]);
    expect(desk.control.callsOf(action)[0]?.query.DryRun).toBe('true');
    expect(desk.control.uploads).toBe(0);
    expect(stdout).toContain('[OK] Version 2 would be added and take over');
    expect(stdout).toMatch(/2 \| drain +\| demo-a +\| +1 \| Replaced \| +0 \|/);
    expect(stdout).toContain('[WARNING] Capacity drops on the way: serving before 1, lowest 0, after 1');
    expect(stdout).toContain('[WARNING] It would not come to an end: short of 1 core');
    expect(stdout).toMatch(/\[OK\] Nothing was changed\n$/);
  });

  it('is the document with -o json', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', running);
    desk.control.override = ({ action }) =>
      action === 'ScaleService' ? { body: { Message: 'Nothing', Plan: PLAN } } : undefined;
    const { stdout } = await desk.run(['scale', 'demo', '-n', '3', '--plan', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ Plan: PLAN });
  });
});
