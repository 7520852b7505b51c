import { expect, it } from 'vitest';
import { eventOf, instanceOf, serviceOf, versionOf } from '../testing/records.js';
import type { StoreHarness } from './open-store.js';

export function transactionConformance({ open }: StoreHarness): void {
  it('applies everything in a transaction or nothing', async () => {
    const { store } = await open();
    const failure = new Error('change of mind');
    await expect(
      store.transaction(async (tx) => {
        await tx.services.insert(serviceOf('a'));
        await tx.versions.insert(versionOf('a', 1));
        await tx.events.append(eventOf('a'));
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await store.read.services.get('a')).toBeUndefined();
    expect((await store.read.events.list({ serviceUid: 'a', offset: 0, limit: 10 })).total).toBe(0);
  });

  it('shows a transaction its own changes and nobody else before it commits', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      expect(await tx.services.get('a')).toEqual(serviceOf('a'));
      expect(await store.read.services.get('a')).toBeUndefined();
    });
    expect(await store.read.services.get('a')).toEqual(serviceOf('a'));
  });

  it('lets writers take turns, so a read inside a transaction stays true until its end', async () => {
    const { store } = await open();
    await store.transaction((tx) => tx.services.insert(serviceOf('a', { generation: 0 })));
    const increment = (): Promise<void> =>
      store.transaction(async (tx) => {
        const before = await tx.services.get('a');
        await new Promise((resolve) => setImmediate(resolve));
        await tx.services.update('a', { generation: before!.generation + 1 });
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    expect((await store.read.services.get('a'))?.generation).toBe(20);
  });

  it('refuses a transaction inside a transaction instead of waiting for ever', async () => {
    const { store } = await open();
    await expect(store.transaction(() => store.transaction(async () => 1))).rejects.toThrow(/inside/);
    expect(await store.transaction(async () => 2)).toBe(2);
  });

  it('tells subscribers after commit which services were touched, by any of their tables', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      await tx.services.insert(serviceOf('b'));
      await tx.instances.insert(instanceOf('i', 'b'));
    });
    const heard: string[][] = [];
    const unsubscribe = store.subscribe((uids) => heard.push([...uids].sort()));
    await store.transaction((tx) => tx.services.update('a', { weight: 1 }));
    await store.transaction((tx) => tx.versions.insert(versionOf('a', 1)));
    await store.transaction((tx) => tx.instances.update('i', { port: 1 }));
    await store.transaction(async (tx) => {
      await tx.instances.remove('i');
      await tx.services.setState('a', { to: 'Running', reason: 'Ready', message: '', now: 5 });
    });
    await store.transaction((tx) => tx.events.append(eventOf('a')));
    await store.transaction(async (tx) => void (await tx.services.get('a')));
    await store
      .transaction(async (tx) => {
        await tx.services.update('a', { weight: 2 });
        throw new Error('rolled back');
      })
      .catch(() => {});
    expect(heard).toEqual([['a'], ['a'], ['b'], ['a', 'b']]);
    unsubscribe();
    await store.transaction((tx) => tx.services.remove('a'));
    expect(heard).toHaveLength(4);
  });

  it('keeps a committed change when a subscriber fails', async () => {
    const { store } = await open();
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    store.subscribe(() => {
      throw new Error('defect of a listener');
    });
    await store.transaction((tx) => tx.services.insert(serviceOf('a')));
    expect((await warned).message).toBe('defect of a listener');
    expect(await store.read.services.get('a')).toBeDefined();
  });

  it('finishes what it accepted when it is closed, and takes nothing more', async () => {
    const { store } = await open();
    const accepted = store.transaction(async (tx) => {
      await new Promise((resolve) => setImmediate(resolve));
      await tx.services.insert(serviceOf('a'));
      return 'done';
    });
    await Promise.all([store.close(), store.close()]);
    expect(await accepted).toBe('done');
    await expect(store.transaction(async () => 1)).rejects.toThrow(/closed/);
  });

  it('remembers a nonce until it expires', async () => {
    const { store } = await open();
    const remember = (now: number): Promise<boolean> =>
      store.transaction((tx) => tx.nonces.remember('n', now + 100, now));
    expect(await remember(0)).toBe(true);
    expect(await remember(99)).toBe(false);
    expect(await remember(100)).toBe(true);
  });
}
