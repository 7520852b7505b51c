import { describe, expect, test } from 'vitest';
import { instance, NOW, SETTINGS, view } from '../testing/facts.js';
import { planService } from './plan-service.js';
import { blockedUntilChange } from './retry-block.js';
import type { ServiceAction } from './service-plan.js';
import type { InstanceFacts, ServiceView } from './view.js';

const plan = (facts: ServiceView, now = NOW) => planService(facts, SETTINGS, now);
const kinds = (facts: ServiceView): readonly string[] => plan(facts).actions.map((action) => action.kind);
const stateOf = (facts: ServiceView) =>
  plan(facts).actions.find(
    (action): action is Extract<ServiceAction, { kind: 'setState' }> => action.kind === 'setState',
  );

const version = (number: number, change: Partial<ServiceView['versions'][number]> = {}) => ({
  version: number,
  revision: 1,
  resources: { cpu: 1, memory: 0 },
  packages: { kind: 'ready' as const },
  ...change,
});
const starting: Partial<InstanceFacts> = {
  phase: 'Loading',
  readyAt: 0,
  startedAt: NOW,
  seen: { kind: 'starting', since: NOW },
};
const failed = (nextStartAt: number, change: Partial<InstanceFacts> = {}): Partial<InstanceFacts> => ({
  phase: 'Failed',
  readyAt: 0,
  failures: 2,
  nextStartAt,
  reason: 'ProcessExited',
  message: 'the process ended; it last said: boom',
  seen: { kind: 'exited', failure: null, asAsked: false, lastLine: 'boom' },
  ...change,
});

test('a service that is as wanted needs nothing and wakes nobody', () => {
  expect(plan(view([instance('a'), instance('b')]))).toEqual({ actions: [], requeueAfterMs: undefined });
});

test('a control that has seen nothing yet changes nothing', () => {
  const unseen = { seen: { kind: 'unknown' as const } };
  expect(
    plan(view([instance('a', unseen), instance('b', { ...unseen, phase: 'Failed', failures: 1 })])),
  ).toMatchObject({
    actions: [{ kind: 'setState', to: 'Starting' }],
  });
});

describe('scaling', () => {
  test('only the difference is started', () => {
    const facts = view([instance('a')], { instanceCount: 3, generation: 4 });
    expect(kinds(facts)).toEqual(['createInstance', 'createInstance', 'setState']);
    expect(stateOf(facts)).toMatchObject({ to: 'Scaling', message: '1 of 3 instances ready' });
  });

  test('only the difference is stopped, and observed once done', () => {
    const facts = view([instance('a'), instance('b', { createdAt: NOW })], {
      instanceCount: 1,
      generation: 4,
    });
    expect(plan(facts).actions).toEqual([
      { kind: 'drainInstance', instanceId: 'b', reason: 'ScaledIn' },
      { kind: 'markObserved', generation: 4 },
    ]);
  });

  test('what does not fit waits with its numbers, and what fits is started', () => {
    const facts = view([instance('a')], { instanceCount: 9, generation: 4 });
    expect(kinds({ ...facts, machine: { ...facts.machine, capacity: { cpu: 2.5, memory: 0 } } })).toEqual([
      'createInstance',
      'setState',
    ]);
    const full = { ...facts, machine: { ...facts.machine, capacity: { cpu: 1.5, memory: 0 } } };
    expect(kinds(full)).toEqual(['setState']);
    expect(stateOf(full)).toMatchObject({
      to: 'Waiting',
      reason: 'InsufficientCpu',
      message: '1 of 9 instances ready; the next one is short of 0.5 cores: needs 1, 0.5 of 1.5 cores free',
    });
  });
});

