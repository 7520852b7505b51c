import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTANCE_FILES, type InstanceConfig, type InstanceStatus } from '@openeas/contracts';
import { isAlive, type ProcessIdentity } from '@openeas/kernel';
import type { EasClient } from '@openeas/sdk';
import { expect, it, onTestFinished } from 'vitest';
import { type Load, startLoad } from '../bench/src/load.mjs';
import { HEART_DISEASE, Installation, kill, type ServiceFacts } from './support/installation.js';
import { eventually } from './support/workspace.js';

const MODEL = join(HEART_DISEASE, 'heart-disease.pmml');

/** A service of two good instances under a steady load, about to get a version that fails. */
class Update {
  private constructor(
    readonly installation: Installation,
    readonly client: EasClient,
    readonly load: Load,
    /** Process ids of the version before. */
    readonly before: readonly number[],
  ) {}

  static async prepare(name: string, env: Record<string, string> = {}): Promise<Update> {
    const installation = await Installation.start(`failing-${name}`, { env });
    const client = installation.client();
    await client.call('CreateService', { body: installation.description('demo', { instance: 2 }) });
    const service = await installation.until(client, 'demo', 'Running');
    const load = startLoad({
      port: installation.port,
      path: '/api/predict/demo',
      headers: { authorization: service.AccessToken },
      body: '[{}]',
      connections: 4,
      rate: 200,
    });
    onTestFinished(() => load.stop().then(() => {}));
    return new Update(installation, client, load, pids(installation));
  }

  /** Asks for version 2. */
  async to(change: object): Promise<void> {
    const body = { processor: 'pmml', model_path: MODEL, ...change };
    await this.client.call('UpdateService', { path: { ServiceName: 'demo' }, body });
  }

  service(): Promise<ServiceFacts | undefined> {
    return this.installation.describe(this.client, 'demo');
  }

  /** Until the service says of version 2 what fits. */
  said(words: RegExp): Promise<ServiceFacts> {
    return eventually(`a message like ${words}`, async () => {
      const service = await this.service();
      if (service !== undefined && words.test(service.Message)) return service;
      throw new Error(`${service?.Status} ${service?.Reason}: ${service?.Message}`);
    });
  }

