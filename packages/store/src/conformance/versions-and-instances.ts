import { expect, it } from 'vitest';
import { instanceOf, serviceOf, versionOf } from '../testing/records.js';
import type { StoreHarness } from './open-store.js';

export function versionsAndInstancesConformance({ open }: StoreHarness): void {
  it('lists versions newest first, in pages, and forgets removed ones', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      for (const version of [1, 2, 3, 10]) await tx.versions.insert(versionOf('a', version));
    });
    const numbers = async (page?: { offset: number; limit: number }): Promise<[number[], number]> => {
      const { rows, total } = await store.read.versions.list('a', page);
      return [rows.map(({ version }) => version), total];
    };
    expect(await numbers()).toEqual([[10, 3, 2, 1], 4]);
    expect(await numbers({ offset: 1, limit: 2 })).toEqual([[3, 2], 4]);
    await store.transaction((tx) => tx.versions.remove('a', 3));
    expect(await numbers()).toEqual([[10, 2, 1], 3]);
    expect(await store.read.versions.get('a', 2)).toEqual(versionOf('a', 2));
    expect(await store.read.versions.get('a', 3)).toBeUndefined();
  });

  it('knows every digest that a kept version refers to', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      await tx.versions.insert(versionOf('a', 1, { modelDigest: 'm1' }));
      await tx.versions.insert(versionOf('a', 2, { modelDigest: 'm1', processorDigest: 'p1' }));
      await tx.versions.insert(versionOf('a', 3));
    });
    expect(await store.read.versions.digests()).toEqual(new Set(['m1', 'p1']));
    await store.transaction((tx) => tx.versions.update('a', 3, { modelDigest: 'm3', revision: 2 }));
    expect(await store.read.versions.digests()).toEqual(new Set(['m1', 'p1', 'm3']));
    await expect(store.transaction((tx) => tx.versions.update('a', 9, { image: 'x' }))).rejects.toThrow(/9/);
  });

  it('gives an instance back as it was put in and as it was changed', async () => {
    const { store } = await open();
    const instance = instanceOf('i', 'a', { isolated: true, wish: 'replace', cpu: 0.25, memory: 512.5 });
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      await tx.instances.insert(instance);
    });
    expect(await store.read.instances.get('i')).toEqual(instance);
    await store.transaction((tx) =>
      tx.instances.update('i', { isolated: false, detached: true, phase: 'Draining', drainingAt: 5 }),
    );
    expect(await store.read.instances.get('i')).toEqual({
      ...instance,
      isolated: false,
      detached: true,
      phase: 'Draining',
      drainingAt: 5,
    });
    await expect(store.transaction((tx) => tx.instances.update('j', { port: 1 }))).rejects.toThrow(/j/);
  });

  it('lists instances by service and adds up what they reserve', async () => {
    const { store } = await open();
    expect(await store.read.instances.reserved()).toEqual({ cpu: 0, memory: 0 });
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      await tx.services.insert(serviceOf('b'));
      await tx.instances.insert(instanceOf('i', 'a', { createdAt: 2 }));
      await tx.instances.insert(instanceOf('j', 'a', { createdAt: 1 }));
      await tx.instances.insert(instanceOf('k', 'b', { cpu: 2, memory: 1000 }));
    });
    expect((await store.read.instances.listByService('a')).map(({ id }) => id)).toEqual(['j', 'i']);
    expect((await store.read.instances.listAll()).map(({ id }) => id)).toEqual(['j', 'i', 'k']);
    expect(await store.read.instances.reserved()).toEqual({ cpu: 3, memory: 1256 });
    await store.transaction((tx) => tx.instances.remove('k'));
    await store.transaction((tx) => tx.instances.remove('k'));
    expect(await store.read.instances.reserved()).toEqual({ cpu: 1, memory: 256 });
  });

  it('keeps at most one rollout a service, which goes with it, and tells listeners of it', async () => {
    const { store } = await open();
    const rollout = {
      serviceUid: 'a',
      partition: 0,
      batchSize: 2,
      intervalMs: 300_000,
      paused: true,
      target: '2.1@0',
      allowed: 2,
      nextBatchAt: 1_700_000_000_000,
      createdAt: 1,
      updatedAt: 2,
    };
    await store.transaction((tx) => tx.services.insert(serviceOf('a')));
    expect(await store.read.rollouts.get('a')).toBeUndefined();
    const heard: string[] = [];
    store.subscribe((uids) => heard.push(...uids));
    await store.transaction((tx) => tx.rollouts.put(rollout));
    expect(await store.read.rollouts.get('a')).toEqual(rollout);
    await store.transaction((tx) => tx.rollouts.put({ ...rollout, paused: false, allowed: 4 }));
    expect(await store.read.rollouts.get('a')).toEqual({ ...rollout, paused: false, allowed: 4 });
    await store.transaction((tx) => tx.rollouts.remove('a'));
    await store.transaction((tx) => tx.rollouts.remove('a'));
    expect(heard).toEqual(['a', 'a', 'a', 'a']);
    await store.transaction((tx) => tx.rollouts.put(rollout));
    await store.transaction((tx) => tx.services.remove('a'));
    expect(await store.read.rollouts.get('a')).toBeUndefined();
    await expect(store.transaction((tx) => tx.rollouts.put(rollout))).rejects.toThrow();
  });

  it('refuses an instance or a version of no service', async () => {
    const { store } = await open();
    await expect(store.transaction((tx) => tx.instances.insert(instanceOf('i', 'nobody')))).rejects.toThrow();
    await expect(store.transaction((tx) => tx.versions.insert(versionOf('nobody', 1)))).rejects.toThrow();
  });
}
