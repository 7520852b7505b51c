import { groupInstances, isProven } from '../plan/instance-groups.js';
import type { PlanSettings } from '../plan/settings.js';
import type { ServiceView, UpdateStrategy } from '../plan/view.js';

/**
 * What users want of the updates of a service (contract 7.6.2: Partition or Batch, Paused), and how far batches
 * have come. It holds for every replacement of instances while it exists: new version, version switch, restart.
 */
export interface RolloutState extends RolloutProgress {
  /** Instances that stay on what they run; 0 = none. */
  readonly partition: number;
  /** Instances a batch; 0 = no batches. */
  readonly batchSize: number;
  /** Between the end of a batch and the begin of the next, milliseconds. */
  readonly intervalMs: number;
  readonly paused: boolean;
}

export interface RolloutProgress {
  /** What is being rolled out under this control; '' = nothing yet. */
  readonly target: string;
  /** Batches: instances that may run it by now. */
  readonly allowed: number;
  /** When the next batch begins; 0 = the present one is not done. Milliseconds since the epoch. */
  readonly nextBatchAt: number;
}

export interface RolloutDecision {
  readonly strategy: Pick<UpdateStrategy, 'paused' | 'keepOld' | 'nextBatchAt'>;
  /** To be kept before anything is done; undefined = as it was. */
  readonly progress: RolloutProgress | undefined;
  /** Milliseconds since the epoch; undefined = nothing falls due by time. */
  readonly wakeAt: number | undefined;
}

type Facts = Pick<ServiceView, 'service' | 'versions' | 'instances'>;

/** Decides how far an update may go now. Pure; every batch allows at least one more instance, so batches end. */
export function controlRollout(
  rollout: RolloutState | undefined,
  facts: Facts,
  settings: PlanSettings,
  now: number,
): RolloutDecision {
  if (rollout === undefined) return decision({ paused: false, keepOld: 0 });
  const { service } = facts;
  const { fresh, old } = groupInstances(facts);
  const { paused, partition, batchSize } = rollout;
  const before = old.filter((instance) => instance.wish !== 'replace').length;
  // Nothing is being replaced, or it is to be empty: nothing to hold back.
  if (before === 0 || service.instanceCount === 0) return decision({ paused, keepOld: partition });

  const target = rolloutTarget(facts);
  const begins = rollout.target !== target;
  const allowed = begins ? Math.max(batchSize, fresh.length) : rollout.allowed;
  const progress = { target, allowed, nextBatchAt: begins ? 0 : rollout.nextBatchAt };
  if (batchSize === 0) {
    return decision({ paused, keepOld: partition }, begins ? progress : undefined);
  }
  const next = paused ? progress : advance(progress, rollout, facts, settings, now);
  const changed = begins || next.allowed !== rollout.allowed || next.nextBatchAt !== rollout.nextBatchAt;
  const keepOld = Math.max(0, service.instanceCount - next.allowed);
  const nextBatchAt = next.nextBatchAt > 0 && keepOld > 0 ? next.nextBatchAt : undefined;
  return {
    strategy: { paused, keepOld, nextBatchAt },
    progress: changed ? next : undefined,
    wakeAt: paused ? undefined : (nextBatchAt ?? provenAt(facts, settings, now)),
  };
}

/** Names what the instances of a service are to run: another name is another rollout. */
export function rolloutTarget({ service, versions }: Pick<Facts, 'service' | 'versions'>): string {
  const revision = versions.find(({ version }) => version === service.currentVersion)?.revision ?? 0;
  return `${service.currentVersion}.${revision}@${service.restartedAt}`;
}

function advance(
  progress: RolloutProgress,
  { batchSize, intervalMs }: RolloutState,
  facts: Facts,
  settings: PlanSettings,
  now: number,
): RolloutProgress {
  const wanted = facts.service.instanceCount;
  if (progress.allowed >= wanted) return { ...progress, nextBatchAt: 0 };
  const proven = groupInstances(facts).fresh.filter((each) => isProven(each, settings, now)).length;
  // One that was lost during the interval is replaced before more are.
  if (proven < progress.allowed) return progress;
  if (progress.nextBatchAt === 0 && intervalMs > 0) return { ...progress, nextBatchAt: now + intervalMs };
  if (now < progress.nextBatchAt) return progress;
  return { ...progress, allowed: progress.allowed + batchSize, nextBatchAt: 0 };
}

/** A batch is done once its instances are proven, which they become by time alone. */
function provenAt({ service, ...facts }: Facts, settings: PlanSettings, now: number): number | undefined {
  const due = groupInstances({ service, ...facts })
    .fresh.filter((each) => each.phase === 'Ready')
    .map((each) => each.readyAt + settings.proveMs)
    .filter((time) => time > now);
  return due.length === 0 ? undefined : Math.min(...due);
}

function decision(
  strategy: RolloutDecision['strategy'],
  progress: RolloutProgress | undefined = undefined,
): RolloutDecision {
  return { strategy, progress, wakeAt: undefined };
}
