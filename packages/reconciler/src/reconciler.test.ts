import { type Clock, systemClock } from '@openeas/kernel';
import { createRegistry } from '@openeas/telemetry';
import { expect, test, vi } from 'vitest';
import { ReconcilerWorld } from './testing/reconciler-world.js';

test('a service is created, runs, is stopped, started again and deleted without a trace', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ instances: 2 });
  const rows = await world.settles(uid, 1, 2);
  expect(await world.service(uid)).toMatchObject({
    state: 'Running',
    message: 'Service start successfully',
    observedGeneration: 1,
  });
  expect(rows.map((row) => [row.host, row.port > 0, row.attempt, row.failures])).toEqual([
    ['127.0.0.1', true, 1, 0],
    ['127.0.0.1', true, 1, 0],
  ]);
  expect((await world.store.read.versions.get(uid, 1))?.modelDigest).toMatch(/^sha256:/);

  await world.change(uid, { desired: 'Stopped' });
  await world.reaches(uid, 'Stopped');
  expect(await world.rows(uid)).toEqual([]);
  expect(world.instances.alive()).toBe(0);

  await world.change(uid, { desired: 'Running' });
  await world.settles(uid, 1, 2);

  await world.change(uid, { desired: 'Deleted' });
  await world.gone(uid);
  expect(world.instances.alive()).toBe(0);
  expect(world.instanceFolders()).toEqual([]);
  const events = await world.store.read.events.list({ serviceUid: uid, offset: 0, limit: 100 });
  expect(events.rows.map((event) => event.reason)).toContain('InstanceReady');
  expect(events.rows[0]).toMatchObject({ reason: 'Deleted', type: 'Normal' });
});

test('an update starts the new version beside the old one and ends with the new one alone', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ instances: 2 });
  await world.settles(uid, 1, 2);
  await world.update(uid, { instances: 2, behaviours: [{ readyAfterMs: 100 }] });
  await vi.waitUntil(async () => {
    const rows = await world.rows(uid);
    const serving = rows.filter((row) => row.phase === 'Ready' && row.desired === 'Running');
    expect(serving.length).toBeGreaterThanOrEqual(2);
    return rows.some((row) => row.version === 2 && row.phase === 'Ready');
  });
  await world.settles(uid, 2, 2);
  expect(world.instances.alive()).toBe(2);
});

test('a version that cannot load leaves the old one untouched and says why', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ instances: 2 });
  const before = await world.settles(uid, 1, 2);
  const failure = { fault: 'model' as const, code: 'ModelInvalid', message: 'element <Foo> is unknown' };
  await world.update(uid, { instances: 2, behaviours: [{ failure }] });
  const paused = await world.reaches(uid, 'Updating', /RolloutPaused/);
  expect(paused.message).toContain('element <Foo> is unknown');
  expect(paused.message).toContain('2 instances of before serve on');
  expect(paused.observedGeneration).toBe(paused.generation);
  const old = (await world.rows(uid)).filter((row) => row.version === 1);
  expect(old.map(({ id, attempt, phase }) => ({ id, attempt, phase }))).toEqual(
    before.map(({ id, attempt, phase }) => ({ id, attempt, phase })),
  );

  // Going back to version 1 removes the failed instance and starts nothing.
  const claimed = world.instances.claimed().length;
  await world.change(uid, { currentVersion: 1 });
  await world.settles(uid, 1, 2);
  expect(world.instances.claimed()).toHaveLength(claimed);
});

test('changing only the number of instances starts or stops only the difference', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ instances: 2 });
  const before = await world.settles(uid, 1, 2);
  await world.change(uid, { instanceCount: 4 });
  const more = await world.settles(uid, 1, 4);
  expect(more.map((row) => row.id)).toEqual(expect.arrayContaining(before.map((row) => row.id)));
  const named = before[0]?.name ?? '';
  await world.change(uid, { instanceCount: 3, instancesToDelete: [named] });
  const fewer = await world.settles(uid, 1, 3);
  expect(fewer.map((row) => row.name)).not.toContain(named);
  expect((await world.service(uid))?.instancesToDelete).toEqual([]);
  expect(world.instances.claimed()).toHaveLength(4);
});

