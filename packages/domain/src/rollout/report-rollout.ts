import { groupInstances } from '../plan/instance-groups.js';
import type { InstanceFacts, ServiceView } from '../plan/view.js';
import type { RolloutState } from './control-rollout.js';

/** The state of a rollout as DescribeServiceRollout shows it (contract 7.6.2, 7.8). */
export interface RolloutReport {
  /** Nothing is to be replaced yet; goes on; held back; all is replaced; a new instance fails. */
  readonly phase: 'Pending' | 'Running' | 'Paused' | 'Completed' | 'Failed';
  /** Instances that are ready on what is rolled out. */
  readonly updated: number;
  /** Wanted number of instances. */
  readonly total: number;
  /** What the instances of before run; what is rolled out when there are none. */
  readonly current: Revision;
  readonly update: Revision;
  /** Milliseconds since the epoch; undefined = no batch is due by time. */
  readonly nextBatchAt: number | undefined;
}

export interface Revision {
  readonly version: number;
  readonly revision: number;
}

type Facts = Pick<ServiceView, 'versions'> & {
  readonly service: ServiceView['service'];
  readonly instances: readonly InstanceFacts[];
};

export function reportRollout(rollout: RolloutState, facts: Facts): RolloutReport {
  const { service } = facts;
  const groups = groupInstances(facts);
  const old = groups.old.filter((instance) => instance.wish !== 'replace');
  const updated = groups.fresh.filter(({ phase }) => phase === 'Ready').length;
  const update = {
    version: service.currentVersion,
    revision: facts.versions.find(({ version }) => version === service.currentVersion)?.revision ?? 0,
  };
  const oldest = old[0];
  const current = oldest === undefined ? update : { version: oldest.version, revision: oldest.revision };
  const due = old.length > 0 && rollout.nextBatchAt > 0;
  return {
    phase: phaseOf(rollout, facts, old.length, updated),
    updated: Math.min(updated, service.instanceCount),
    total: service.instanceCount,
    current,
    update,
    nextBatchAt: due ? rollout.nextBatchAt : undefined,
  };
}

function phaseOf(
  rollout: RolloutState,
  { service }: Facts,
  old: number,
  updated: number,
): RolloutReport['phase'] {
  if (old === 0) {
    if (rollout.paused) return 'Paused';
    return rollout.target === '' ? 'Pending' : 'Completed';
  }
  if (rollout.paused) return 'Paused';
  if (service.reason === 'RolloutPaused' || service.state === 'Failed') return 'Failed';
  // A partition waits for its user; a batch goes on by itself.
  const held = rollout.batchSize === 0 ? Math.min(rollout.partition, service.instanceCount) : 0;
  return held > 0 && old <= held && updated >= service.instanceCount - held ? 'Paused' : 'Running';
}