describe('updating', () => {
  const updating = (instances: readonly InstanceFacts[], rest: Partial<ServiceView> = {}): ServiceView =>
    view(
      instances,
      { instanceCount: 2, currentVersion: 2, generation: 4, state: 'Updating' },
      { versions: [version(1), version(2)], ...rest },
    );
  const old = [instance('a'), instance('b')];

  test('the new one is started beside the old ones', () => {
    expect(plan(updating(old)).actions).toMatchObject([
      { kind: 'createInstance', version: 2, revision: 1 },
      { kind: 'setState', to: 'Updating', reason: 'Updating' },
    ]);
  });

  test('no old one goes while the new one is not proven; the plan wakes when it is', () => {
    const unproven = instance('c', { version: 2, readyAt: NOW - SETTINGS.proveMs + 500 });
    const { actions, requeueAfterMs } = plan(updating([...old, unproven]));
    expect(actions.map((action) => action.kind)).toEqual(['setState']);
    expect(requeueAfterMs).toBe(500);
  });

  test('one old one goes for one proven new one, and the next new one is started at once', () => {
    const proven = instance('c', { version: 2, readyAt: NOW - SETTINGS.proveMs });
    expect(plan(updating([...old, proven])).actions).toMatchObject([
      { kind: 'drainInstance', reason: 'Replaced' },
      { kind: 'createInstance', version: 2 },
      { kind: 'setState' },
    ]);
  });

  test('without a surge as many old ones go at once as may be missing, and no more than are to be replaced', () => {
    const rolling = { maxSurge: { count: 0 }, maxUnavailable: { count: 2 } };
    const four = ['a', 'b', 'c', 'd'].map((id) => instance(id));
    const drained = (keepOld: number): number => {
      const strategy = { ...view([]).strategy, rolling, keepOld };
      const facts = updating(four, { strategy });
      const { actions } = plan({ ...facts, service: { ...facts.service, instanceCount: 4 } });
      return actions.filter(({ kind }) => kind === 'drainInstance').length;
    };
    expect([0, 2, 3, 4].map(drained)).toEqual([2, 2, 1, 0]);
  });

  test('a failing new one pauses it; restarts go on, the old ones are not touched', () => {
    const failing = instance('c', { version: 2, ...failed(NOW - 1) });
    expect(plan(updating([...old, failing])).actions).toEqual([
      { kind: 'startInstance', instanceId: 'c', attempt: 2 },
      {
        kind: 'setState',
        to: 'Updating',
        reason: 'RolloutPaused',
        message:
          'The update to version 2 is paused: instance demo-c failed 2 times in a row: the process ended; it last said: boom; 2 instances of before serve on',
      },
    ]);
  });

  test('where nothing of before serves either, a failing update is Failed', () => {
    const before = instance('a', failed(blockedUntilChange(3)));
    const failing = instance('c', { version: 2, ...failed(blockedUntilChange(4), { message: 'not XML' }) });
    const facts = updating([before, failing]);
    expect(plan(facts).actions).toMatchObject([
      { kind: 'startInstance', instanceId: 'a' },
      {
        kind: 'setState',
        to: 'Failed',
        reason: 'ProcessExited',
        message: expect.stringContaining('not XML'),
      },
      { kind: 'markObserved' },
    ]);
  });

  test('a pause by request starts nothing and stops nothing', () => {
    const strategy = { ...view([]).strategy, paused: true };
    expect(kinds(updating(old, { strategy }))).toEqual(['setState', 'markObserved']);
    expect(stateOf(updating(old, { strategy }))?.message).toContain('paused: by request');
  });

  test('while it is paused, what is missing is made up for by more of before', () => {
    const more = { instanceCount: 4, currentVersion: 2, generation: 5, state: 'Updating' as const };
    const wider = (instances: readonly InstanceFacts[], rest: Partial<ServiceView>): ServiceView => ({
      ...updating(instances, rest),
      service: { ...updating(instances).service, ...more },
    });
    const created = (facts: ServiceView) =>
      plan(facts).actions.filter((action) => action.kind === 'createInstance');
    const two = [1, 1].map((number) => ({ kind: 'createInstance', version: number, revision: 1 }));
    const paused = { ...view([]).strategy, paused: true };
    expect(created(wider(old, { strategy: paused }))).toEqual(two);
    const failing = instance('c', { version: 2, ...failed(blockedUntilChange(5)) });
    expect(created(wider([...old, failing], {}))).toEqual(two);
    const unreachable = {
      kind: 'failed' as const,
      permanent: false,
      code: 'ArtifactFetchFailed',
      message: 'refused',
      retryAt: NOW + 1,
    };
    const versions = [version(1), version(2, { packages: unreachable })];
    expect(created(wider(old, { versions }))).toEqual(two);
    // What an earlier revision was is not kept: nothing can be made like it.
    const inPlace = [version(2, { revision: 2 })];
    const before = old.map((each) => ({ ...each, version: 2 }));
    expect(created(wider(before, { strategy: paused, versions: inPlace }))).toEqual([]);
  });

  test('a pause by request holds no scale-in: named ones go first, then the newest', () => {
    const strategy = { ...view([]).strategy, paused: true };
    const mixed = [
      ...old,
      instance('c', { createdAt: NOW - 9_000 }),
      instance('n', { version: 2, createdAt: NOW - 5_000 }),
      instance('m', { version: 2, createdAt: NOW - 4_000 }),
    ];
    const drained = (instancesToDelete: readonly string[]) => {
      const facts = updating(mixed, { strategy });
      return plan({ ...facts, service: { ...facts.service, instancesToDelete } })
        .actions.filter((action) => action.kind === 'drainInstance')
        .map(({ instanceId }) => instanceId);
    };
    expect(drained([])).toEqual(['m', 'n', 'c']);
    expect(drained(['a'])).toEqual(['a', 'm', 'n']);
  });

  test('one that is to be replaced while the update is paused gets one like it', () => {
    const strategy = { ...view([]).strategy, paused: true };
    const [a, b] = old as [InstanceFacts, InstanceFacts];
    const leaving = { ...a, wish: 'replace' as const };
    expect(plan(updating([leaving, b], { strategy })).actions[0]).toEqual({
      kind: 'createInstance',
      version: 1,
      revision: 1,
    });
    const young = instance('c', { readyAt: NOW - 1 });
    expect(kinds(updating([leaving, b, young], { strategy }))).not.toContain('drainInstance');
    expect(plan(updating([leaving, b, instance('c')], { strategy })).actions[0]).toEqual({
      kind: 'drainInstance',
      instanceId: 'a',
      reason: 'Replaced',
    });
  });

  test('a partition keeps as many old ones as it says', () => {
    const strategy = { ...view([]).strategy, keepOld: 1 };
    const proven = instance('c', { version: 2 });
    const held = updating([instance('a'), proven], { strategy });
    expect(plan(held).actions).toMatchObject([
      { kind: 'setState', to: 'Updating', reason: 'RolloutHeld' },
      { kind: 'markObserved' },
    ]);
  });

  test('packages that cannot be had pause it', () => {
    const packages = {
      kind: 'failed' as const,
      permanent: true,
      code: 'ArtifactNotFound',
      message: 'gone',
      retryAt: 0,
    };
    const facts = updating(old, { versions: [version(1), version(2, { packages })] });
    expect(plan(facts).actions).toMatchObject([
      { kind: 'setState', to: 'Updating', reason: 'RolloutPaused', message: expect.stringContaining('gone') },
      { kind: 'markObserved' },
    ]);
  });

  test('a source that is asked again is told of, and the same while it is asked', () => {
    const failure = { code: 'ArtifactFetchFailed', message: 'the source refuses.' };
    const with_ = (packages: ServiceView['versions'][number]['packages']): ServiceView =>
      updating(old, { versions: [version(1), version(2, { packages })] });
    const said = stateOf(with_({ kind: 'failed', permanent: false, retryAt: NOW + 1, ...failure }));
    expect(said).toMatchObject({
      to: 'Updating',
      reason: 'ArtifactFetchFailed',
      message:
        'The update to version 2 waits: the source refuses; it is tried again, 2 instances of before serve on',
    });
    expect(stateOf(with_({ kind: 'fetching', failure }))).toEqual(said);
  });

  test('going back to the version that runs ends the failed one and touches nothing else', () => {
    const failing = instance('c', { version: 2, ...failed(blockedUntilChange(4)) });
    const facts = view(
      [...old, failing],
      { instanceCount: 2, generation: 5, state: 'Updating' },
      { versions: [version(1), version(2)] },
    );
    expect(plan(facts).actions).toMatchObject([
      { kind: 'drainInstance', instanceId: 'c' },
      { kind: 'setState', to: 'Updating' },
    ]);
  });

  test('an old instance of an earlier revision is restarted without asking for packages', () => {
    const packages = { kind: 'missing' as const };
    const facts = view(
      [instance('a', failed(NOW - 1)), instance('b')],
      { instanceCount: 2, generation: 4, state: 'Updating' },
      { versions: [version(1, { revision: 2, packages })] },
    );
    expect(kinds(facts)).toEqual(
      ['ensurePackages', 'startInstance', 'startInstance', 'setState'].filter((_, n) => n !== 2),
    );
  });
});

