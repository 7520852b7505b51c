import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HEART_ANSWER, Installation } from './support/installation.js';
import { eventually } from './support/workspace.js';

describe('a newcomer', () => {
  it('starts, is shown a key, a token and a call that works, and stops everything with Ctrl-C', async () => {
    const installation = await Installation.start('newcomer', { args: ['--with-example'] });
    const { output } = installation;
    expect(output).toContain(installation.credentials.AccessKeySecret);
    expect(output).toContain('heart_disease (version 1) is running');
    expect(statSync(installation.layout.credentials).mode & 0o777).toBe(0o600);
    expect(statSync(join(installation.env.HOME!, '.eas', 'config')).mode & 0o777).toBe(0o600);

    const call = /curl (\S+) -H 'Authorization: (\S+)' -d '(.+)'/.exec(output)!;
    const answer = await fetch(call[1]!, {
      method: 'POST',
      headers: { Authorization: call[2]! },
      body: call[3]!,
    });
    expect(await answer.json()).toEqual(HEART_ANSWER);

    expect(await installation.interrupt()).toBe(0);
    expect(installation.claims()).toEqual([]);
    expect(installation.program('control')).toBeUndefined();
    expect(installation.program('gateway')).toBeUndefined();

    await installation.start('--with-example');
    expect(installation.output).toContain('heart_disease (version 1) is running');
    expect(installation.output).toContain(call[2]!);
    expect(installation.output).not.toContain(installation.credentials.AccessKeySecret);
    const again = await fetch(call[1]!, {
      method: 'POST',
      headers: { Authorization: call[2]! },
      body: call[3]!,
    });
    expect(await again.json()).toEqual(HEART_ANSWER);
  });
});

describe('a service', () => {
  it('is uploaded, created, seen, changed, scaled, stopped, started and deleted with eascmd', async () => {
    const installation = await Installation.start('walkthrough');
    const eascmd = async (...args: string[]) => {
      const result = await installation.eascmd(args);
      expect(result, `eascmd ${args.join(' ')}`).toMatchObject({ code: 0, stderr: '' });
      return result.stdout;
    };

    const uploaded = await eascmd(
      'upload',
      join(import.meta.dirname, '..', 'examples', 'heart-disease', 'heart-disease.pmml'),
    );
    const path = /oss target path: \[(oss:\/\/[^\]]+)\]/.exec(uploaded)![1]!;
    const file = join(installation.home, 'service.json');
    writeFileSync(file, JSON.stringify({ ...installation.description('walk'), model_path: path }));

    const created = await eascmd('create', file);
    expect(created).toMatch(/\[RequestId\]: [0-9A-F-]{36}/);
    expect(created).toContain('[OK] Service is running');
    expect(await eascmd('ls')).toContain('walk');

    const client = installation.client();
    const service = await installation.until(client, 'walk', 'Running');
    expect(created).toContain(service.AccessToken);
    expect(await (await installation.predict(service)).json()).toEqual(HEART_ANSWER);
    expect(await eascmd('desc', 'walk')).toContain('Service start successfully');

    await eascmd('modify', 'walk', '-Dmetadata.instance=2');
    await eventually(
      'a second instance',
      async () => (await installation.describe(client, 'walk'))?.RunningInstance === 2,
    );
    expect((await eascmd('w', 'walk')).match(/Running/g)).toHaveLength(2);
    expect(service.CurrentVersion).toBe(1);

    writeFileSync(file, JSON.stringify({ model_path: path, processor: 'pmml' }));
    await eascmd('modify', 'walk', '-s', file);
    await eventually(
      'version 2',
      async () => (await installation.until(client, 'walk', 'Running')).CurrentVersion === 2,
    );
    await eascmd('version', 'walk', '1', '-f');
    await eventually('version 1 again', async () => {
      const now = await installation.until(client, 'walk', 'Running');
      return now.CurrentVersion === 1 && now.LatestVersion === 2;
    });
    await eascmd('scale', 'walk', '-n', '1');
    await eventually('one instance', () => installation.claims().length === 1);
    expect(await eascmd('logs', 'walk')).toContain('Service start successfully');

    await eascmd('stop', 'walk', '-y');
    await installation.until(client, 'walk', 'Stopped');
    expect(installation.claims()).toEqual([]);
    const refused = await installation.predict(service);
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('no healthy upstream');
    await eascmd('start', 'walk');
    await installation.until(client, 'walk', 'Running');
    expect(await (await installation.predict(service)).json()).toEqual(HEART_ANSWER);

    const kept = await installation.eascmd(['delete', 'walk'], 'n\n');
    expect(kept.stdout).toContain('Are you sure to delete the service [walk] in [local]? [Y/n]');
    expect(await installation.describe(client, 'walk')).toBeDefined();
    const deleted = await installation.eascmd(['delete', 'walk'], 'Y\n');
    expect(deleted).toMatchObject({ code: 0 });
    expect(deleted.stdout).toContain('[OK] Service was deleted successfully');
    expect((await installation.predict(service)).status).toBe(404);
    expect(installation.claims()).toEqual([]);
    expect(readdirSync(installation.layout.instances)).toEqual([]);
  });

  it('tells what is wrong in one line each, with exit code 1', async () => {
    const installation = await Installation.start('wrong');
    const file = join(installation.home, 'service.json');
    const create = async (description: unknown) => {
      writeFileSync(file, JSON.stringify(description));
      return installation.eascmd(['create', file]);
    };

    const unknown = await create({ ...installation.description('typo'), metadat: {} });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('metadat');
    expect(unknown.stderr.trim().split('\n')).toHaveLength(1);

    const missing = await create({
      ...installation.description('nomodel'),
      model_path: '/does/not/exist.pmml',
    });
    expect(missing.code).toBe(1);
    expect(missing.stdout + missing.stderr).toContain('/does/not/exist.pmml');

    const broken = join(installation.home, 'broken.pmml');
    writeFileSync(broken, '<PMML version="4.4"><DataDictionary></PMML>');
    const damaged = await create({ ...installation.description('damaged'), model_path: broken });
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toMatch(/line 1/);

    const nobody = await installation.eascmd(['desc', 'nobody']);
    expect(nobody).toMatchObject({ code: 1, stdout: '' });
    expect(nobody.stderr).toContain('There is no service [nobody]');
  });

  it('waits for resources and says how much is missing', async () => {
    const installation = await Installation.start('short', { env: { OPENEAS_CPU: '2' } });
    const client = installation.client();
    await client.call('CreateService', { body: installation.description('first', { cpu: 1 }) });
    await installation.until(client, 'first', 'Running');
    await client.call('CreateService', { body: installation.description('second', { cpu: 2 }) });
    const waiting = await installation.until(client, 'second', 'Waiting');
    expect(waiting.Message).toMatch(/2 .*1 of 2|1 of 2/);
    await client.call('DeleteService', { path: { ClusterId: 'local', ServiceName: 'first' } });
    await installation.until(client, 'second', 'Running');
  });
});

