import type { DesiredState } from '@openeas/contracts';
import { shareWeights, WHOLE } from './share-weights.js';

/** How a service group splits its traffic (contract 7.8 Group.TrafficMode). */
export type TrafficMode = 'auto' | 'customized';

/** A service of a service group, as far as the group's traffic goes. */
export interface ServiceGroupMember {
  readonly uid: string;
  /** TrafficState `grouping`: takes part in the group's traffic. */
  readonly released: boolean;
  /** Relative weight that was asked for, 0-1000; counts in mode `customized`. */
  readonly weight: number;
  readonly desired: DesiredState;
  /** Instances that take requests. */
  readonly ready: number;
}

/**
 * Relative weights by uid, of those that take part. Mode `auto` counts ready instances, so that each of them gets
 * the same; `customized` takes the weights asked for. Who cannot answer gets nothing; when everybody who can was
 * given weight 0, they share by their instances, because an answer is worth more than a weight. All 0 = nobody can.
 */
export function serviceGroupSplit(
  members: readonly ServiceGroupMember[],
  mode: TrafficMode,
): ReadonlyMap<string, number> {
  const taking = members.filter(({ released, desired }) => released && desired !== 'Deleted');
  const able = taking.filter(({ desired, ready }) => desired === 'Running' && ready > 0);
  const byWeight = mode === 'customized' && able.some(({ weight }) => weight > 0);
  const split = new Map(taking.map(({ uid }) => [uid, 0]));
  for (const { uid, weight, ready } of able) split.set(uid, byWeight ? weight : ready);
  return split;
}

/**
 * The split as it is meant, percent, for people: it counts the instances that are wanted, and leaves out who is
 * stopped. All 0 when nobody takes part.
 */
export function shownGroupSplit(
  members: readonly (Omit<ServiceGroupMember, 'ready'> & { readonly instanceCount: number })[],
  mode: TrafficMode,
): ReadonlyMap<string, number> {
  const split = serviceGroupSplit(
    members.map((member) => ({ ...member, ready: member.instanceCount })),
    mode,
  );
  const weights = [...split.values()];
  if (weights.every((weight) => weight === 0)) return split;
  const shares = shareWeights(weights, WHOLE);
  return new Map([...split.keys()].map((uid, index) => [uid, shares[index] as number]));
}