describe('failures', () => {
  test('a model that cannot be read is Failed, observed, and not started again', () => {
    const facts = view(
      [instance('a', failed(blockedUntilChange(3), { reason: 'ModelInvalid', message: 'not XML' }))],
      { state: 'Creating', observedGeneration: 0 },
    );
    expect(plan(facts).actions).toEqual([
      { kind: 'setState', to: 'Failed', reason: 'ModelInvalid', message: 'not XML' },
      { kind: 'markObserved', generation: 3 },
    ]);
  });

  test('a later change lifts the block', () => {
    const facts = view([instance('a', failed(blockedUntilChange(3)))], { state: 'Failed', generation: 4 });
    expect(kinds(facts)).toContain('startInstance');
  });

  test('a restart waits for its time', () => {
    const facts = view([instance('a'), instance('b', failed(NOW + 700))]);
    expect(plan(facts)).toMatchObject({
      actions: [{ kind: 'setState', to: 'Starting', reason: 'ProcessExited' }],
      requeueAfterMs: 700,
    });
  });

  test('many failures with nothing ready are shown as Failed, and tried on', () => {
    const facts = view([instance('a', failed(NOW - 1, { failures: SETTINGS.failedAfter }))], {
      state: 'Creating',
    });
    expect(kinds(facts)).toEqual(['startInstance', 'setState']);
    expect(stateOf(facts)).toMatchObject({ to: 'Failed', message: expect.stringContaining('tried on') });
  });

  test('one that said it failed and does not end is killed after a moment', () => {
    const seen = {
      kind: 'running' as const,
      since: NOW - SETTINGS.killAfterMs,
      phase: 'Failed' as const,
      host: 'h',
      port: 0,
      message: '',
      failure: null,
    };
    expect(kinds(view([instance('a', failed(NOW + 1, { seen }))]))).toContain('killInstance');
  });

  test('packages that may be had later are asked for again at their time', () => {
    const packages = {
      kind: 'failed' as const,
      permanent: false,
      code: 'ArtifactFetchFailed',
      message: 'no route',
      retryAt: NOW + 400,
    };
    const facts = view([], { instanceCount: 1, state: 'Creating' }, { versions: [version(1, { packages })] });
    expect(plan(facts)).toMatchObject({
      actions: [{ kind: 'setState', to: 'Creating', message: 'no route' }],
      requeueAfterMs: 400,
    });
    expect(planService(facts, SETTINGS, NOW + 400).actions[0]).toEqual({
      kind: 'ensurePackages',
      version: 1,
    });
  });

  test('a start that left no trace is done again with the attempt on record, after a moment', () => {
    const absent = { ...starting, phase: 'Starting' as const, seen: { kind: 'absent' as const } };
    const facts = view([instance('a', absent)], { state: 'Starting' });
    expect(plan(facts)).toMatchObject({
      actions: [{ kind: 'setState', to: 'Starting' }],
      requeueAfterMs: SETTINGS.startRetryMs,
    });
    expect(planService(facts, SETTINGS, NOW + SETTINGS.startRetryMs).actions[0]).toEqual({
      kind: 'startInstance',
      instanceId: 'a',
      attempt: 1,
    });
  });
});

