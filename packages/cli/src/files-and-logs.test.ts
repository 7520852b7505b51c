import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readTail } from './log-reader.js';
import { runEascmd } from './run-eascmd.js';
import { applyDefinitions } from './service-file.js';
import { keyOfName } from './store-upload.js';
import { running } from './testing/fake-control.js';
import { Desk } from './testing/run.js';

describe('upload', () => {
  it('stores the file below the account and prints what the manual shows', async () => {
    const desk = await Desk.open();
    desk.file('models/heart.pmml', 'p'.repeat(33_013));
    const result = await desk.run(['upload', 'models/heart.pmml', '--inner']);
    expect(result).toEqual({
      code: 0,
      stdout:
        `[OK] oss endpoint: [http://${desk.control.address}]\n` +
        '[OK] oss target path: [oss://eas-model-local/1828488879220000/models/heart.pmml]\n' +
        'Succeed: Total num: 1, size: 33,013. OK num: 1(upload 1 files).\n',
      stderr: '',
    });
    expect(desk.control.objects.get('eas-model-local/1828488879220000/models/heart.pmml')?.length).toBe(
      33_013,
    );
    const json = JSON.parse((await desk.run(['upload', 'models/heart.pmml', '-o', 'json'])).stdout);
    expect(json).toMatchObject({
      OssPath: 'oss://eas-model-local/1828488879220000/models/heart.pmml',
      Size: 33_013,
    });
  });

  it('stores an empty file', async () => {
    const desk = await Desk.open();
    desk.file('empty', '');
    expect((await desk.run(['upload', 'empty'])).stdout).toContain('size: 0.');
  });

  it('refuses what is not a file, in one line', async () => {
    const desk = await Desk.open();
    expect(await desk.run(['upload', 'absent'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^\[ERROR\] filename: .*absent cannot be read \(ENOENT\)\.\n$/),
    });
    expect((await desk.run(['upload', '.'])).stderr).toContain('it is a folder; pack it as tar.gz');
  });

  it('names the object after the path, unless that leaves the folder', () => {
    expect(
      ['a/b.zip', './a/b.zip', 'a/../b.zip', '/tmp/b.zip', '../x/b.zip', 'b.zip'].map(keyOfName),
    ).toEqual(['a/b.zip', 'a/b.zip', 'b.zip', 'b.zip', 'b.zip', 'b.zip']);
  });
});

