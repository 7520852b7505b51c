import fc from 'fast-check';
import { expect, it } from 'vitest';
import { entrySplit, shownSplit } from './entry-split.js';
import type { GroupMember, MemberChange } from './group-member.js';
import { planDeparture, planRelease, planStandalone } from './plan-release.js';
import { shareWeights } from './share-weights.js';

const ENTRY = 'demo';
function member(name: string, changes: Partial<GroupMember> = {}): GroupMember {
  return { uid: name, name, weight: 0, released: false, desired: 'Running', ready: true, ...changes };
}
const FIRST = member('demo', { weight: 100 });
const SECOND = member('demo_b');

function apply(members: readonly GroupMember[], changes: readonly MemberChange[]): GroupMember[] {
  return members.map((each) => ({ ...each, ...changes.find(({ uid }) => uid === each.uid) }));
}

function release(members: readonly GroupMember[], uid: string, weight: number): GroupMember[] {
  const plan = planRelease(members, ENTRY, uid, weight);
  if (plan.kind === 'refused') throw new Error(plan.reason);
  return apply(members, plan.changes);
}

function refusal(members: readonly GroupMember[], uid: string, weight: number): string {
  const plan = planRelease(members, ENTRY, uid, weight);
  return plan.kind === 'refused' ? plan.reason : 'not refused';
}

const split = (members: readonly GroupMember[]): Record<string, number> =>
  Object.fromEntries(entrySplit(members, ENTRY));

it('leaves the entry to the first service until the new one is released', () => {
  expect(split([FIRST, SECOND])).toEqual({ demo: 100 });
});

it('splits the entry between the new service and the old one', () => {
  const group = release([FIRST, SECOND], 'demo_b', 20);
  expect(split(group)).toEqual({ demo: 80, demo_b: 20 });
  expect(split(release(group, 'demo_b', 100))).toEqual({ demo: 0, demo_b: 100 });
});

it('goes on with further rounds, the first service there or not', () => {
  const round = release([FIRST, SECOND], 'demo_b', 100);
  const third = [...round, member('demo_c')];
  expect(split(release(third, 'demo_c', 30))).toEqual({ demo: 0, demo_b: 70, demo_c: 30 });
  const without = apply(round, planDeparture(round, ENTRY, 'demo')).slice(1);
  expect(split(release([...without, member('demo_c')], 'demo_c', 30))).toEqual({ demo_b: 70, demo_c: 30 });
});

it('gives everything to the other side when one is stopped, and the share back when it starts', () => {
  const group = release([FIRST, SECOND], 'demo_b', 20);
  const stopped = group.map((each) =>
    each.uid === 'demo' ? { ...each, desired: 'Stopped' as const } : each,
  );
  expect(split(stopped)).toEqual({ demo: 0, demo_b: 100 });
  expect(Object.fromEntries(shownSplit(stopped, ENTRY))).toEqual({ demo: 0, demo_b: 100 });
  expect(split(group)).toEqual({ demo: 80, demo_b: 20 });
});

it('falls back to the old side at weight 0 when the new one has no ready instance', () => {
  const group = release([FIRST, SECOND], 'demo_b', 100);
  const down = group.map((each) => (each.uid === 'demo_b' ? { ...each, ready: false } : each));
  expect(split(down)).toEqual({ demo: 100, demo_b: 0 });
  expect(Object.fromEntries(shownSplit(down, ENTRY))).toEqual({ demo: 0, demo_b: 100 });
});

it('hands the entry to an unreleased service when the one that held it is deleted', () => {
  expect(planDeparture([FIRST, SECOND], ENTRY, 'demo')).toEqual([
    { uid: 'demo_b', weight: 100, released: true },
  ]);
  expect(planDeparture([FIRST, SECOND], ENTRY, 'demo_b')).toEqual([]);
  expect(planDeparture([FIRST], ENTRY, 'demo')).toEqual([]);
});

it('opens the own address again on request', () => {
  const group = release([FIRST, SECOND], 'demo_b', 20);
  const plan = planStandalone(group, ENTRY, 'demo_b');
  expect(plan.kind).toBe('release');
  if (plan.kind === 'release') expect(split(apply(group, plan.changes))).toEqual({ demo: 100 });
  expect(planStandalone(group, ENTRY, 'demo').kind).toBe('refused');
});

