import { expect, it } from 'vitest';
import { serviceOf } from '../testing/records.js';
import type { StoreHarness } from './open-store.js';

export function blueGreenConformance({ open }: StoreHarness): void {
  it('finds the members of an entry, oldest first, and those that are released', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('b', { entry: 'demo', released: true, createdAt: 2 }));
      await tx.services.insert(serviceOf('a', { entry: 'demo', entryToken: '', createdAt: 1 }));
      await tx.services.insert(serviceOf('c', { name: 'demo' }));
    });
    const { rows } = await store.read.services.list({ entry: 'demo', sort: 'CreateTime', order: 'asc' });
    expect(rows.map(({ uid, released, entryToken }) => [uid, released, entryToken])).toEqual([
      ['a', false, ''],
      ['b', true, null],
    ]);
    expect((await store.read.services.list({ released: true })).rows.map(({ uid }) => uid)).toEqual(['b']);
    const change = { released: false, entryToken: 'kept', goneTokens: ['x', 'y'] };
    await store.transaction((tx) => tx.services.update('b', change));
    expect(await store.read.services.get('b')).toMatchObject(change);
  });

  it('keeps one open receipt for a service, until it is removed or the service is', async () => {
    const { store } = await open();
    const receipt = { id: 'r1', serviceUid: 'a', change: 'scale', generation: 2, openedAt: 5 };
    const touched: string[] = [];
    store.subscribe((uids) => touched.push(...uids));
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a'));
      await tx.services.insert(serviceOf('b'));
      await tx.receipts.put(receipt);
    });
    expect(touched).toContain('a');
    await store.transaction(async (tx) => {
      await tx.receipts.put({ ...receipt, id: 'r2', change: 'modify' });
      await tx.receipts.put({ ...receipt, id: 'r3', serviceUid: 'b', openedAt: 4 });
    });
    expect(await store.read.receipts.of('a')).toEqual({ ...receipt, id: 'r2', change: 'modify' });
    expect((await store.read.receipts.list()).map(({ id }) => id)).toEqual(['r3', 'r2']);
    await store.transaction(async (tx) => {
      await tx.receipts.remove('r1');
      await tx.receipts.remove('r3');
      await tx.services.remove('a');
    });
    expect(await store.read.receipts.list()).toEqual([]);
  });
}
