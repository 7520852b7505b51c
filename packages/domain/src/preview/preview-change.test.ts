import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServiceView } from '../plan/view.js';
import { instance, NOW, SETTINGS, view } from '../testing/facts.js';
import { type ChangePreview, previewChange } from './preview-change.js';

const VERSION_2 = { version: 2, revision: 1, resources: { cpu: 1, memory: 0 } } as const;

/** `count` instances of version 1, and version 2 just accepted. */
function updating(count: number, rest: Partial<ServiceView> = {}): ServiceView {
  const there = Array.from({ length: count }, (_, index) => instance(String.fromCharCode(97 + index)));
  const base = view(there, { currentVersion: 2, generation: 4, state: 'Updating' });
  return {
    ...base,
    versions: [...base.versions, { ...VERSION_2, packages: { kind: 'missing' } }],
    ...rest,
  };
}

const told = (preview: ChangePreview): string[] =>
  preview.steps.map(({ action, instance: name, serving }) =>
    `${action} ${name} ${serving}`.replace('  ', ' '),
  );

it('shows an update: the new one first, the old one goes for it', () => {
  const preview = previewChange(updating(1), SETTINGS, NOW);
  expect(told(preview)).toEqual([
    'fetch 1',
    'start new 1 1',
    'ready new 1 2',
    'drain demo-a 1',
    'stop demo-a 1',
  ]);
  expect(preview).toMatchObject({
    wanted: 1,
    servingBefore: 1,
    lowestServing: 1,
    servingAfter: 1,
    capacityDrops: false,
    problem: '',
  });
});

it('shows that scaling starts and stops only what is more or less', () => {
  const there = [instance('a'), instance('b', { createdAt: NOW - 1_000 })];
  const out = previewChange(view(there, { instanceCount: 3, generation: 4 }), SETTINGS, NOW);
  expect(told(out)).toEqual(['start new 1 2', 'ready new 1 3']);
  const less = previewChange(view(there, { instanceCount: 1, generation: 4 }), SETTINGS, NOW);
  expect(told(less)).toEqual(['drain demo-b 1', 'stop demo-b 1']);
  expect(less.capacityDrops).toBe(false);
});

it('says what is short when the machine has no room for the surge', () => {
  const machine = { capacity: { cpu: 2, memory: 8_000 }, reserved: { cpu: 2, memory: 0 } };
  const preview = previewChange(updating(2, { machine }), SETTINGS, NOW);
  expect(preview.problem).toMatch(/short of 1 core/);
  expect(preview).toMatchObject({ lowestServing: 2, servingAfter: 2, capacityDrops: false });
});

it('says that capacity drops when one may be missing and there is no room', () => {
  const base = updating(2);
  const preview = previewChange(
    {
      ...base,
      machine: { capacity: { cpu: 2, memory: 8_000 }, reserved: { cpu: 2, memory: 0 } },
      strategy: { ...base.strategy, rolling: { maxSurge: { count: 1 }, maxUnavailable: { count: 1 } } },
    },
    SETTINGS,
    NOW,
  );
  expect(preview).toMatchObject({ lowestServing: 1, servingAfter: 2, capacityDrops: true, problem: '' });
});

it('goes as far as the rollout control of the service lets it', () => {
  const batches = { partition: 0, batchSize: 1, intervalMs: 60_000, target: '', allowed: 0, nextBatchAt: 0 };
  const inBatches = previewChange(updating(2), SETTINGS, NOW, { ...batches, paused: false });
  expect(inBatches).toMatchObject({ problem: '', servingAfter: 2, lowestServing: 2 });
  const held = previewChange(updating(2), SETTINGS, NOW, {
    ...batches,
    batchSize: 0,
    partition: 1,
    paused: false,
  });
  expect(held.steps.filter(({ action }) => action === 'start')).toHaveLength(1);
  expect(held.problem).toContain('kept by the rollout');
  const paused = previewChange(updating(2), SETTINGS, NOW, { ...batches, paused: true });
  expect(paused.steps.filter(({ action }) => action === 'start')).toEqual([]);
  expect(paused.problem).toContain('paused: by request');
});

it('comes to an end and tells the truth about it, for any numbers', () => {
  const story = fc.record({
    there: fc.integer({ min: 0, max: 5 }),
    wanted: fc.integer({ min: 0, max: 6 }),
    surge: fc.nat(3),
    unavailable: fc.nat(3),
    cpu: fc.integer({ min: 0, max: 8 }),
    newVersion: fc.boolean(),
  });
  fc.assert(
    fc.property(story, ({ there, wanted, surge, unavailable, cpu, newVersion }) => {
      const base = updating(there);
      const preview = previewChange(
        {
          ...base,
          service: { ...base.service, instanceCount: wanted, currentVersion: newVersion ? 2 : 1 },
          machine: {
            capacity: { cpu: Math.max(cpu, there), memory: 1 },
            reserved: { cpu: there, memory: 0 },
          },
          strategy: {
            ...base.strategy,
            rolling: { maxSurge: { count: surge }, maxUnavailable: { count: unavailable } },
          },
        },
        SETTINGS,
        NOW,
      );
      if (preview.problem === '') expect(preview.servingAfter).toBe(wanted);
      const least = Math.min(preview.servingBefore, ...preview.steps.map(({ serving }) => serving));
      expect(preview.lowestServing).toBe(least);
      const allowed = Math.min(there, wanted) - (newVersion ? Math.min(unavailable, wanted) : 0);
      expect(preview.lowestServing).toBeGreaterThanOrEqual(allowed);
    }),
  );
});
