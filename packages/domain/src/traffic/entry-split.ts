import { type GroupMember, participants } from './group-member.js';
import { shareWeights, WHOLE } from './share-weights.js';

/**
 * The split that holds now, percent by uid; it sums to 100 and leaves out who gets nothing by right (own
 * address, deleted). Who cannot answer gives its share to the others: only ready ones count if there are any,
 * else only those that are wanted to run. When those that are left had weight 0, the newest of them takes all,
 * as the one that was trusted last. Empty for an empty group.
 */
export function entrySplit(members: readonly GroupMember[], entry: string): ReadonlyMap<string, number> {
  const all = participants(members, entry);
  if (all.length === 0) return new Map();
  const ready = all.filter((member) => member.desired === 'Running' && member.ready);
  const running = all.filter(({ desired }) => desired === 'Running');
  return splitOver(all, ready.length > 0 ? ready : running.length > 0 ? running : all);
}

/**
 * The split as it is meant, for people: a stopped side has 0, one that only happens not to be ready keeps its
 * share.
 */
export function shownSplit(members: readonly GroupMember[], entry: string): ReadonlyMap<string, number> {
  return entrySplit(
    members.map((member) => ({ ...member, ready: member.desired === 'Running' })),
    entry,
  );
}

function splitOver(all: readonly GroupMember[], takers: readonly GroupMember[]): ReadonlyMap<string, number> {
  const shares = shareWeights(
    takers.map(({ weight }) => weight),
    WHOLE,
  );
  const split = new Map(all.map(({ uid }) => [uid, 0]));
  for (const [index, { uid }] of takers.entries()) split.set(uid, shares[index] as number);
  return split;
}
