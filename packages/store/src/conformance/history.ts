import { expect, it } from 'vitest';
import type { AuditRecord } from '../port.js';
import { eventOf, serviceOf } from '../testing/records.js';
import type { StoreHarness } from './open-store.js';

const AUDIT: AuditRecord = {
  time: 1,
  requestId: 'R',
  accountUid: 'acc',
  accessKeyId: 'key',
  action: 'CreateService',
  resource: 'service/demo',
  sourceAddress: '127.0.0.1',
  outcome: 'Success',
  detail: '{}',
};

export function historyConformance({ open }: StoreHarness): void {
  it('finds events by time, kind and instance, newest first, in pages', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      for (let time = 1; time <= 6; time++) {
        await tx.events.append(
          eventOf('a', {
            time,
            type: time % 2 === 0 ? 'Warning' : 'Normal',
            instanceName: time > 4 ? 'i' : '',
          }),
        );
      }
      await tx.events.append(eventOf('b', { time: 99 }));
    });
    const times = async (query: object, offset = 0, limit = 10): Promise<[number[], number]> => {
      const page = await store.read.events.list({ serviceUid: 'a', offset, limit, ...query });
      return [page.rows.map(({ time }) => time), page.total];
    };
    expect(await times({})).toEqual([[6, 5, 4, 3, 2, 1], 6]);
    expect(await times({}, 2, 2)).toEqual([[4, 3], 6]);
    expect(await times({ type: 'Warning' })).toEqual([[6, 4, 2], 3]);
    expect(await times({ instanceName: 'i' })).toEqual([[6, 5], 2]);
    expect(await times({ from: 2, to: 3 })).toEqual([[3, 2], 2]);
    expect((await store.read.events.list({ serviceUid: 'b', offset: 0, limit: 1 })).rows).toEqual([
      eventOf('b', { time: 99 }),
    ]);
  });

  it('keeps the newest events of each service up to the cap', async () => {
    const { store } = await open({ eventsPerService: 3 });
    for (let time = 1; time <= 5; time++) {
      await store.transaction(async (tx) => {
        await tx.events.append(eventOf('a', { time }));
        if (time === 1) await tx.events.append(eventOf('b', { time }));
      });
    }
    const a = await store.read.events.list({ serviceUid: 'a', offset: 0, limit: 10 });
    expect(a.rows.map(({ time }) => time)).toEqual([5, 4, 3]);
    expect((await store.read.events.list({ serviceUid: 'b', offset: 0, limit: 10 })).total).toBe(1);
  });

  it('keeps events of a deleted service for a while, those of a living one longer', async () => {
    const { store, clock } = await open({ eventsOfDeletedMs: 1000 });
    await store.transaction(async (tx) => {
      for (const uid of ['a', 'b', 'c']) await tx.services.insert(serviceOf(uid));
      await tx.events.append(eventOf('a', { time: clock.now() }));
      await tx.events.append(eventOf('b', { time: clock.now() }));
    });
    const counts = async (): Promise<number[]> =>
      Promise.all(
        ['a', 'b'].map(
          async (serviceUid) => (await store.read.events.list({ serviceUid, offset: 0, limit: 10 })).total,
        ),
      );
    await store.transaction((tx) => tx.services.remove('a'));
    expect(await counts()).toEqual([1, 1]);
    clock.advance(1001);
    await store.transaction((tx) => tx.services.remove('c'));
    expect(await counts()).toEqual([0, 1]);
  });

  it('keeps an audit trail, newest first, up to its cap', async () => {
    const { store } = await open({ auditRecords: 4 });
    await store.transaction(async (tx) => {
      for (let time = 1; time <= 6; time++) {
        await tx.audit.append({ ...AUDIT, time, resource: time % 2 === 0 ? 'service/even' : 'service/odd' });
      }
    });
    const page = await store.read.audit.list({ offset: 0, limit: 10 });
    expect(page.rows.map(({ time }) => time)).toEqual([6, 5, 4, 3]);
    expect(page.rows[3]).toEqual({ ...AUDIT, time: 3, resource: 'service/odd' });
    const even = await store.read.audit.list({ resource: 'service/even', offset: 0, limit: 1 });
    expect([even.rows.map(({ time }) => time), even.total]).toEqual([[6], 2]);
    expect((await store.read.audit.list({ accountUid: 'nobody', offset: 0, limit: 1 })).total).toBe(0);
  });

  it('keeps accounts and their AccessKeys', async () => {
    const { store } = await open();
    const account = { uid: '1000000000000001', name: 'root', createdAt: 1 };
    const key = { id: 'LTAI1', secret: 's', accountUid: account.uid, active: true, createdAt: 2 };
    await store.transaction(async (tx) => {
      await tx.accounts.insert(account);
      await tx.accounts.insertAccessKey(key);
      await tx.accounts.insertAccessKey({ ...key, id: 'LTAI2', active: false });
    });
    expect(await store.read.accounts.list()).toEqual([account]);
    expect(await store.read.accounts.get(account.uid)).toEqual(account);
    expect(await store.read.accounts.accessKey('LTAI1')).toEqual(key);
    expect(await store.read.accounts.accessKey('LTAI9')).toBeUndefined();
    expect((await store.read.accounts.accessKeysOf(account.uid)).map(({ active }) => active)).toEqual([
      true,
      false,
    ]);
  });
}