describe('ending', () => {
  const draining = (since: number, change: Partial<InstanceFacts> = {}): InstanceFacts =>
    instance('a', { desired: 'Stopped', phase: 'Draining', drainingAt: NOW - since, ...change });
  const stopped = (each: InstanceFacts): ServiceView =>
    view([each], { desired: 'Stopped', state: 'Stopping' });

  test('routes first, then the drain, then the kill, then the removal', () => {
    expect(plan(stopped(draining(0)))).toEqual({ actions: [], requeueAfterMs: SETTINGS.routeSettleMs });
    expect(plan(stopped(draining(SETTINGS.routeSettleMs))).actions).toEqual([
      { kind: 'stopInstance', instanceId: 'a', graceMs: 30_000 },
    ]);
    expect(kinds(stopped(draining(40_000)))).toEqual(['killInstance']);
    const exited = { seen: { kind: 'exited' as const, failure: null, asAsked: false, lastLine: '' } };
    expect(kinds(stopped(draining(0, exited)))).toEqual(['removeInstance']);
  });

  test('a stopped service says so when nothing is left', () => {
    const facts = view([], { desired: 'Stopped', state: 'Stopping', generation: 4 });
    expect(plan(facts).actions).toMatchObject([
      { kind: 'setState', to: 'Stopped' },
      { kind: 'markObserved', generation: 4 },
    ]);
    expect(kinds(view([], { desired: 'Stopped', state: 'Stopped' }))).toEqual([]);
  });

  test('a deleted service goes when nothing is left, not before', () => {
    expect(kinds(view([instance('a')], { desired: 'Deleted', state: 'Running' }))).toEqual([
      'drainInstance',
      'setState',
    ]);
    expect(kinds(view([], { desired: 'Deleted', state: 'Deleting' }))).toEqual(['removeService']);
  });

  test('an instance that a user deletes is drained and replaced', () => {
    const facts = view([instance('a', { desired: 'Stopped' }), instance('b')]);
    expect(plan(facts).actions).toMatchObject([
      { kind: 'drainInstance', instanceId: 'a', reason: 'DeletedByUser' },
      { kind: 'createInstance' },
      { kind: 'setState' },
    ]);
  });

  test('a detached instance is replaced and runs on until it ends by itself', () => {
    const facts = view([instance('a', { detached: true })], { instanceCount: 1 });
    expect(kinds(facts)).toEqual(['createInstance', 'setState']);
    const exited = { seen: { kind: 'exited' as const, failure: null, asAsked: false, lastLine: '' } };
    expect(
      kinds(view([instance('a', { detached: true, ...exited }), instance('b')], { instanceCount: 1 })),
    ).toEqual(['drainInstance']);
  });
});

