import { OpenEasError } from '@openeas/contracts';
import { describe, expect, it } from 'vitest';
import { type Call, failure } from './testing/fake-control.js';
import { Desk } from './testing/run.js';

interface Rollout {
  Status: Record<string, string | number>;
  Strategy: object;
}

const STATUS = {
  CurrentRevision: '1.1',
  NextBatchStartTime: '',
  Phase: 'Running',
  TotalReplicas: 4,
  UpdateRevision: '2.1',
  UpdatedReplicas: 1,
};

/** A desk with a running service `demo` and what the server would say of its rollout and instances. */
async function deskWith(facts: {
  rollout?: Rollout;
  /** Each ListServiceInstances takes the next; the last one stays. */
  instances?: object[][];
}): Promise<Desk> {
  const desk = await Desk.open();
  desk.control.add('demo');
  let { rollout } = facts;
  const lists = [...(facts.instances ?? [[]])];
  desk.control.override = ({ action, name, body }: Call) => {
    switch (action) {
      case 'ListServiceInstances': {
        const Instances = (lists.length > 1 ? lists.shift() : lists[0]) ?? [];
        return { body: { PageNumber: 1, PageSize: 100, TotalCount: Instances.length, Instances } };
      }
      case 'DescribeServiceRollout':
      case 'UpdateServiceRollout':
      case 'DeleteServiceRollout':
        if (rollout === undefined) return failure(new OpenEasError('RolloutNotFound', { name }));
        if (action === 'DeleteServiceRollout') rollout = undefined;
        return { body: action === 'DescribeServiceRollout' ? { Rollout: rollout } : { Message: 'done' } };
      case 'CreateServiceRollout':
        rollout = { Status: STATUS, Strategy: JSON.parse(body) };
        return { body: { Message: 'created' } };
      default:
        return undefined;
    }
  };
  return desk;
}

const one = (change: object): object => ({
  InstanceName: 'demo-a',
  InnerIP: '127.0.0.1',
  HostIP: '127.0.0.1',
  InstancePort: 4000,
  StartAt: '2026-11-20T16:36:00Z',
  RestartCount: 0,
  Status: 'Running',
  ReadyProcesses: 1,
  TotalProcesses: 1,
  Reason: '',
  LastState: [],
  ...change,
});

