import { OpenEasError } from '@openeas/contracts';
import { describe, expect, it } from 'vitest';
import { failure, running, starting } from './testing/fake-control.js';
import { Desk, type RunResult } from './testing/run.js';

/** Golden files hold both streams and the exit code, as a person sees them. */
async function expectGolden(name: string, result: RunResult): Promise<void> {
  const text = `exit code ${result.code}\n--- stdout\n${result.stdout}--- stderr\n${result.stderr}`;
  await expect(text).toMatchFileSnapshot(`./fixtures/${name}.golden.txt`);
}

const SERVICE = {
  name: 'demo',
  processor: 'pmml',
  model_path: 'http://example.com/m.pmml',
  metadata: { instance: 1 },
};

describe('create', () => {
  it('prints the address, the token and the progress until the service runs', async () => {
    const desk = await Desk.open();
    desk.file('service.json', SERVICE);
    desk.control.futures.set('demo', [
      starting,
      starting,
      { ...starting, Status: 'Waiting', Message: 'short of 1 core: 2 of 2 cores are reserved' },
      { ...starting, TotalInstance: 2, PendingInstance: 1, RunningInstance: 1 },
      { ...running, TotalInstance: 2, RunningInstance: 2 },
    ]);
    await expectGolden('create', await desk.run(['create', 'service.json']));
    expect(JSON.parse(desk.control.callsOf('CreateService')[0]?.body ?? '')).toEqual(SERVICE);
  });

  it('prints one document with -o json and moves the progress to stderr', async () => {
    const desk = await Desk.open();
    desk.file('service.json', SERVICE);
    desk.control.futures.set('demo', [starting, starting, running]);
    const result = await desk.run(['-o', 'json', 'create', 'service.json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      RequestId: expect.stringMatching(/^1651567F-/),
      Service: { ServiceName: 'demo', Status: 'Running', AccessToken: expect.any(String) },
    });
    expect(result.stderr).toContain('[OK] Waiting [Total: 1, Pending: 1, Running: 0]');
  });

  it('returns at once with --no-wait', async () => {
    const desk = await Desk.open();
    desk.control.futures.set('demo', [starting, starting]);
    const result = await desk.run(['create', '-', '--no-wait'], JSON.stringify(SERVICE));
    expect(result.code).toBe(0);
    expect(result.stdout).not.toContain('Waiting');
    expect(desk.control.callsOf('DescribeService')).toHaveLength(2);
  });

  it('shows the cause and the last log lines of a service that fails, with exit code 1', async () => {
    const desk = await Desk.open();
    desk.file('service.json', SERVICE);
    desk.control.futures.set('demo', [
      starting,
      starting,
      {
        ...starting,
        Status: 'Failed',
        Message: 'The model m.pmml cannot be loaded: line 3,\n unexpected end',
      },
    ]);
    desk.control.override = (call) =>
      call.action === 'DescribeServiceLog'
        ? {
            body: {
              Logs: ['loading m.pmml\n', 'line 3: unexpected \u001b[31mend\n'],
              PageNum: 1,
              TotalCount: 2,
              TotalPageNum: 1,
            },
          }
        : undefined;
    await expectGolden('create-failed', await desk.run(['create', 'service.json']));
  });

  it('gives up after --timeout and says how to find out why', async () => {
    const desk = await Desk.open();
    desk.file('service.json', SERVICE);
    const result = await desk.run(['create', 'service.json', '--timeout', '5']);
    expect(result.code).toBe(1);
    expect(result.stderr).toBe(
      '[ERROR] Service [demo] is still Creating after 5 s: Creating instances. It goes on without eascmd; `eascmd why demo` explains, --timeout waits longer.\n',
    );
  });
});

