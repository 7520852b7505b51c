import { expect, it } from 'vitest';
import { serviceGroupOf, serviceOf } from '../testing/records.js';
import type { StoreHarness } from './open-store.js';

export function serviceGroupsConformance({ open }: StoreHarness): void {
  it('keeps service groups, finds them by what they are, and tells of their services', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.serviceGroups.insert(
        serviceGroupOf('ranking', { createdAt: 1, labels: { team: 'ads', 'a.b"c': 'd' }, kept: true }),
      );
      await tx.serviceGroups.insert(serviceGroupOf('search', { createdAt: 2, trafficMode: 'customized' }));
      await tx.serviceGroups.insert(serviceGroupOf('other', { createdAt: 3, accountUid: 'another' }));
      await tx.services.insert(serviceOf('a', { serviceGroup: 'search' }));
      await tx.services.insert(serviceOf('b'));
    });
    const names = async (query: object): Promise<[string[], number]> => {
      const { rows, total } = await store.read.serviceGroups.list(query);
      return [rows.map(({ name }) => name), total];
    };
    const mine = { accountUid: '1000000000000001' };
    expect(await names(mine)).toEqual([['search', 'ranking'], 2]);
    expect(await names({ ...mine, sort: 'Name', order: 'asc', limit: 1 })).toEqual([['ranking'], 2]);
    expect(await names({ ...mine, filter: 'EAR' })).toEqual([['search'], 1]);
    expect(await names({ ...mine, trafficMode: 'customized' })).toEqual([['search'], 1]);
    expect(await names({ ...mine, labels: { team: 'ads', 'a.b"c': 'd' } })).toEqual([['ranking'], 1]);
    expect(await names({ ...mine, labels: { team: 'other' } })).toEqual([[], 0]);
    expect((await store.read.services.list({ serviceGroup: 'search' })).rows.map(({ uid }) => uid)).toEqual([
      'a',
    ]);
    const touched: string[][] = [];
    store.subscribe((uids) => touched.push([...uids]));
    await store.transaction((tx) => tx.serviceGroups.update('search', { trafficMode: 'auto', kept: true }));
    expect(touched).toEqual([['a']]);
    expect(await store.read.serviceGroups.get('search')).toEqual(
      serviceGroupOf('search', { createdAt: 2, kept: true }),
    );
    await store.transaction((tx) => tx.serviceGroups.remove('search'));
    expect(await store.read.serviceGroups.get('search')).toBeUndefined();
    await expect(
      store.transaction((tx) => tx.serviceGroups.update('search', { token: 't' })),
    ).rejects.toThrow('no service group search');
  });

  it('keeps what a service mirrors', async () => {
    const { store } = await open();
    await store.transaction((tx) => tx.services.insert(serviceOf('a')));
    const mirror = { ratio: 30, targets: ['b', 'c'] };
    await store.transaction((tx) => tx.services.update('a', { mirror }));
    expect((await store.read.services.get('a'))?.mirror).toEqual(mirror);
    await store.transaction((tx) => tx.services.update('a', { mirror: null }));
    expect((await store.read.services.get('a'))?.mirror).toBeNull();
  });
}
