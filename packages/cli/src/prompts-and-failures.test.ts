import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { OpenEasError } from '@openeas/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from './io.js';
import { runEascmd } from './run-eascmd.js';
import { failure, running, starting } from './testing/fake-control.js';
import { Desk } from './testing/run.js';

describe('config', () => {
  it('saves the key and the endpoint for the commands that follow, readable by the owner only', async () => {
    const desk = await Desk.open();
    const path = join(desk.home, '.eas', 'config');
    const argv = ['config', '-i', 'LTAItest', '-k', 'test-secret', '-e', desk.control.address];
    const result = await desk.run(argv);
    expect(result).toEqual({ code: 0, stdout: `Configuration saved to: ${path}\n`, stderr: '' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe(
      `access-id=LTAItest\naccess-key=test-secret\nendpoint=${desk.control.address}\n`,
    );
    expect((await desk.run(['ls'])).code).toBe(0);
  });

  it('changes only what is given and keeps other files apart with -c', async () => {
    const desk = await Desk.open();
    await desk.run(['config', '-c', '~/other.conf', '-i', 'a', '-k', 'b', '--region', 'r1']);
    await desk.run(['config', '-c', '~/other.conf', '-k', 'c']);
    expect(readFileSync(join(desk.home, 'other.conf'), 'utf8')).toBe(
      'access-id=a\naccess-key=c\nendpoint=127.0.0.1:7300\nregion=r1\n',
    );
  });

  it.each([
    [['config', '-i', 'a'], '-k is missing'],
    [['config', '-i', 'a b', '-k', 'c'], '-i: (not shown) is not valid'],
    [['config', '-i', 'a', '-k', 'c', '-e', 'http://x/path'], 'endpoint: "http://x/path" is not valid'],
  ])('refuses %j as a usage error', async (argv, message) => {
    const desk = await Desk.open();
    const bare = desk.file('empty.conf', '');
    const { code, stderr } = await desk.run(['-c', bare, ...argv]);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(`[ERROR] ${message}`);
  });

  it('takes -i, -k and -e from the command line before the file, and the environment last', async () => {
    const desk = await Desk.open();
    const address = desk.control.address;
    desk.configure('127.0.0.1:9', 'wrong');
    const given = ['-i', 'LTAItest', '-k', 'test-secret', '-e', address];
    expect((await desk.run([...given, 'ls'])).code).toBe(0);
    expect((await desk.run(['ls', ...given])).code).toBe(0);
    const env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAItest',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'test-secret',
      OPENEAS_LISTEN: address,
    };
    expect((await desk.run(['-c', 'absent.conf', 'ls'], '', { env })).code).toBe(0);
  });

  it('takes the region from the option, from the file for its own endpoint, or from the server', async () => {
    const desk = await Desk.open();
    const address = desk.control.address;
    const regionOf = async (...argv: string[]) => {
      desk.control.add('demo');
      return /in \[([^\]]*)\]/.exec((await desk.run([...argv, 'delete', 'demo'])).stdout)?.[1];
    };
    expect(await regionOf()).toBe('local');
    await desk.run(['config', '--region', 'kept']);
    expect(await regionOf()).toBe('kept');
    expect(await regionOf('-e', address)).toBe('local');
    expect(await regionOf('--region', 'given')).toBe('given');
  });

  it('says how to get a key when there is none', async () => {
    const desk = await Desk.open();
    const { code, stderr } = await desk.run(['-c', 'absent.conf', 'ls']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^\[ERROR\] No AccessKey is known\. .*eascmd config -i ID -k SECRET.*absent\.conf\.\n$/,
    );
  });
});