describe('restart --instance', () => {
  it('restarts in place and waits until the instance runs again', async () => {
    const instances = [[one({})], [one({ Status: 'Draining' })], [one({})], [one({ RestartCount: 1 })]];
    const desk = await deskWith({ instances });
    const result = await desk.run(['restart', 'demo', '--instance', 'demo-a']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(desk.control.callsOf('DeleteServiceInstances')[0]?.query).toEqual({
      InstanceList: 'demo-a',
      SoftRestart: 'true',
    });
    expect(desk.control.callsOf('ListServiceInstances')).toHaveLength(4);
  });

  it('puts a new one in its place with --replace and waits until it is gone', async () => {
    const instances = [
      [one({})],
      [one({}), one({ InstanceName: 'demo-b' })],
      [one({ InstanceName: 'demo-b' })],
    ];
    const desk = await deskWith({ instances });
    expect((await desk.run(['restart', 'demo', '--instance', 'demo-a', '--replace'])).code).toBe(0);
    expect(desk.control.callsOf('DeleteServiceInstances')[0]?.query.SoftRestart).toBe('false');
    expect(desk.control.callsOf('ListServiceInstances')).toHaveLength(3);
  });

  it('names an instance that is not there, and touches nothing', async () => {
    const desk = await deskWith({});
    const result = await desk.run(['restart', 'demo', '--instance', 'nobody']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('has no instance [nobody]');
    expect(desk.control.callsOf('DeleteServiceInstances')).toEqual([]);
  });

  it('gives up waiting in time and says how the instances are', async () => {
    const desk = await deskWith({ instances: [[one({ Status: 'Loading' })]] });
    const result = await desk.run(['restart', 'demo', '--instance', 'demo-a', '--timeout', '3']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('demo-a is Loading');
  });

  it('refuses --replace without --instance', async () => {
    const desk = await deskWith({});
    expect((await desk.run(['restart', 'demo', '--replace'])).code).toBe(2);
  });
});

describe('isolate and detach', () => {
  it('isolates and lets back', async () => {
    const desk = await deskWith({});
    await desk.run(['isolate', 'demo', 'demo-a']);
    await desk.run(['isolate', 'demo', 'demo-a', '--end']);
    const bodies = desk.control.callsOf('UpdateServiceInstance').map(({ body }) => JSON.parse(body));
    expect(bodies).toEqual([{ Isolate: true }, { Isolate: false }]);
  });

  it('asks before it detaches', async () => {
    const desk = await deskWith({});
    const refused = await desk.run(['detach', 'demo', 'demo-a'], 'n\n');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('[demo-a] of the service [demo] for good? [Y/n]');
    expect(desk.control.callsOf('UpdateServiceInstance')).toEqual([]);
    expect((await desk.run(['detach', 'demo', 'demo-a'], 'Y\n')).code).toBe(0);
    expect(JSON.parse(desk.control.callsOf('UpdateServiceInstance')[0]?.body ?? '')).toEqual({
      Detach: true,
    });
  });

  it('shows in the table who serves nobody', async () => {
    const aside = [one({ Isolated: true }), one({ InstanceName: 'demo-b', Detached: true })];
    const desk = await deskWith({ instances: [aside] });
    const { stdout } = await desk.run(['w', 'demo']);
    expect(stdout).toMatch(/demo-a .*Running \(isolated\)/);
    expect(stdout).toMatch(/demo-b .*Running \(detached\)/);
  });
});

describe('rollout', () => {
  it('shows how far it is', async () => {
    const desk = await deskWith({
      rollout: {
        Status: { ...STATUS, NextBatchStartTime: '2026-11-21T05:00:00Z' },
        Strategy: { Batch: { BatchSize: '1', Interval: '5m' } },
      },
    });
    const { stdout } = await desk.run(['rollout', 'demo']);
    expect(stdout.split('\n')).toEqual([
      'Rollout of service [demo] is Running',
      'Version: 1.1 -> 2.1',
      'Updated: 1 of 4 instances',
      'Strategy: batches of 1, 5m apart',
      expect.stringMatching(/^Next batch: 2026-11-21 05:00:00/),
      '',
    ]);
    const json = await desk.run(['rollout', 'demo', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ Rollout: { Status: { UpdatedReplicas: 1 } } });
  });

  it('says the cause of a failed one, and that there is none', async () => {
    const failed = { Status: { ...STATUS, Phase: 'Failed' }, Strategy: {} };
    const desk = await deskWith({ rollout: failed });
    desk.control.add('demo', { Message: 'instance demo-b failed: no model' });
    expect((await desk.run(['rollout', 'demo'])).stdout).toContain('Cause: instance demo-b failed: no model');
    expect((await desk.run(['rollout', 'demo', '--end'])).stdout).toContain('has no rollout control');
  });

  it.each([
    [['--partition', '2'], 'CreateServiceRollout', { Partition: { Partition: '2' } }],
    [
      ['--batch', '1', '--interval', '5m', '--pause'],
      'CreateServiceRollout',
      { Batch: { BatchSize: '1', Interval: '5m' }, Paused: true },
    ],
    [['--pause'], 'CreateServiceRollout', { Paused: true }],
  ] as const)('begins the control with %j', async (flags, action, body) => {
    const desk = await deskWith({});
    expect((await desk.run(['rollout', 'demo', ...flags])).code).toBe(0);
    expect(JSON.parse(desk.control.callsOf(action)[0]?.body ?? '')).toEqual(body);
  });

  it('changes the control that is there', async () => {
    const desk = await deskWith({ rollout: { Status: STATUS, Strategy: {} } });
    await desk.run(['rollout', 'demo', '--resume']);
    expect(JSON.parse(desk.control.callsOf('UpdateServiceRollout')[0]?.body ?? '')).toEqual({
      Paused: false,
    });
    expect(desk.control.callsOf('CreateServiceRollout')).toEqual([]);
  });

  it('does not resume what is not there', async () => {
    const result = await (await deskWith({})).run(['rollout', 'demo', '--resume']);
    expect([result.code, result.stderr]).toEqual([1, expect.stringContaining('has no rollout control')]);
  });

  it('aborts by a switch to the version before, after it asked', async () => {
    const desk = await deskWith({ rollout: { Status: STATUS, Strategy: {} } });
    desk.control.add('demo', { CurrentVersion: 2, LatestVersion: 2 }, { CurrentVersion: 1 });
    const refused = await desk.run(['rollout', 'demo', '--abort'], 'n\n');
    expect(refused.stdout).toContain('go back to version [1]? [Y/n]');
    expect(desk.control.callsOf('UpdateServiceVersion')).toEqual([]);
    expect((await desk.run(['rollout', 'demo', '--abort', '-y'])).code).toBe(0);
    expect(JSON.parse(desk.control.callsOf('UpdateServiceVersion')[0]?.body ?? '')).toEqual({ Version: 1 });
  });

  it.each([
    ['1.1', '1.2', 'changed in place'],
    ['2.1', '2.1', 'no instance runs anything else'],
  ])('cannot abort from %s to %s', async (CurrentRevision, UpdateRevision, reason) => {
    const Status = { ...STATUS, CurrentRevision, UpdateRevision };
    const desk = await deskWith({ rollout: { Status, Strategy: {} } });
    const result = await desk.run(['rollout', 'demo', '--abort', '-y']);
    expect([result.code, result.stderr]).toEqual([1, expect.stringContaining(reason)]);
  });

  it.each([
    ['--partition 1 --batch 1'],
    ['--interval 5m'],
    ['--pause --resume'],
    ['--abort --end'],
    ['--batch 0'],
  ])('refuses %s', async (flags) => {
    expect((await (await deskWith({})).run(['rollout', 'demo', ...flags.split(' ')])).code).toBe(2);
  });
});