  async why(): Promise<string> {
    const result = await this.installation.eascmd(['why', 'demo']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    return result.stdout;
  }

  /** Some hundred more answers, all of them from instances of before. */
  async answersGoOn(): Promise<void> {
    const { result } = this.load;
    const from = result.ok;
    await eventually('answers go on', () => result.ok >= from + 100);
    expect(pids(this.installation)).toEqual(expect.arrayContaining([...this.before]));
  }

  async clean(): Promise<void> {
    const { sent, ok, failures } = await this.load.stop();
    expect(Object.fromEntries(failures)).toEqual({});
    expect(ok).toBe(sent);
  }
}

function pids(installation: Installation): number[] {
  return installation.instances().map(({ pid }) => pid);
}

/** Live processes of version 2, with what they last said of themselves. */
function newcomers(
  installation: Installation,
): { claim: ProcessIdentity; state: InstanceStatus | undefined }[] {
  const root = installation.layout.instances;
  return readdirSync(root).flatMap((id) => {
    const read = <T>(file: string): T | undefined => {
      try {
        return JSON.parse(readFileSync(join(root, id, file), 'utf8')) as T;
      } catch {
        return undefined;
      }
    };
    if (read<InstanceConfig>(INSTANCE_FILES.config)?.version !== 2) return [];
    return readdirSync(join(root, id))
      .filter((file) => file.startsWith('claim-'))
      .map((file) => read<ProcessIdentity>(file))
      .filter((claim): claim is ProcessIdentity => claim !== undefined && isAlive(claim))
      .map((claim) => ({ claim, state: read<InstanceStatus>(INSTANCE_FILES.state) }));
  });
}

/** Stops the first process of version 2 in the midst of its start, as a model that takes for ever would. */
async function freeze(installation: Installation): Promise<ProcessIdentity> {
  const { claim } = await eventually('a process of version 2', () => newcomers(installation)[0]);
  process.kill(claim.pid, 'SIGSTOP');
  return claim;
}

it('does not load: the update is paused with the place in the file, the old version serves on', async () => {
  const update = await Update.prepare('unreadable');
  const broken = join(update.installation.home, 'broken.pmml');
  writeFileSync(broken, readFileSync(MODEL, 'utf8').replace('</PMML>', ''));
  await update.to({ model_path: await uploaded(update, broken) });
  const service = await update.said(
    /version 2 is paused: .*cannot be loaded.*2 instances of before serve on/,
  );
  expect(service).toMatchObject({ Status: 'Updating', Reason: 'RolloutPaused' });
  expect(await update.why()).toMatch(/ModelInvalid.*broken\.pmml cannot be loaded: .*line \d+/);
  await update.answersGoOn();
  await update.clean();
});

it('answers its warm-up with an error: it gets no traffic, and the request is named', async () => {
  const update = await Update.prepare('warm-up');
  const recorded = join(update.installation.home, 'recorded.txt');
  writeFileSync(recorded, '[{}]\n[{"sex": {"not": "a value"}}]\n');
  await update.to({ warm_up_data_path: await uploaded(update, recorded) });
  const service = await update.said(
    /version 2 is paused: .*warm_up_data_path: request 2 of .* was answered 4\d\d/,
  );
  expect(service).toMatchObject({ Status: 'Updating', Reason: 'RolloutPaused' });
  expect(await update.why()).toContain('WarmUpFailed');
  await update.answersGoOn();
  await update.clean();
});

it('loads slowly: the old version serves until the new one is ready, then it is replaced', async () => {
  const update = await Update.prepare('slow');
  await update.to({});
  const frozen = await freeze(update.installation);
  await update.answersGoOn();
  expect(await update.service()).toMatchObject({
    Status: 'Updating',
    Reason: 'Updating',
    RunningInstance: 2,
  });
  expect(await update.why()).toContain('Version 2: 0 of 2 instances ready, 2 of before still there');
  process.kill(frozen.pid, 'SIGCONT');
  const service = await update.installation.until(update.client, 'demo', 'Running');
  expect(service.CurrentVersion).toBe(2);
  await update.clean();
});

it('never opens its port: after the time for a start the update is paused and says so', async () => {
  const update = await Update.prepare('silent', { OPENEAS_START_SECONDS: '4' });
  await update.to({});
  await freeze(update.installation);
  const service = await update.said(/version 2 is paused: .*not ready 4 s after its start/);
  expect(service).toMatchObject({ Status: 'Updating', Reason: 'RolloutPaused' });
  expect(await update.why()).toMatch(
    /StartTimeout: .*not ready 4 s after its start, still (Starting|Loading)/,
  );
  await update.answersGoOn();
  await update.clean();
});

it('crashes soon after it serves: no old instance goes for it, the next starts are watched', async () => {
  const update = await Update.prepare('crashing');
  await update.to({});
  for (let crash = 1; crash <= 2; crash++) {
    const ready = await eventually('version 2 serves', () =>
      newcomers(update.installation).find(({ state }) => state?.phase === 'Ready'),
    );
    kill(ready.claim);
    await update.said(/version 2 is paused: .*the process ended/);
    await update.answersGoOn();
  }
  const service = await update.service();
  expect(service).toMatchObject({ Status: 'Updating', Reason: 'RolloutPaused' });
  expect(await update.why()).toMatch(/failed (once|2 times in a row)[\s\S]*the process ended/);
  // Only what the killed process was working on may have failed, with a status that says so.
  const { failures, failed } = await update.load.stop();
  expect([...failures.keys()].filter((status) => status !== 502)).toEqual([]);
  expect(failed).toBeLessThanOrEqual(8);
  // Back to the version that runs: nothing has to start for it.
  await update.client.call('UpdateServiceVersion', { path: { ServiceName: 'demo' }, body: { Version: 1 } });
  await update.installation.until(update.client, 'demo', 'Running');
  expect(pids(update.installation).sort()).toEqual([...update.before].sort());
});

async function uploaded(update: Update, file: string): Promise<string> {
  const { stdout } = await update.installation.eascmd(['upload', file]);
  const path = /oss target path: \[(oss:\/\/[^\]]+)\]/.exec(stdout)?.[1];
  if (path === undefined) throw new Error(stdout);
  return path;
}