describe('a question', () => {
  it.each([
    ['Y\n', true],
    ['y', true],
    ['yes\n', true],
    ['\n', true],
    ['n\n', false],
    ['maybe\n', false],
    ['', false],
  ])('answered with %j', async (answer, agreed) => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, null);
    const { code, stdout, stderr } = await desk.run(['delete', 'demo'], answer);
    expect(stdout).toContain('Are you sure to delete the service [demo] in [local]? [Y/n] ');
    expect(code).toBe(agreed ? 0 : 1);
    expect(desk.control.callsOf('DeleteService')).toHaveLength(agreed ? 1 : 0);
    if (!agreed) expect(stderr).toBe('[ERROR] Not confirmed: nothing was changed. -y answers yes.\n');
  });

  it('is not asked with -y, nor about what does not exist', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, null);
    expect((await desk.run(['-y', 'delete', 'demo'])).stdout).not.toContain('Are you sure');
    const gone = await desk.run(['delete', 'demo'], 'Y\n');
    expect(gone).toMatchObject({ code: 1, stdout: '' });
  });

  it('reads an answer that arrives late and in pieces, and leaves stdin at rest', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, null);
    const stdin = new PassThrough();
    const result = desk.run(['delete', 'demo'], stdin);
    stdin.write('ye');
    setImmediate(() => stdin.write('s\n'));
    expect((await result).code).toBe(0);
    expect(stdin.isPaused()).toBe(true);
  });

  it('goes to stderr with -o json', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {}, null);
    const { stdout, stderr } = await desk.run(['delete', 'demo', '-o', 'json'], 'Y\n');
    expect(JSON.parse(stdout)).toMatchObject({ ServiceName: 'demo', Status: 'Deleted' });
    expect(stderr).toContain('[Y/n]');
  });
});

