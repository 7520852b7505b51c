import { OpenEasError } from '@openeas/contracts';
import { expect, it } from 'vitest';
import type { ServiceQuery, Store } from '../port.js';
import { instanceOf, serviceOf, versionOf } from '../testing/records.js';
import type { StoreHarness } from './open-store.js';

export function servicesConformance({ open }: StoreHarness): void {
  it('gives a service back as it was put in', async () => {
    const { store } = await open();
    const service = serviceOf('a', {
      labels: { team: "o'neil", 'a.b/c': '一' },
      instancesToDelete: ['x', 'y'],
      message: 'line\nline',
    });
    await store.transaction((tx) => tx.services.insert(service));
    expect(await store.read.services.get('a')).toEqual(service);
    expect(await store.read.services.getByName('name-a')).toEqual(service);
    expect(await store.read.services.getByName('nobody')).toBeUndefined();
  });

  it('refuses a second service of the same name and leaves the first alone', async () => {
    const { store } = await open();
    await store.transaction((tx) => tx.services.insert(serviceOf('a', { name: 'demo' })));
    const second = store.transaction((tx) => tx.services.insert(serviceOf('b', { name: 'demo' })));
    await expect(second).rejects.toBeInstanceOf(OpenEasError);
    await expect(second).rejects.toMatchObject({ code: 'ServiceAlreadyExists' });
    expect((await store.read.services.list()).rows.map(({ uid }) => uid)).toEqual(['a']);
  });

  it('changes only what a patch names, and rejects a patch for nobody', async () => {
    const { store } = await open();
    await store.transaction((tx) => tx.services.insert(serviceOf('a', { labels: { x: '1' } })));
    await store.transaction((tx) => tx.services.update('a', { labels: { y: '2' }, instanceCount: 3 }));
    expect(await store.read.services.get('a')).toEqual(
      serviceOf('a', { labels: { y: '2' }, instanceCount: 3 }),
    );
    expect((await store.read.services.list({ labels: { x: '1' } })).total).toBe(0);
    await expect(store.transaction((tx) => tx.services.update('b', { weight: 1 }))).rejects.toThrow(/b/);
  });

  it('warns of a state that names trouble: an update that is paused, an error', async () => {
    const { store } = await open();
    await store.transaction((tx) => tx.services.insert(serviceOf('a')));
    for (const reason of ['Updating', 'RolloutHeld', 'RolloutPaused', 'ArtifactFetchFailed']) {
      const change = { to: 'Updating', reason, message: '', now: 77 } as const;
      await store.transaction((tx) => tx.services.setState('a', change));
    }
    const { rows } = await store.read.events.list({ serviceUid: 'a', type: 'Warning', offset: 0, limit: 10 });
    expect(rows.map(({ reason }) => reason).sort()).toEqual(['ArtifactFetchFailed', 'RolloutPaused']);
  });

  it('sets a state with its event in one step, once', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a', { instanceCount: 3, currentVersion: 4 }));
      await tx.instances.insert(instanceOf('i', 'a'));
      await tx.instances.insert(instanceOf('j', 'a', { phase: 'Loading' }));
    });
    const change = {
      to: 'Waiting',
      reason: 'InsufficientCpu',
      message: 'short of 2 cores',
      now: 77,
    } as const;
    for (let time = 0; time < 2; time++) {
      await store.transaction((tx) => tx.services.setState('a', change));
    }
    expect(await store.read.services.get('a')).toMatchObject({
      state: 'Waiting',
      reason: 'InsufficientCpu',
      message: 'short of 2 cores',
      updatedAt: 77,
    });
    expect(await store.read.events.list({ serviceUid: 'a', offset: 0, limit: 10 })).toEqual({
      total: 1,
      rows: [
        {
          serviceUid: 'a',
          serviceName: 'name-a',
          instanceName: '',
          type: 'Warning',
          reason: 'InsufficientCpu',
          message: 'short of 2 cores',
          versionId: 4,
          availableInstance: 1,
          unavailableInstance: 2,
          time: 77,
        },
      ],
    });
  });

  it('removes a service with its versions, instances and labels', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      await tx.services.insert(serviceOf('a', { labels: { x: '1' } }));
      await tx.versions.insert(versionOf('a', 1));
      await tx.instances.insert(instanceOf('i', 'a'));
    });
    await store.transaction((tx) => tx.services.remove('a'));
    await store.transaction((tx) => tx.services.remove('a'));
    expect(await store.read.services.get('a')).toBeUndefined();
    expect(await store.read.versions.get('a', 1)).toBeUndefined();
    expect(await store.read.instances.get('i')).toBeUndefined();
    await store.transaction((tx) => tx.services.insert(serviceOf('a')));
    expect((await store.read.services.list({ labels: { x: '1' } })).total).toBe(0);
  });

  it.each<[string, ServiceQuery, string]>([
    ['newest first unless told', {}, 'edcba'],
    ['oldest first', { order: 'asc' }, 'abcde'],
    ['by name', { sort: 'ServiceName', order: 'asc' }, 'bacde'],
    ['by update', { sort: 'UpdateTime' }, 'abcde'],
    ['by state', { sort: 'Status', order: 'asc' }, 'abdce'],
    ['of an account', { accountUid: 'other' }, 'c'],
    ['of a caller', { callerUid: 'someone' }, 'e'],
    ['by exact name', { name: 'Beta_1' }, 'a'],
    ['by uid', { uid: 'd' }, 'd'],
    ['by part of the name, any case', { filter: 'ETA' }, 'ba'],
    ['where _ and % stand for themselves', { filter: '_1' }, 'a'],
    ['where % finds nothing', { filter: '%' }, ''],
    ['in one of several states', { states: ['Running', 'Failed'] }, 'ec'],
    ['in none of no states', { states: [] }, ''],
    ['with a label', { labels: { team: 'x' } }, 'ba'],
    ['with all of several labels', { labels: { team: 'x', tier: '1' } }, 'b'],
    ['in a workspace', { workspaceId: 'w' }, 'd'],
    ['in a workspace or none', { workspaceId: 'w', includeNoWorkspace: true }, 'edba'],
    ['with everything at once', { filter: 'b', labels: { team: 'x' }, order: 'asc', limit: 1 }, 'a'],
  ])('lists services %s', async (_, query, expected) => {
    const { store } = await open();
    await fill(store);
    const page = await store.read.services.list(query);
    expect(page.rows.map(({ uid }) => uid).join('')).toBe(expected);
  });

  it('pages without gaps or repeats, also among rows of one instant', async () => {
    const { store } = await open();
    await store.transaction(async (tx) => {
      for (let n = 0; n < 25; n++)
        await tx.services.insert(serviceOf(`s${n}`, { createdAt: n < 20 ? 1 : 2 }));
    });
    const seen: string[] = [];
    for (let offset = 0; offset < 30; offset += 10) {
      const page = await store.read.services.list({ offset, limit: 10 });
      expect(page.total).toBe(25);
      seen.push(...page.rows.map(({ uid }) => uid));
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });
}

async function fill(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const rows = [
      serviceOf('a', { name: 'Beta_1', labels: { team: 'x' }, updatedAt: 9 }),
      serviceOf('b', { name: 'Beta', labels: { team: 'x', tier: '1' }, updatedAt: 8 }),
      serviceOf('c', { name: 'gamma', accountUid: 'other', state: 'Failed', workspaceId: 'v', updatedAt: 7 }),
      serviceOf('d', { name: 'other', workspaceId: 'w', labels: { team: 'y' }, updatedAt: 6 }),
      serviceOf('e', { name: 'zz', callerUid: 'someone', state: 'Running', updatedAt: 5 }),
    ];
    for (const [index, row] of rows.entries()) await tx.services.insert({ ...row, createdAt: index });
  });
}