it.each<[string, readonly GroupMember[], string, number, RegExp]>([
  ['a service without a partner', [FIRST], 'demo', 20, /no blue-green partner/],
  ['the first service before the new one', [FIRST, SECOND], 'demo', 20, /Release the new service/],
  ['a service that is not ready', [FIRST, { ...SECOND, ready: false }], 'demo_b', 20, /no ready instance/],
  [
    'a share for a stopped side',
    [{ ...FIRST, desired: 'Stopped' }, SECOND],
    'demo_b',
    20,
    /\[demo\], stopped/,
  ],
  ['a service that is going', [FIRST, { ...SECOND, desired: 'Deleted' }], 'demo_b', 20, /being deleted/],
])('refuses to release %s', (_, members, uid, weight, reason) => {
  expect(refusal(members, uid, weight)).toMatch(reason);
});

it('takes all from a stopped side', () => {
  expect(split(release([{ ...FIRST, desired: 'Stopped' }, SECOND], 'demo_b', 100))).toEqual({
    demo: 0,
    demo_b: 100,
  });
});

it('shares whole numbers that sum up', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }), fc.nat(100), (weights, total) => {
      const shares = shareWeights(weights, total);
      expect(shares.reduce((sum, each) => sum + each, 0)).toBe(total);
      for (const share of shares) expect(Number.isInteger(share) && share >= 0).toBe(true);
    }),
  );
});

type Step =
  | { readonly kind: 'create' }
  | { readonly kind: 'release'; readonly at: number; readonly weight: number }
  | { readonly kind: 'standalone' | 'delete' | 'stop' | 'start' | 'crash' | 'recover'; readonly at: number };

const steps = fc.array(
  fc.oneof(
    fc.constant<Step>({ kind: 'create' }),
    fc.record({ kind: fc.constant('release' as const), at: fc.nat(9), weight: fc.nat(100) }),
    fc.record({
      kind: fc.constantFrom(
        'standalone' as const,
        'delete' as const,
        'stop' as const,
        'start' as const,
        'crash' as const,
        'recover' as const,
      ),
      at: fc.nat(9),
    }),
  ),
  { maxLength: 40 },
);

it('keeps weights at 100 and the entry served by a ready participant, through any rounds', () => {
  fc.assert(
    fc.property(steps, (story) => {
      let group: GroupMember[] = [FIRST];
      let next = 1;
      for (const step of story) {
        const at = 'at' in step ? group[step.at % group.length] : undefined;
        const change = (patch: Partial<GroupMember>): void => {
          group = group.map((each) => (each === at ? { ...each, ...patch } : each));
        };
        if (step.kind === 'create') group = [...group, member(`demo_${next++}`)];
        else if (step.kind === 'release') {
          const plan = planRelease(group, ENTRY, at!.uid, step.weight);
          if (plan.kind === 'release') {
            group = apply(group, plan.changes);
            // What was asked holds to the letter.
            expect(group.find(({ uid }) => uid === at!.uid)?.weight).toBe(step.weight);
          }
        } else if (step.kind === 'standalone') {
          const plan = planStandalone(group, ENTRY, at!.uid);
          if (plan.kind === 'release') group = apply(group, plan.changes);
        } else if (step.kind === 'delete' && group.length > 1) {
          const after = apply(group, planDeparture(group, ENTRY, at!.uid));
          group = after.filter(({ uid }) => uid !== at!.uid);
        } else if (step.kind === 'stop') change({ desired: 'Stopped', ready: false });
        else if (step.kind === 'start') change({ desired: 'Running', ready: true });
        else if (step.kind === 'crash') change({ ready: false });
        else if (step.kind === 'recover' && at?.desired === 'Running') change({ ready: true });

        const released = group.filter((each) => each.released);
        if (released.length > 0) {
          expect(released.reduce((sum, each) => sum + each.weight, 0)).toBe(100);
        }
        const now = entrySplit(group, ENTRY);
        expect([...now.values()].reduce((sum, each) => sum + each, 0)).toBe(100);
        const able = [...now.keys()].filter((uid) => group.find((each) => each.uid === uid)!.ready);
        for (const [uid, weight] of now) {
          if (weight > 0 && able.length > 0) expect(able).toContain(uid);
        }
      }
    }),
    { numRuns: 500 },
  );
});