describe('errors', () => {
  it('are one line with the request id, and exit code 1', async () => {
    const desk = await Desk.open();
    const result = await desk.run(['desc', 'nobody']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(
      /^\[ERROR\] There is no service \[nobody\] in region \[local\]\. `eascmd ls` lists those there are\. \[RequestId: 1651567F-[0-9A-F-]+\]\n$/,
    );
  });

  it('name a wrong key', async () => {
    const desk = await Desk.open();
    desk.configure(desk.control.address, 'another-secret');
    const { code, stderr } = await desk.run(['ls']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'The signature does not fit the request and AccessKey LTAItest. Check the secret',
    );
    expect(stderr).not.toMatch(/another-secret|signed this text/);
  });

  it('say that nothing answers, and how to start it', async () => {
    const desk = await Desk.open();
    desk.control.close();
    const { code, stderr } = await desk.run(['ls']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^\[ERROR\] Nothing answers at http:\/\/127\.0\.0\.1:\d+: start it with `npx openeas start`/,
    );
  });

  it('tell a web server from the API', async () => {
    const desk = await Desk.open();
    const page = createServer((_, response) => response.end('<html>'));
    onTestFinished(() => {
      page.closeAllConnections();
      page.close();
    });
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const { code, stderr } = await desk.run([
      '-e',
      `127.0.0.1:${(page.address() as AddressInfo).port}`,
      'ls',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('is not the control API');
  });

  it('pass on what the server does not offer', async () => {
    const desk = await Desk.open();
    desk.control.override = (call) =>
      call.action === 'ReleaseService'
        ? failure(
            new OpenEasError('ActionNotSupported', {
              action: 'ReleaseService',
              reason: 'no blue-green services yet.',
            }),
          )
        : undefined;
    const { code, stderr } = await desk.run(['release', 'demo', '-w', '20', '-y']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      '[ERROR] The action ReleaseService is not offered by this installation: no blue-green services yet.',
    );
  });

  it.each([
    [['frobnicate'], "Unknown command 'frobnicate'"],
    [['ls', '--frob'], "Unknown option '--frob'"],
    [['desc'], "Missing required argument 'service_name'"],
    [['scale', 'demo'], "Required option '-n, --instances <count>' not specified"],
    [['scale', 'demo', '-n', '1.5'], 'Expected a whole number from 0 to 1000'],
    [['version', 'demo', 'x'], 'Expected a whole number'],
    [['modify', 'demo'], 'modify is missing; expected -D KEY=VALUE or -s FILE'],
    [['modify', 'demo', '-Dinstance'], '-D: "instance" is not valid'],
    [['create', 'x', '--timeout', '-1'], 'Expected a number of seconds'],
    [['ls', '-o', 'xml'], 'Allowed choices are table, json'],
    [['logs', 'demo', '-f', '-o', 'json'], '-o: json is not valid'],
  ])('in the command line %j end with exit code 2', async (argv, message) => {
    const desk = await Desk.open();
    const { code, stdout, stderr } = await desk.run(argv);
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.startsWith('[ERROR] ')).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('without a command show the help, as a usage error', async () => {
    const desk = await Desk.open();
    const { code, stderr } = await desk.run([]);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('Usage: eascmd');
  });

  it('in a file name the line and the column', async () => {
    const desk = await Desk.open();
    desk.file('bad.json', '{\n  "name": "demo",\n  "metadata": {"instance": 1, #comment\n  }\n}');
    const { code, stderr } = await desk.run(['create', 'bad.json']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      '[ERROR] bad.json, line 3, column 31: expected a key in double quotes, found a comment, which JSON does not have.\n',
    );
    expect((await desk.run(['create', '-'], '[1]')).stderr).toContain(
      'stdin, line 1, column 1: a service description is',
    );
    expect((await desk.run(['create', 'absent.json'])).stderr).toMatch(
      /service description: .*absent\.json cannot be read \(ENOENT\)/,
    );
  });
});

describe('help and version', () => {
  it('print to stdout with exit code 0', async () => {
    const desk = await Desk.open();
    expect(await desk.run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const help = await desk.run(['help', 'modify']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('$ eascmd modify demo -Dmetadata.instance=10 -Dmetadata.cpu=5');
  });
});

describe('a control plane that comes and goes', () => {
  it('is waited for through a restart', async () => {
    const desk = await Desk.open();
    desk.file('service.json', { name: 'demo' });
    desk.control.futures.set('demo', [starting, starting, running]);
    let away = 0;
    desk.control.intercept = (request, response) => {
      const polling = request.headers['x-acs-action'] === 'DescribeService' && desk.control.calls.length >= 4;
      if (!polling || away >= 12) return false;
      away++;
      if (away % 2 === 0) request.socket.destroy();
      else
        response
          .writeHead(503)
          .end('{"Code":"ControlUnavailable","Message":"It is restarting.","RequestId":"R"}');
      return true;
    };
    const { code, stdout } = await desk.run(['create', 'service.json']);
    expect(away).toBe(12);
    expect(code).toBe(0);
    expect(stdout).toContain('[OK] Service is running');
  });

  it('is given up when it stays away', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', {}, {});
    desk.control.intercept = (request) => {
      if (desk.control.callsOf('StopService').length === 0) return false;
      request.socket.destroy();
      return true;
    };
    const { code, stderr } = await desk.run(['stop', 'demo']);
    expect(code).toBe(1);
    expect(stderr).toContain('The connection to http://127.0.0.1');
  });
});

describe('ends that are nobody’s fault', () => {
  it('a closed pipe stops the command without a word', async () => {
    const desk = await Desk.open();
    desk.control.add('demo', { Status: 'Stopping' });
    const stdout = new Writable({
      write(_, __, callback) {
        callback(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const { code, stderr } = await desk.run(['stop', 'demo'], '', { stdout });
    expect({ code, stderr }).toEqual({ code: EXIT.pipeClosed, stderr: '' });
    const { length } = desk.control.calls;
    expect(length).toBeLessThan(10);
  });

  it('a full disk is an error, not a success', async () => {
    const desk = await Desk.open();
    const stdout = new Writable({
      write(_, __, callback) {
        callback(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }));
      },
    });
    const { code, stderr } = await desk.run(['ls'], '', { stdout });
    expect(code).toBe(1);
    expect(stderr).toContain('[ERROR] stdout cannot be written (ENOSPC).');
  });

  it('an abort ends a wait and a prompt at once', async () => {
    const desk = await Desk.open();
    desk.control.add('demo');
    for (const argv of [
      ['delete', 'demo'],
      ['stop', 'demo'],
    ]) {
      const controller = new AbortController();
      desk.control.override = (call) => {
        if (call.action === 'StopService' || call.action === 'DescribeService')
          setImmediate(() => controller.abort());
        return undefined;
      };
      const stdin = new Readable({ read: () => undefined });
      expect(await desk.run(argv, stdin, { signal: controller.signal })).toMatchObject({
        code: EXIT.interrupted,
        stderr: '',
      });
    }
  });

  it('large output has left the process when the command resolves', async () => {
    const desk = await Desk.open();
    const line = 'x'.repeat(1_000);
    desk.control.override = (call) =>
      call.action === 'DescribeServiceLog'
        ? { body: { Logs: Array(500).fill(line), TotalCount: 500, TotalPageNum: 1 } }
        : undefined;
    let received = 0;
    const stdout = new Writable({
      highWaterMark: 16,
      write(chunk: Buffer, _, callback) {
        received += chunk.length;
        setImmediate(callback);
      },
    });
    const io = { ...desk.io(''), stdout, stderr: new PassThrough() };
    expect(await runEascmd(['logs', 'demo'], io)).toBe(0);
    expect(received).toBe(500 * 1_001);
  });
});