describe('what exists', () => {
  it('is listed by ls, in the columns of the manual', async () => {
    const desk = await Desk.open();
    desk.control.add('mnist_saved_model_example');
    desk.control.add('模型_demo', { Status: 'Waiting', TotalInstance: 12, Weight: 20 });
    await expectGolden('ls', await desk.run(['ls']));
    expect((await desk.run(['list'])).stdout.split('\n').length).toBe(
      (await desk.run(['ls'])).stdout.split('\n').length,
    );
  });

  it('is an empty table when there is nothing', async () => {
    const desk = await Desk.open();
    await expectGolden('ls-empty', await desk.run(['ls']));
    expect(JSON.parse((await desk.run(['ls', '-o', 'json'])).stdout)).toMatchObject({
      TotalCount: 0,
      Services: [],
    });
  });

  it('is described by desc in the rows of the manual', async () => {
    const desk = await Desk.open();
    desk.control.add('demo');
    await expectGolden('desc', await desk.run(['desc', 'demo']));
    const json = JSON.parse((await desk.run(['desc', 'demo', '-o', 'json'])).stdout);
    expect(json).toMatchObject({ ServiceName: 'demo', AccessToken: expect.any(String) });
  });

  it('shows the API gateway rows only when there are values, and times in the zone of the caller', async () => {
    const desk = await Desk.open();
    const gateway = {
      APIGatewayUrl: 'host/EAPI_1_demo',
      APIGatewayAppKey: '25640000',
      APIGatewayAppSecret: '',
    };
    desk.control.add('demo', {
      ...gateway,
      Message: 'two\nlines \u001b[2J',
      ServiceConfig: 'not json',
    } as object);
    const { stdout } = await desk.run(['desc', 'demo'], '', { env: { TZ: 'Asia/Shanghai' } });
    expect(stdout).toMatch(/\|\s+APIGatewayUrl \| host\/EAPI_1_demo/);
    expect(stdout).not.toContain('APIGatewayAppSecret');
    expect(stdout).toContain('2026-11-21 00:35:41');
    expect(stdout).not.toContain('\u001b');
  });

  it('has instances, shown by w', async () => {
    const desk = await Desk.open();
    desk.control.add('demo');
    const instance = {
      HostIP: '127.0.0.1',
      InnerIP: '127.0.0.1',
      StartAt: '2026-11-20T16:35:45Z',
      TotalProcesses: 1,
    };
    const Instances = [
      {
        ...instance,
        InstanceName: 'demo-7c9f4b-1',
        InstancePort: 40123,
        RestartCount: 0,
        Status: 'Running',
        ReadyProcesses: 1,
        Reason: '',
        LastState: [],
      },
      {
        ...instance,
        InstanceName: 'demo-7c9f4b-2',
        InstancePort: 0,
        RestartCount: 12,
        Status: 'Failed',
        ReadyProcesses: 0,
        Reason: 'Crashed',
        Message: 'ended with signal SIGKILL',
        LastState: [{ reason: 'OOM', exitCode: 137, inner: {} }],
      },
    ];
    desk.control.override = (call) =>
      call.action === 'ListServiceInstances'
        ? { body: { Instances, TotalCount: 2, PageNumber: 1, PageSize: 100 } }
        : undefined;
    await expectGolden('w', await desk.run(['w', 'demo']));
    expect((await desk.run(['showworkers', 'demo', '-o', 'json'])).stdout).toContain('"TotalCount": 2');
  });

  it('has events, oldest first', async () => {
    const desk = await Desk.open();
    desk.control.add('demo');
    const message = JSON.stringify({
      versionId: 2,
      message: 'Service is running',
      availableInstance: 1,
      unavailableInstance: 1,
    });
    desk.control.override = (call) =>
      call.action === 'DescribeServiceEvent'
        ? {
            body: {
              Events: [
                {
                  Time: '2026-11-20 16:36:02',
                  Type: 'Normal',
                  Reason: 'Running',
                  Resource: 'Service',
                  Message: message,
                },
                {
                  Time: '2026-11-20 16:35:41',
                  Type: 'Warning',
                  Reason: 'InsufficientCpu',
                  Resource: 'Service',
                  Message: 'short of 1 core',
                },
              ],
              TotalCount: 2,
            },
          }
        : undefined;
    await expectGolden('events', await desk.run(['events', 'demo']));
  });
});

