import type { EasClient, RolloutView } from '@openeas/sdk';
import { describe, expect, it } from 'vitest';
import type { Load } from '../bench/src/load.mjs';
import type { CommandResult, Installation, ServiceFacts } from './support/installation.js';
import { livingService, MODEL, steadyLoad } from './support/living-service.js';
import { eventually } from './support/workspace.js';

interface InstanceFacts {
  readonly InstanceName: string;
  readonly Status: string;
  readonly Version: number;
  readonly RestartCount: number;
  readonly Isolated: boolean;
  readonly Detached: boolean;
}

/** A service `life` under a steady load, led with eascmd. */
class Life {
  private constructor(
    readonly installation: Installation,
    readonly client: EasClient,
    readonly load: Load,
  ) {}

  static async begin(name: string, instances: number): Promise<Life> {
    const { installation, client, service } = await livingService(name, instances);
    return new Life(installation, client, steadyLoad(installation, service, 100));
  }

  async eascmd(...args: string[]): Promise<string> {
    const result: CommandResult = await this.installation.eascmd(args);
    expect(result, `eascmd ${args.join(' ')}`).toMatchObject({ code: 0, stderr: '' });
    return result.stdout;
  }

  async instances(): Promise<readonly InstanceFacts[]> {
    const answer = await this.client.call<{ Instances: InstanceFacts[] }>('ListServiceInstances', {
      path: { ServiceName: 'life' },
      query: { Sort: 'InstanceName', Order: 'asc' },
    });
    return answer.Instances;
  }

  async versions(): Promise<number[]> {
    const serving = (await this.instances()).filter(({ Status }) => Status === 'Running');
    return serving.map(({ Version }) => Version).sort();
  }

  async rollout(): Promise<RolloutView['Status']> {
    const json = await this.eascmd('rollout', 'life', '-o', 'json');
    return (JSON.parse(json) as { Rollout: RolloutView }).Rollout.Status;
  }

  update(): Promise<unknown> {
    const body = { processor: 'pmml', model_path: MODEL };
    return this.client.call('UpdateService', { path: { ServiceName: 'life' }, body });
  }

  /** Until as many instances serve, of these versions. */
  serving(...expected: number[]): Promise<unknown> {
    return eventually(`versions ${expected} serve`, async () => {
      const versions = await this.versions();
      if (JSON.stringify(versions) === JSON.stringify(expected)) return true;
      throw new Error(JSON.stringify(versions));
    });
  }

  until(status: string): Promise<ServiceFacts> {
    return this.installation.until(this.client, 'life', status);
  }

  async clean(): Promise<void> {
    const { sent, ok, failures } = await this.load.stop();
    expect(Object.fromEntries(failures)).toEqual({});
    expect(ok).toBe(sent);
  }
}

describe('rollout control', { timeout: 120_000 }, () => {
  it('holds at a partition through a kill of control, goes on, and is aborted', async () => {
    const life = await Life.begin('rollout-partition', 2);
    await life.eascmd('rollout', 'life', '--partition', '1');
    expect(await life.rollout()).toMatchObject({ Phase: 'Pending' });
    await life.update();
    await life.serving(1, 2);
    await eventually('the partition holds', async () => (await life.rollout()).Phase === 'Paused');
    expect(await life.eascmd('desc', 'life')).toContain('1 instance of before is kept by the rollout');

    const before = life.installation.program('control')!;
    process.kill(before.pid, 'SIGKILL');
    await eventually('control is back', () => {
      const now = life.installation.program('control');
      return now !== undefined && now.pid !== before.pid;
    });
    await life.serving(1, 2);
    expect(await life.rollout()).toMatchObject({
      CurrentRevision: '1.1',
      UpdateRevision: '2.1',
      UpdatedReplicas: 1,
      TotalReplicas: 2,
    });

    await life.eascmd('rollout', 'life', '--abort', '-y');
    await life.serving(1, 1);
    expect((await life.until('Running')).CurrentVersion).toBe(1);
    expect(await life.eascmd('rollout', 'life')).toContain('has no rollout control');
    await life.clean();
  });

  it('replaces batch by batch, pauses in between and ends', async () => {
    const life = await Life.begin('rollout-batches', 3);
    await life.eascmd('rollout', 'life', '--batch', '1', '--interval', '1h');
    await life.update();
    await eventually('the next batch is announced', async () => {
      const { NextBatchStartTime, UpdatedReplicas } = await life.rollout();
      return NextBatchStartTime !== '' && UpdatedReplicas === 1;
    });
    await life.serving(1, 1, 2);
    await life.eascmd('rollout', 'life', '--pause');
    await life.eascmd('rollout', 'life', '--batch', '1', '--interval', '1s');
    expect(await life.rollout()).toMatchObject({ Phase: 'Paused', UpdatedReplicas: 1 });
    expect(await life.versions()).toEqual([1, 1, 2]);
    await life.eascmd('rollout', 'life', '--resume');
    await life.until('Running');
    expect(await life.rollout()).toMatchObject({ Phase: 'Completed', UpdatedReplicas: 3 });
    await life.serving(2, 2, 2);
    await life.clean();
  });
});

describe('a single instance', { timeout: 120_000 }, () => {
  it('restarts in its place, or is replaced, and no request is lost', async () => {
    const life = await Life.begin('one-instance', 2);
    const [first, second] = await life.instances();
    await life.eascmd('restart', 'life', '--instance', first!.InstanceName);
    expect(await life.instances()).toMatchObject([
      { InstanceName: first!.InstanceName, RestartCount: 1, Status: 'Running' },
      { InstanceName: second!.InstanceName, RestartCount: 0, Status: 'Running' },
    ]);
    await life.eascmd('restart', 'life', '--instance', second!.InstanceName, '--replace');
    const after = (await life.instances()).map(({ InstanceName }) => InstanceName);
    expect(after).toHaveLength(2);
    expect(after).toContain(first!.InstanceName);
    expect(after).not.toContain(second!.InstanceName);
    await life.clean();
  });

  it('is isolated and comes back; is detached, replaced, lives on, and ends', async () => {
    const life = await Life.begin('aside', 2);
    const [first, second] = await life.instances();
    await life.eascmd('isolate', 'life', first!.InstanceName);
    expect(await life.eascmd('w', 'life')).toMatch(
      new RegExp(`${first!.InstanceName}.*Running \\(isolated\\)`),
    );
    const alive = life.installation.claims().length;
    expect((await life.until('Running')).RunningInstance).toBe(1);
    await life.eascmd('isolate', 'life', first!.InstanceName, '--end');
    await eventually('both serve', async () => (await life.until('Running')).RunningInstance === 2);
    expect(life.installation.claims()).toHaveLength(alive);

    await life.eascmd('detach', 'life', second!.InstanceName, '-y');
    await eventually('a new one serves', async () => (await life.until('Running')).RunningInstance === 2);
    const detached = (await life.instances()).find(({ Detached }) => Detached);
    expect(detached).toMatchObject({ InstanceName: second!.InstanceName, Status: 'Running' });
    expect(life.installation.claims()).toHaveLength(alive + 1);
    await life.eascmd('restart', 'life', '--instance', second!.InstanceName, '--replace');
    await eventually('it is gone', () => life.installation.claims().length === alive);
    await life.clean();
  });
});