describe('a description that names local files', () => {
  it('has them uploaded first, each once and under its content', async () => {
    const desk = await Desk.open();
    desk.file('deploy/model.pmml', '<PMML/>');
    desk.file('deploy/service.json', { name: 'demo', processor: 'pmml', model_path: './model.pmml' });
    desk.control.futures.set('demo', [running, running]);
    const { code, stdout } = await desk.run(['create', 'deploy/service.json']);
    expect(code).toBe(0);
    const sent = JSON.parse(desk.control.callsOf('CreateService')[0]?.body ?? '');
    expect(sent.model_path).toMatch(
      /^oss:\/\/eas-model-local\/1828488879220000\/eascmd\/[0-9a-f]{16}\/model\.pmml$/,
    );
    expect(stdout).toContain(`[OK] Uploaded model_path [./model.pmml] to [${sent.model_path}]`);
    expect([...desk.control.objects.keys()]).toEqual([sent.model_path.slice('oss://'.length)]);
  });

  it('are not sent again while their bytes lie there', async () => {
    const desk = await Desk.open();
    desk.file('model.pmml', '<PMML/>');
    desk.control.add('demo', {}, {}, {});
    const modify = async () => (await desk.run(['modify', 'demo', '-Dmodel_path=model.pmml'])).stdout;
    expect(await modify()).toContain('[OK] Uploaded model_path [model.pmml] to [oss://');
    expect(await modify()).toContain('[OK] Found model_path [model.pmml] at [oss://');
    expect(desk.control.uploads).toBe(1);
    for (const key of desk.control.objects.keys()) desk.control.objects.set(key, Buffer.from('<DAMG/>'));
    expect(await modify()).toContain('Uploaded');
    expect(desk.control.uploads).toBe(2);
  });

  it('leaves addresses alone and hands the path of a folder to a server on this machine', async () => {
    const desk = await Desk.open();
    mkdirSync(join(desk.home, 'saved_model'));
    desk.control.add('demo', {}, {}, {});
    for (const model_path of ['oss://b/k', 'http://h/m.zip', '/only/on/the/server', 'saved_model']) {
      desk.file('change.json', { model_path });
      expect((await desk.run(['modify', 'demo', '-s', 'change.json'])).code).toBe(0);
    }
    const sent = desk.control.callsOf('UpdateService').map((call) => JSON.parse(call.body).model_path);
    expect(sent).toEqual([
      'oss://b/k',
      'http://h/m.zip',
      '/only/on/the/server',
      join(desk.home, 'saved_model'),
    ]);
    expect(desk.control.objects.size).toBe(0);
  });

  it('is refused when a relative path leads nowhere, before anything is created', async () => {
    const desk = await Desk.open();
    desk.file('service.json', { name: 'demo', model_path: 'modle.pmml' });
    const { code, stderr } = await desk.run(['create', 'service.json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/model_path: .*modle\.pmml cannot be read \(there is no such file\)/);
    expect(desk.control.callsOf('CreateService')).toEqual([]);
  });
});

describe('applyDefinitions', () => {
  const apply = (...definitions: string[]) => applyDefinitions({}, definitions);

  it('reads values as JSON where they are JSON, else as text', () => {
    expect(
      apply('a=1', 'b=true', 'c=x y', 'd="1"', 'e=[1,2]', 'f=', 'g=007', 'h=a=b', 'i=12345678901234567890'),
    ).toEqual({
      a: 1,
      b: true,
      c: 'x y',
      d: '1',
      e: [1, 2],
      f: '',
      g: '007',
      h: 'a=b',
      i: '12345678901234567890',
    });
  });

  it('never leaves a key in two forms', () => {
    const config = { metadata: { rpc: { keepalive: 1 }, 'x.y': 1 } };
    expect(
      applyDefinitions(config, ['metadata.rpc.keepalive=2', 'metadata.x.y=3', 'rpc.batching=true']),
    ).toEqual({
      metadata: { rpc: { keepalive: 2 }, 'x.y': 3 },
      rpc: { batching: true },
    });
    expect(config.metadata.rpc.keepalive).toBe(1);
  });

  it.each(['novalue', '=x', '.a=1', 'a.=1', 'a..b=1', 'a b=1'])('refuses %j', (definition) => {
    expect(() => apply(definition)).toThrow(/-D: .* is not valid; expected KEY=VALUE/);
  });
});

describe('logs', () => {
  /** A log of numbered lines, paged as the server pages. */
  function paged(desk: Desk, lines: () => readonly string[]): void {
    desk.control.override = (call) => {
      if (call.action === 'ListServiceInstances') {
        return { body: { Instances: [{ InstanceName: 'demo-1', StartAt: '' }], TotalCount: 1 } };
      }
      if (call.action !== 'DescribeServiceLog') return undefined;
      const size = Number(call.query.PageSize);
      const page = Number(call.query.PageNum);
      const all = lines();
      const Logs = all.slice((page - 1) * size, page * size);
      return {
        body: { Logs, PageNum: page, TotalCount: all.length, TotalPageNum: Math.ceil(all.length / size) },
      };
    };
  }
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`);

  it('prints the last lines, across pages', async () => {
    const desk = await Desk.open();
    paged(desk, () => numbered(1_203));
    const { code, stdout } = await desk.run([
      'logs',
      'demo',
      '--tail',
      '705',
      '--instance',
      'demo-1',
      '--previous',
      '--keyword',
      'line',
    ]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual(
      numbered(1_203)
        .slice(-705)
        .map((line) => line.trimEnd()),
    );
    expect(desk.control.calls.at(-1)?.query).toMatchObject({
      InstanceName: 'demo-1',
      Previous: 'true',
      Keyword: 'line',
    });
  });

  it('shows nothing for an empty log, and escapes what would steer the terminal', async () => {
    const desk = await Desk.open();
    paged(desk, () => []);
    expect(await desk.run(['logs', 'demo'])).toEqual({ code: 0, stdout: '', stderr: '' });
    paged(desk, () => ['\ttab \u001b]0;title\u0007 模型\r\n']);
    expect((await desk.run(['logs', 'demo'])).stdout).toBe('\ttab \\x1b]0;title\\x07 模型\n');
  });

  it('follows what is appended, through a rotation, until it is interrupted', async () => {
    const desk = await Desk.open();
    const states = [
      numbered(2),
      numbered(2),
      numbered(2),
      numbered(3),
      numbered(501),
      ['new 1\n'],
      ['new 1\n', 'new 2\n'],
    ];
    let polls = 0;
    paged(desk, () => states[Math.min(polls++, states.length - 1)] ?? []);
    const controller = new AbortController();
    const stdout = new PassThrough();
    let text = '';
    stdout.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('new 2')) controller.abort();
    });
    const io = { ...desk.io(''), stdout, stderr: new PassThrough(), signal: controller.signal };
    expect(await runEascmd(['logs', '-f', 'demo', '--tail', '1'], io)).toBe(130);
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe('line 2');
    expect(lines.filter((line) => line === 'line 3')).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('new'))).toEqual(['new 1', 'new 2']);
  });

  it('readTail gives each line once even when the log grows between two pages', async () => {
    let size = 10;
    const all = numbered(50);
    const { lines } = await readTail(
      (page) => {
        const answer = { Logs: all.slice(0, size).slice((page - 1) * 4, page * 4), TotalCount: size };
        size += 3;
        return Promise.resolve(answer);
      },
      7,
      4,
    );
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.slice(0, 7)).toEqual(all.slice(3, 10));
  });
});