describe('why', () => {
  const evidence = (diagnosis: { status?: number; body: unknown }) => async () => {
    const desk = await Desk.open();
    desk.control.add('demo', { ...starting, Status: 'Waiting', Message: 'short of 1 core' });
    desk.control.override = (call) => {
      if (call.action === 'DescribeServiceDiagnosis') return diagnosis;
      if (call.action === 'ListServiceInstances') {
        const Instances = [
          {
            InstanceName: 'demo-1',
            Status: 'Failed',
            Reason: 'port 8000 did not answer in 60 s',
            RestartCount: 3,
          },
        ];
        return { body: { Instances, TotalCount: 1 } };
      }
      if (call.action === 'DescribeServiceEvent') {
        const event = {
          Time: '2026-11-20 16:35:41',
          Type: 'Warning',
          Reason: 'InsufficientCpu',
          Resource: 'Service',
          Message: '{"message":"short of 1 core"}',
        };
        return { body: { Events: [event, { ...event, Type: 'Normal', Reason: 'Creating' }], TotalCount: 2 } };
      }
      return undefined;
    };
    return desk;
  };

  it('explains from diagnosis, instances and warnings', async () => {
    const list = [
      { Error: 'CPU is short', Causes: ['2 of 2 cores are reserved'], Advices: ['stop another service'] },
    ];
    const desk = await evidence({ body: { DiagnosisList: list } })();
    await expectGolden('why', await desk.run(['why', 'demo']));
    expect(JSON.parse((await desk.run(['why', 'demo', '-o', 'json'])).stdout)).toMatchObject({
      DiagnosisList: list,
    });
  });

  it('leaves out warnings from before the service last ran', async () => {
    const desk = await evidence({ body: { DiagnosisList: [] } })();
    const inner = desk.control.override;
    desk.control.override = (call) => {
      if (call.action !== 'DescribeServiceEvent') return inner?.(call);
      const event = { Time: '2026-11-20 16:35:41', Resource: 'Service', Message: '{"message":"m"}' };
      const Events = [
        { ...event, Type: 'Warning', Reason: 'InsufficientCpu' },
        { ...event, Type: 'Normal', Reason: 'Running' },
        { ...event, Type: 'Warning', Reason: 'InstanceFailed' },
      ];
      return { body: { Events, TotalCount: 3 } };
    };
    const { stdout } = await desk.run(['why', 'demo']);
    expect(stdout).toContain('InsufficientCpu');
    expect(stdout).not.toContain('InstanceFailed');
  });

  it('does without a diagnosis where the server offers none', async () => {
    const desk = await evidence(
      failure(new OpenEasError('ActionNotSupported', { action: 'DescribeServiceDiagnosis', reason: 'x' })),
    )();
    const { code, stdout } = await desk.run(['why', 'demo']);
    expect(code).toBe(0);
    expect(stdout).toContain('Instance [demo-1] is Failed, 3 restarts: port 8000 did not answer in 60 s');
  });
});

