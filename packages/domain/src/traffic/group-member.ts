import type { DesiredState } from '@openeas/contracts';

/** A service of a blue-green group, as far as its traffic goes. Lists of members are in order of creation. */
export interface GroupMember {
  readonly uid: string;
  readonly name: string;
  /** Share of the entry that was asked for, percent. */
  readonly weight: number;
  /** Takes part in the split; before that it has an address of its own and the entry is none of its business. */
  readonly released: boolean;
  readonly desired: DesiredState;
  /** Has an instance that takes requests. */
  readonly ready: boolean;
}

/** What a change makes of the members it concerns; the others stay as they are. */
export interface MemberChange {
  readonly uid: string;
  readonly weight: number;
  readonly released: boolean;
}

/**
 * Those that the entry leads to: the released ones, before the first release the one whose address it is,
 * and when that is gone without a successor the newest of those that are left.
 */
export function participants<M extends GroupMember>(members: readonly M[], entry: string): readonly M[] {
  const there = members.filter(({ desired }) => desired !== 'Deleted');
  const released = there.filter((member) => member.released);
  if (released.length > 0) return released;
  const first = there.find(({ name }) => name === entry);
  return first === undefined ? there.slice(-1) : [first];
}