describe('what a user asks of one instance', () => {
  const restart = { wish: 'restart' as const };
  const exited = { seen: { kind: 'exited' as const, failure: null, asAsked: true, lastLine: '' } };

  test('a restart drains it, stops it and starts it again under its name', () => {
    const facts = (change: Partial<InstanceFacts>): ServiceView =>
      view([instance('a', { ...restart, ...change }), instance('b')]);
    expect(plan(facts({})).actions).toEqual([
      { kind: 'drainInstance', instanceId: 'a', reason: 'RestartedInPlace' },
    ]);
    const draining = { drainingAt: NOW - SETTINGS.routeSettleMs, phase: 'Draining' as const };
    expect(plan(facts(draining)).actions[0]).toEqual({
      kind: 'stopInstance',
      instanceId: 'a',
      graceMs: 30_000,
    });
    expect(plan(facts({ ...draining, ...exited })).actions[0]).toEqual({
      kind: 'startInstance',
      instanceId: 'a',
      attempt: 2,
    });
  });

  test('several restart one after the other; one that does not serve waits for nobody', () => {
    const both = view([instance('a', restart), instance('b', restart)]);
    expect(plan(both).actions).toMatchObject([{ kind: 'drainInstance', instanceId: 'a' }]);
    const down = instance('a', { phase: 'Loading', readyAt: 0, seen: { kind: 'starting', since: NOW } });
    expect(kinds(view([down, instance('b', restart)]))).not.toContain('drainInstance');
    const failing = instance('b', { ...restart, ...failed(NOW + 500) });
    expect(kinds(view([instance('a', { ...restart }), failing]))).toContain('drainInstance');
  });

  test('stop and delete do not wait for a restart', () => {
    const draining = instance('a', { ...restart, drainingAt: NOW, phase: 'Draining' });
    const facts = view([draining], { desired: 'Stopped', state: 'Stopping' });
    expect(plan(facts).actions).toMatchObject([{ kind: 'drainInstance', reason: 'ServiceStopped' }]);
  });

  test('one that is to be replaced goes when the new one has proven itself', () => {
    const leaving = instance('a', { wish: 'replace' });
    expect(kinds(view([leaving], { instanceCount: 1 }))).toEqual(['createInstance', 'setState']);
    const fresh = instance('b', { readyAt: NOW - 1 });
    expect(kinds(view([leaving, fresh], { instanceCount: 1 }))).not.toContain('drainInstance');
    expect(plan(view([leaving, instance('b')], { instanceCount: 1 })).actions[0]).toMatchObject({
      kind: 'drainInstance',
      instanceId: 'a',
    });
  });

  test('neither a pause nor a partition of the rollout keeps it', () => {
    const strategy = {
      rolling: { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } },
      graceMs: 30_000,
      paused: true,
      keepOld: 1,
    };
    expect(kinds(view([instance('a', { wish: 'replace' })], { instanceCount: 1 }, { strategy }))).toContain(
      'createInstance',
    );
  });
});
