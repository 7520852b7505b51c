import type { GroupView } from '@openeas/contracts';
import { OpenEasError } from '@openeas/contracts';
import { describe, expect, it } from 'vitest';
import { type Call, failure } from './testing/fake-control.js';
import { Desk } from './testing/run.js';

const GROUP: GroupView = {
  AccessToken: 'group-token',
  CallerUid: '1',
  ClusterId: 'local',
  CreateTime: '2026-11-20T16:36:00Z',
  InternetEndpoint: 'http://127.0.0.1:7300/api/predict/ranking',
  IntranetEndpoint: 'http://127.0.0.1:7300/api/predict/ranking',
  Labels: [],
  Name: 'ranking',
  Network: { GatewayId: '', SecurityGroupId: '', VSwitchId: '', VpcId: '' },
  ParentUid: '1',
  QueueService: '',
  TrafficMode: 'auto',
  UpdateTime: '2026-11-20T16:36:00Z',
};

/** A desk whose server has the group `ranking`, the service `demo` and, until it ends, a mirror of it. */
async function desk(): Promise<Desk> {
  const made = await Desk.open();
  made.control.add('demo', { ServiceGroup: 'ranking', TrafficState: 'grouping', Weight: 50 });
  let mirror: { Ratio: number; Target: string[] } | undefined;
  made.control.override = ({ action, name, body }: Call) => {
    switch (action) {
      case 'ListGroups':
        return { body: { PageNumber: 1, PageSize: 100, TotalCount: 1, Groups: [GROUP] } };
      case 'DescribeGroup':
        return { body: GROUP };
      case 'CreateGroup':
      case 'UpdateGroup':
      case 'DeleteGroup':
        return { body: { Message: `${action} done` } };
      case 'CreateServiceMirror':
      case 'UpdateServiceMirror':
        mirror = { Ratio: 0, Target: [], ...mirror, ...JSON.parse(body) };
        return { body: { Message: 'mirroring' } };
      case 'DeleteServiceMirror':
        mirror = undefined;
        return { body: { Message: 'OFF' } };
      case 'DescribeServiceMirror':
        if (mirror === undefined) return failure(new OpenEasError('MirrorNotFound', { name }));
        return {
          body: { ServiceName: name, Ratio: String(mirror.Ratio), Target: mirror.Target.join(',') },
        };
      default:
        return undefined;
    }
  };
  return made;
}

describe('group', () => {
  it('lists the groups and shows one with its services', async () => {
    const { run, control } = await bound();
    expect((await run(['group', 'ls'])).stdout).toContain('| ranking   | auto        |');
    const shown = await run(['group', 'desc', 'ranking']);
    expect(shown.stdout).toMatch(/AccessToken \| group-token/);
    expect(shown.stdout).toMatch(/\| demo +\| Running \| +1 \| grouping +\| +50 \|/);
    expect(control.callsOf('ListServices')[0]?.query).toMatchObject({ GroupName: 'ranking' });
    const json = await run(['group', 'desc', 'ranking', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ Name: 'ranking', Services: [{ ServiceName: 'demo' }] });
  });

  it('creates, changes and deletes', async () => {
    const { run, control } = await bound();
    await run(['group', 'create', 'search']);
    expect(JSON.parse(control.callsOf('CreateGroup')[0]?.body ?? '')).toEqual({ Name: 'search' });
    await run(['group', 'modify', 'ranking', '--mode', 'customized']);
    expect(JSON.parse(control.callsOf('UpdateGroup')[0]?.body ?? '')).toEqual({ TrafficMode: 'customized' });
    const refused = await run(['group', 'delete', 'ranking', '--cascade'], 'n\n');
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain(
      'Are you sure to delete the service group and all its services [ranking] in [local]? [Y/n]',
    );
    expect(control.callsOf('DeleteGroup')).toEqual([]);
    await run(['group', 'delete', 'ranking', '--cascade', '-y']);
    expect(control.callsOf('DeleteGroup')[0]?.query).toEqual({ CascadeDelete: 'true' });
  });

  it('asks for a mode it knows', async () => {
    const { run } = await bound();
    for (const argv of [
      ['group', 'modify', 'ranking'],
      ['group', 'modify', 'ranking', '--mode', 'even'],
    ]) {
      const { code, stderr } = await run(argv);
      expect(code).toBe(2);
      expect(stderr).toContain('--mode');
    }
  });

  it('is shown with its services', async () => {
    const { run } = await bound();
    const { stdout } = await run(['desc', 'demo']);
    expect(stdout).toMatch(/ServiceGroup \| ranking/);
    expect(stdout).toMatch(/TrafficState \| grouping/);
  });
});

describe('release into a group', () => {
  it.each([
    [['--state', 'grouping'], { TrafficState: 'grouping' }, 'as [grouping]', 'grouping'],
    [
      ['--state', 'grouping', '-w', '300'],
      { Weight: 300, TrafficState: 'grouping' },
      'as [grouping] at weight [300]',
      'grouping with weight 300',
    ],
    [['-w', '20'], { Weight: 20 }, 'at weight [20%]', 'weighted to 20%'],
  ])('%j', async (options, body, question, done) => {
    const { run, control } = await bound();
    const { stdout } = await run(['release', 'demo', ...options, '--no-wait'], 'y\n');
    expect(stdout).toContain(`Confirmed to release this service ${question}? [Y/n]`);
    expect(stdout).toContain(`[OK] Service [demo] is ${done} now`);
    expect(JSON.parse(control.callsOf('ReleaseService')[0]?.body ?? '')).toEqual(body);
  });

  it('needs a weight or a state', async () => {
    const { run } = await bound();
    expect(await run(['release', 'demo'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--state'),
    });
  });
});

describe('mirror', () => {
  it('begins, changes, shows and ends', async () => {
    const { run, control } = await bound();
    expect((await run(['mirror', 'demo'])).stdout).toBe('Service [demo] has no traffic mirroring\n');
    const begun = await run(['mirror', 'demo', '--target', 'shadow, other', '--ratio', '10']);
    expect(begun.stdout).toContain('Of the requests of service [demo] 10% are copied to: shadow,other');
    expect(JSON.parse(control.callsOf('CreateServiceMirror')[0]?.body ?? '')).toEqual({
      Ratio: 10,
      Target: ['shadow', 'other'],
    });
    expect((await run(['mirror', 'demo', '--ratio', '50'])).stdout).toContain('50% are copied');
    const json = await run(['mirror', 'demo', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ ServiceName: 'demo', Mirror: { Ratio: '50' } });
    expect((await run(['mirror', 'demo', '--end'])).stdout).toContain('has no traffic mirroring');
    expect(control.callsOf('DeleteServiceMirror')).toHaveLength(1);
  });

  it('does not begin and end at once', async () => {
    const { run, control } = await bound();
    expect(await run(['mirror', 'demo', '--end', '--ratio', '5'])).toMatchObject({ code: 2 });
    expect(control.calls).toEqual([]);
  });
});

async function bound(): Promise<{ run: Desk['run']; control: Desk['control'] }> {
  const made = await desk();
  return { run: (argv, stdin) => made.run(argv, stdin), control: made.control };
}
