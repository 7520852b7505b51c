import type { DesiredState } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ServiceGroupMember, serviceGroupSplit, shownGroupSplit } from './service-group-split.js';

const anyMembers = fc.uniqueArray(
  fc.record({
    uid: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    released: fc.boolean(),
    weight: fc.integer({ min: 0, max: 1000 }),
    desired: fc.constantFrom<DesiredState>('Running', 'Stopped', 'Deleted'),
    ready: fc.integer({ min: 0, max: 4 }),
  }),
  { selector: ({ uid }) => uid, maxLength: 5 },
);
const mode = fc.constantFrom('auto' as const, 'customized' as const);
const able = ({ released, desired, ready }: ServiceGroupMember) =>
  released && desired === 'Running' && ready > 0;

it('gives traffic to who takes part, runs and is ready, and to nobody else, and always to somebody if there is one', () => {
  fc.assert(
    fc.property(anyMembers, mode, (members, trafficMode) => {
      const split = serviceGroupSplit(members, trafficMode);
      for (const member of members) {
        if ((split.get(member.uid) ?? 0) > 0) expect(able(member)).toBe(true);
        expect(split.has(member.uid)).toBe(member.released && member.desired !== 'Deleted');
      }
      expect([...split.values()].some((weight) => weight > 0)).toBe(members.some(able));
    }),
  );
});

it('gives every ready instance the same in mode auto', () => {
  fc.assert(
    fc.property(anyMembers, (members) => {
      const split = serviceGroupSplit(members, 'auto');
      for (const member of members.filter(able)) expect(split.get(member.uid)).toBe(member.ready);
    }),
  );
});

it('shows shares that sum to 100, or nothing', () => {
  fc.assert(
    fc.property(anyMembers, mode, (members, trafficMode) => {
      const shown = shownGroupSplit(
        members.map((member) => ({ ...member, instanceCount: member.ready })),
        trafficMode,
      );
      const sum = [...shown.values()].reduce((all, each) => all + each, 0);
      expect(sum).toBe(members.some(able) ? 100 : 0);
    }),
  );
});