describe('starting', () => {
  it('names a port in use in one line and starts nothing', async () => {
    const first = await Installation.start('taken');
    const second = await Installation.prepare('second', { OPENEAS_LISTEN: `127.0.0.1:${first.port}` });
    const result = await second.openeas('start');
    expect(result.code).not.toBe(0);
    expect(result.stderr.trim().split('\n')).toEqual([
      expect.stringContaining(`127.0.0.1:${first.port} is in use`),
    ]);
    expect(second.program('control')).toBeUndefined();
  });

  it('refuses to start twice in one folder', async () => {
    const first = await Installation.start('twice');
    const result = await first.openeas('start');
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('running already');
  });

  it('names a folder it cannot write', async () => {
    const installation = await Installation.prepare('blocked');
    writeFileSync(installation.home, 'a file in the way');
    const result = await installation.openeas('start');
    expect(result.code).not.toBe(0);
    expect(result.stderr.trim().split('\n')).toEqual([expect.stringContaining(installation.home)]);
  });

  it('names a damaged database and leaves it as it is', async () => {
    const installation = await Installation.start('damaged');
    await installation.interrupt();
    const { database } = installation.layout;
    const bytes = readFileSync(database);
    bytes.fill(0xff, 0, Math.min(bytes.length, 8192));
    writeFileSync(database, bytes);
    const result = await installation.openeas('start');
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('is damaged');
    expect(readFileSync(database).equals(bytes)).toBe(true);
    const behind = await installation.openeas('start', '--detach');
    expect(behind.code).not.toBe(0);
    expect(behind.stderr).toContain('is damaged');
    expect((await installation.openeas('doctor')).stdout).toContain('is damaged');
  });

  it('goes on in the background with --detach, is seen by status, and ends with stop', async () => {
    const installation = await Installation.prepare('detached');
    const started = await installation.openeas('start', '--detach', '--with-example');
    expect(started).toMatchObject({ code: 0 });
    expect(started.stdout).toContain('`npx openeas stop` ends it');
    expect(started.stdout).not.toContain('Ctrl-C');
    expect((await installation.openeas('status')).stdout).toMatch(/gateway\s+running/);
    expect((await installation.openeas('doctor')).stdout).toContain('Nothing stands in the way');
    expect(await installation.openeas('stop')).toMatchObject({ code: 0 });
    expect(installation.program('supervisor')).toBeUndefined();
    expect(installation.program('gateway')).toBeUndefined();
    expect((await installation.openeas('status')).code).toBe(1);
    expect(existsSync(installation.layout.database)).toBe(true);
  });
});