test('a restart replaces every instance, the new ones first', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ instances: 2 });
  const before = await world.settles(uid, 1, 2);
  await world.change(uid, { restartedAt: world.clock.now() + 1 });
  const after = await vi.waitUntil(
    async () => {
      const rows = await world.settles(uid, 1, 2);
      return rows.some((row) => before.some((old) => old.id === row.id)) ? undefined : rows;
    },
    { timeout: 20_000 },
  );
  expect(after).toHaveLength(2);
});

test('a crash is restarted with a new attempt of the same instance', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ behaviours: [{ exitAfterMs: 50 }, {}] });
  await vi.waitUntil(async () => (await world.rows(uid))[0]?.attempt === 2, { timeout: 20_000 });
  const [row] = await world.settles(uid, 1, 1);
  expect(row).toMatchObject({ attempt: 2, restartCount: 1 });
  const events = await world.store.read.events.list({
    serviceUid: uid,
    type: 'Warning',
    offset: 0,
    limit: 10,
  });
  expect(events.rows.map((event) => event.message).join()).toContain('Segmentation fault (pretended)');
});

test('a service whose model cannot be read is Failed at once and is not restarted', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const failure = { fault: 'model' as const, code: 'ModelInvalid', message: 'not XML' };
  const uid = await world.create({ behaviours: [{ failure }] });
  const failed = await world.reaches(uid, 'Failed');
  expect(failed).toMatchObject({ reason: 'ModelInvalid', message: 'not XML' });
  expect(world.instances.claimed()).toHaveLength(1);
  // A change of what is wanted is worth another try.
  await world.change(uid, {});
  await vi.waitUntil(() => world.instances.claimed().length === 2, { timeout: 20_000 });
  await world.reaches(uid, 'Failed');
});

test('a package that does not exist fails the service in the words of the artifact store', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ modelPath: '/does/not/exist.pmml' });
  const failed = await world.reaches(uid, 'Failed');
  expect(failed.message).toMatch(/model_path.*\/does\/not\/exist\.pmml/);
  expect(await world.rows(uid)).toEqual([]);
});

test('a service waits while the machine is full, says what is short, and goes on when room comes', async () => {
  const world = await ReconcilerWorld.open();
  await world.started({ capacity: { cpu: 4, memory: 8_000 } });
  const first = await world.create({ name: 'first', cpu: 3 });
  await world.settles(first, 1, 1);
  const second = await world.create({ name: 'second', cpu: 2 });
  const waiting = await world.reaches(second, 'Waiting');
  expect(waiting.reason).toBe('InsufficientCpu');
  expect(waiting.message).toContain('short of 1 core: needs 2, 1 of 4 cores free');
  expect(await world.rows(second)).toEqual([]);
  await world.change(first, { desired: 'Deleted' });
  await world.settles(second, 1, 1);
});

test('an update that does not fit beside the old version goes without one where the strategy allows', async () => {
  const world = await ReconcilerWorld.open();
  await world.started({ capacity: { cpu: 2, memory: 8_000 } });
  const strict = { rolling_strategy: { max_surge: 1, max_unavailable: 0 } };
  const uid = await world.create({ instances: 2, metadata: strict });
  await world.settles(uid, 1, 2);
  await world.update(uid, { instances: 2, metadata: strict });
  const waiting = await world.reaches(uid, 'Waiting');
  expect(waiting.message).toContain('max_unavailable');
  expect((await world.rows(uid)).filter((row) => row.phase === 'Ready')).toHaveLength(2);
  await world.update(uid, {
    instances: 2,
    metadata: { rolling_strategy: { max_surge: 1, max_unavailable: 1 } },
  });
  await world.settles(uid, 3, 2);
});

test('an instance that ignores the request to stop is killed when its grace period is over', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({
    behaviours: [{ ignoreStop: true }],
    metadata: { eas: { termination_grace_period: 0 } },
  });
  await world.settles(uid, 1, 1);
  await world.change(uid, { desired: 'Deleted' });
  await world.gone(uid);
  expect(world.instances.alive()).toBe(0);
});

