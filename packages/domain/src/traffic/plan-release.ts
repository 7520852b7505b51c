import { type GroupMember, type MemberChange, participants } from './group-member.js';
import { shareWeights, WHOLE } from './share-weights.js';

export type ReleasePlan =
  | { readonly kind: 'release'; readonly changes: readonly MemberChange[] }
  /** `reason` is a sentence that says what to do instead. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Gives `uid` the share `weight` (0-100) of the entry; the others keep the proportion they have among
 * themselves. Its own address closes with its first release.
 */
export function planRelease(
  members: readonly GroupMember[],
  entry: string,
  uid: string,
  weight: number,
): ReleasePlan {
  const member = members.find((each) => each.uid === uid && each.desired !== 'Deleted');
  if (member === undefined) return refused('it is being deleted.');
  const others = participants(members, entry).filter((each) => each.uid !== uid);
  if (others.length === 0) {
    return refused(
      waiting(members, uid)
        ? `it holds the address [${entry}] by itself. Release the new service, not this one.`
        : `it has no blue-green partner. \`eascmd create FILE -r\` with the name ${entry} in FILE adds one.`,
    );
  }
  if (weight > 0 && (member.desired !== 'Running' || !member.ready)) {
    return refused('it has no ready instance for its share. Bring it to Running first.');
  }
  if (weight < WHOLE && !others.some(({ desired }) => desired === 'Running')) {
    const names = others.map(({ name }) => `[${name}]`).join(', ');
    return refused(
      `the other ${WHOLE - weight}% would go to ${names}, stopped. Start it first, or release with weight 100.`,
    );
  }
  return {
    kind: 'release',
    changes: [{ uid, weight, released: true }, ...spread(others, WHOLE - weight)],
  };
}

/** Takes a released member back out of the split: its own address opens again, the others take its share. */
export function planStandalone(members: readonly GroupMember[], entry: string, uid: string): ReleasePlan {
  const member = members.find((each) => each.uid === uid && each.desired !== 'Deleted');
  if (member === undefined) return refused('it is being deleted.');
  if (!member.released) return { kind: 'release', changes: [] };
  if (member.name === entry) {
    return refused(`its address is the entry [${entry}] itself; take the other services out instead.`);
  }
  const others = participants(members, entry).filter((each) => each.uid !== uid);
  if (!others.some(({ desired, ready }) => desired === 'Running' && ready)) {
    return refused(`no other service of the group is ready to take over the address [${entry}].`);
  }
  return { kind: 'release', changes: [{ uid, weight: 0, released: false }, ...spread(others, WHOLE)] };
}

/**
 * What is left to do when `uid` is deleted: the others take its share. When nobody was released beside it,
 * the newest of them that is ready, else the newest, takes over the entry. Empty when nobody is left.
 */
export function planDeparture(
  members: readonly GroupMember[],
  entry: string,
  uid: string,
): readonly MemberChange[] {
  const rest = members.filter((each) => each.uid !== uid && each.desired !== 'Deleted');
  const split = participants(members, entry).some((each) => each.uid === uid);
  if (rest.length === 0 || !split) return [];
  const released = rest.filter((each) => each.released);
  if (released.length > 0) return spread(released, WHOLE);
  const heir = rest.filter((each) => each.desired === 'Running' && each.ready).at(-1) ?? rest.at(-1);
  return heir === undefined ? [] : [{ uid: heir.uid, weight: WHOLE, released: true }];
}

function spread(members: readonly GroupMember[], total: number): readonly MemberChange[] {
  if (members.length === 0) return [];
  const shares = shareWeights(
    members.map(({ weight }) => weight),
    total,
  );
  return members.map(({ uid }, index) => ({ uid, weight: shares[index] as number, released: true }));
}

/** Whether the group has somebody else who could be released. */
function waiting(members: readonly GroupMember[], uid: string): boolean {
  return members.some((each) => each.uid !== uid && each.desired !== 'Deleted');
}

function refused(reason: string): ReleasePlan {
  return { kind: 'refused', reason };
}