describe('changes', () => {
  it('modify -D sends the attributes as the manual writes them and waits', async () => {
    const desk = await Desk.open();
    desk.control.add(
      'demo',
      {},
      { Status: 'Updating', TotalInstance: 2, PendingInstance: 1 },
      { ...running, TotalInstance: 2, RunningInstance: 2 },
    );
    const argv = [
      'modify',
      'demo',
      '-Dmetadata.instance=2',
      '-Dmetadata.rpc.batching=true',
      '-D',
      'token=123',
      '-Dlabels={"a":"b"}',
    ];
    await expectGolden('modify', await desk.run(argv));
    const [call] = desk.control.callsOf('UpdateService');
    expect(call?.query).toEqual({ UpdateType: 'merge' });
    expect(JSON.parse(call?.body ?? '')).toEqual({
      metadata: { instance: 2, 'rpc.batching': true },
      token: '123',
      labels: { a: 'b' },
    });
  });

  it('modify -s sends the file, with -D on top, and --replace replaces', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, {});
    desk.file('change.json', { processor: 'pmml', metadata: { rpc: { batching: false }, cpu: 1 } });
    const result = await desk.run([
      'modify',
      'demo',
      '-s',
      'change.json',
      '-Dmetadata.rpc.batching=true',
      '--replace',
    ]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const [call] = desk.control.callsOf('UpdateService');
    expect(call?.query).toEqual({ UpdateType: 'replace' });
    expect(JSON.parse(call?.body ?? '')).toEqual({
      processor: 'pmml',
      metadata: { rpc: { batching: true }, cpu: 1 },
    });
  });

  it('an update that stays paused fails with the reason, one that moves on does not', async () => {
    const desk = await Desk.open();
    const paused = (Message: string) => ({ Status: 'Updating', Reason: 'RolloutPaused', Message });
    // More polls than the patience with one message lasts.
    const moving = Array.from({ length: 20 }, (_, index) => index).map((times) =>
      paused(`paused: failed ${times} times in a row`),
    );
    desk.control.add('demo', {}, ...moving, { ...running, Reason: '' });
    expect((await desk.run(['modify', 'demo', '-Dmetadata.cpu=2'])).code).toBe(0);

    const message = 'The update to version 2 is paused: line 3 of m.pmml; 1 instance of before serves on';
    desk.control.add('demo', {}, paused(message));
    const { code, stdout, stderr } = await desk.run(['modify', 'demo', '-Dmetadata.cpu=2']);
    expect(code).toBe(1);
    expect(stdout.split(message)).toHaveLength(2);
    expect(stderr).toContain(
      `[ERROR] Service [demo] is Updating instead of Running: ${message}. \`eascmd why demo\``,
    );
  });

  it('tells what an update waits for when its source cannot be reached', async () => {
    const desk = await Desk.open();
    const Message = 'The update to version 2 waits: model_path: refused; it is tried again';
    const waits = { Status: 'Updating', Reason: 'ArtifactFetchFailed', Message };
    desk.control.add('demo', {}, waits, waits, { ...running, Reason: '' });
    const { code, stdout } = await desk.run(['modify', 'demo', '-Dmetadata.cpu=2']);
    expect(code).toBe(0);
    expect(stdout.split(`[WARNING] ${Message}`)).toHaveLength(2);
  });

  it('an update held by its partition is done', async () => {
    const desk = await Desk.open();
    const held = {
      Status: 'Updating',
      Reason: 'RolloutHeld',
      Message: '1 instance of before is kept by the partition',
    };
    desk.control.add('demo', {}, held);
    const { code, stdout } = await desk.run(['modify', 'demo', '-Dmetadata.cpu=2']);
    expect(code).toBe(0);
    expect(stdout.trimEnd().endsWith(`[OK] ${held.Message}`)).toBe(true);
  });

  it('a stopped service stays stopped after modify, and eascmd says so', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', { Status: 'Stopped' });
    const result = await desk.run(['modify', 'demo', '-Dmetadata.cpu=2']);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('[OK] Service is stopped; the change takes effect when it starts');
  });

  it('start waits for Running, stop for Stopped', async () => {
    const desk = await Desk.open();
    desk.control.add(
      'demo',
      { Status: 'Stopped' },
      { ...starting, Status: 'Starting' },
      running,
      { Status: 'Stopping' },
      { Status: 'Stopped' },
    );
    await expectGolden('start', await desk.run(['start', 'demo']));
    await expectGolden('stop', await desk.run(['stop', 'demo', '-y']));
  });

  it('stop fails when somebody starts the service meanwhile', async () => {
    const desk = await Desk.open();
    desk.control.add(
      'demo',
      {},
      { Status: 'Stopping' },
      { Status: 'Starting', Message: 'The service is starting' },
    );
    const { code, stderr } = await desk.run(['stop', 'demo']);
    expect(code).toBe(1);
    expect(stderr).toContain('Service [demo] is Starting instead of Stopped');
  });

  it('scale waits for exactly the wanted number', async () => {
    const desk = await Desk.open();
    desk.control.add(
      'demo',
      {},
      {},
      { Status: 'Scaling', TotalInstance: 3, PendingInstance: 2 },
      { ...running, TotalInstance: 3, RunningInstance: 3 },
    );
    await expectGolden('scale', await desk.run(['scale', 'demo', '-n', '3']));
    expect(desk.control.callsOf('ScaleService')[0]?.body).toBe('{"Instance":3}');
  });

  it('version asks, -f does not, and both wait for that version', async () => {
    const desk = await Desk.open();
    desk.control.add(
      'demo',
      { CurrentVersion: 2, LatestVersion: 2 },
      {},
      { Status: 'Updating' },
      { ...running, CurrentVersion: 1 },
    );
    const refused = await desk.run(['version', 'demo', '1'], 'n\n');
    expect(refused.code).toBe(1);
    expect(desk.control.callsOf('UpdateServiceVersion')).toEqual([]);
    await expectGolden('version', await desk.run(['version', '-f', 'demo', '1']));
    expect(desk.control.callsOf('UpdateServiceVersion')[0]?.body).toBe('{"Version":1}');
  });

  it('release asks as the manual shows', async () => {
    const desk = await Desk.open();
    desk.control.add('demo_9c16a222');
    await expectGolden('release', await desk.run(['release', 'demo_9c16a222', '-w', '20'], 'Y\n'));
    expect(desk.control.callsOf('ReleaseService')[0]?.body).toBe('{"Weight":20}');
  });

  it('delete asks, terminates and waits until the service is gone', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, { Status: 'Deleting' }, { Status: 'Deleting' }, null);
    await expectGolden('delete', await desk.run(['delete', 'demo'], 'Y\n'));
  });

  it('delete is over when another service has taken the name', async () => {
    const desk = await Desk.open();
    desk.control.add(
      'demo',
      {},
      {},
      { Status: 'Deleting' },
      { Status: 'Creating', ServiceUid: 'eas-m-other' },
    );
    expect((await desk.run(['delete', 'demo', '-y'])).stdout).toContain(
      '[OK] Service was deleted successfully',
    );
  });

  it('delete that fails on the server fails here', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, { Status: 'DeleteFailed', Message: 'instance demo-1 does not stop' });
    const { code, stderr } = await desk.run(['delete', 'demo', '-y']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      '[ERROR] Service [demo] is DeleteFailed instead of deleted: instance demo-1 does not stop. `eascmd why demo` explains.\n',
    );
  });
});

it('the scheduled deployment of the manual runs as written: create, modify -s, version -f', async () => {
  const desk = await Desk.open();
  const eascmd = (...argv: string[]) =>
    desk.run(['-c', 'absent', '-i', 'LTAItest', '-k', 'test-secret', '-e', desk.control.address, ...argv]);
  desk.file('echo.json', {
    name: 'yourModelName',
    generate_token: 'true',
    model_path: 'http://example.com/model.tar.gz',
    processor: 'pmml',
    metadata: { instance: 1, cpu: 2 },
  });
  desk.control.futures.set('yourModelName', [starting, starting, running]);
  expect(await eascmd('create', 'echo.json')).toMatchObject({ code: 0, stderr: '' });
  desk.control.add(
    'yourModelName',
    {},
    { Status: 'Updating' },
    { ...running, CurrentVersion: 2, LatestVersion: 2 },
  );
  expect(await eascmd('modify', 'yourModelName', '-s', 'echo.json')).toMatchObject({ code: 0, stderr: '' });
  desk.control.futures.set('yourModelName', [{ Status: 'Updating' }, { ...running, CurrentVersion: 1 }]);
  expect(await eascmd('version', '-f', 'yourModelName', '1')).toMatchObject({ code: 0, stderr: '' });
});