test('a restarted reconciler adopts what runs, restarts what was lost, and removes what belongs to nobody', async () => {
  const world = await ReconcilerWorld.open();
  const first = await world.started();
  const uid = await world.create({ instances: 3 });
  const before = await world.settles(uid, 1, 3);
  await first.close();
  const orphan = world.instances.config({});
  await world.instances.driver.start(orphan);
  const lost = before[0];
  world.instances.reopen();
  if (lost !== undefined) {
    const identity = { instanceId: lost.id, attempt: lost.attempt, secret: lost.secret };
    await world.instances.driver.kill(identity);
  }
  await world.started();
  await vi.waitUntil(async () => (await world.rows(uid)).find((row) => row.id === lost?.id)?.attempt === 2, {
    timeout: 20_000,
  });
  const after = await world.settles(uid, 1, 3);
  expect(after.map(({ id, port }) => ({ id, port })).slice(1)).toEqual(
    before.map(({ id, port }) => ({ id, port })).slice(1),
  );
  expect([...world.instanceFolders()].sort()).toEqual(after.map((row) => row.id).sort());
  await vi.waitUntil(() => world.instances.alive() === 3);
});

test('instances that were stopped with the installation are started again at once, without a failure', async () => {
  const world = await ReconcilerWorld.open();
  const first = await world.started();
  const uid = await world.create({ instances: 2 });
  const before = await world.settles(uid, 1, 2);
  await first.close();
  for (const { id, attempt, secret } of before) {
    await world.instances.driver.stop({ instanceId: id, attempt, secret }, 1_000);
  }
  await vi.waitUntil(() => world.instances.alive() === 0);
  world.instances.reopen();
  await world.started();
  await vi.waitUntil(async () => (await world.rows(uid)).every((row) => row.attempt === 2), {
    timeout: 20_000,
  });
  const after = await world.settles(uid, 1, 2);
  expect(after.map(({ id, failures }) => ({ id, failures }))).toEqual(
    before.map(({ id }) => ({ id, failures: 0 })),
  );
  const warnings = await world.store.read.events.list({
    serviceUid: uid,
    type: 'Warning',
    offset: 0,
    limit: 9,
  });
  expect(warnings.rows).toEqual([]);
});

test('an in-place change of the version replaces instances; those before it keep what they were started with', async () => {
  const world = await ReconcilerWorld.open();
  await world.started();
  const uid = await world.create({ instances: 1 });
  const [before] = await world.settles(uid, 1, 1);
  // The new revision cannot load; meanwhile the old instance crashes and has to come back as it was.
  const failure = { fault: 'model' as const, code: 'ModelInvalid', message: 'bad revision' };
  await world.revise(uid, { behaviours: [{ failure }] });
  await world.reaches(uid, 'Updating', /RolloutPaused/);
  if (before !== undefined) {
    const { id, attempt, secret } = before;
    await world.instances.driver.kill({ instanceId: id, attempt, secret });
  }
  const back = await vi.waitUntil(
    async () =>
      (await world.rows(uid)).find(
        (row) => row.id === before?.id && row.phase === 'Ready' && row.attempt === 2,
      ),
    { timeout: 20_000 },
  );
  expect(back.revision).toBe(1);
  await world.revise(uid, {});
  const [after] = await world.settles(uid, 1, 1);
  expect(after?.revision).toBe(3);
});

test('a pass over services that need nothing writes nothing', async () => {
  const world = await ReconcilerWorld.open();
  const metrics = createRegistry();
  const reconciler = await world.started({ metrics });
  const uids = await Promise.all(['a', 'b', 'c'].map((name) => world.create({ name })));
  for (const uid of uids) await world.settles(uid, 1, 1);
  let commits = 0;
  world.store.subscribe(() => commits++);
  const passes = (outcome: string): number =>
    Number(
      new RegExp(`reconcile_seconds_count\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics.render())?.[1],
    );
  const [unchanged, changed] = [passes('unchanged'), passes('changed')];
  for (const uid of uids) reconciler.kick(uid);
  await expect.poll(() => passes('unchanged')).toBeGreaterThanOrEqual(unchanged + uids.length);
  await reconciler.close();
  expect(commits).toBe(0);
  expect(passes('changed')).toBe(changed);
});

test('old packages are looked for again and again, not only when a service goes', async () => {
  const world = await ReconcilerWorld.open();
  // Minutes pass in an instant.
  const clock: Clock = {
    ...systemClock,
    after: (ms, callback) => systemClock.after(ms >= 300_000 ? 5 : ms, callback),
  };
  const collect = vi.spyOn(world.artifacts, 'collect');
  await world.started({ clock });
  await vi.waitUntil(() => collect.mock.calls.length >= 3, { timeout: 20_000 });
});
