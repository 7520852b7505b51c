import type { PlanSettings } from './settings.js';
import type { InstanceFacts, ServiceView } from './view.js';

/** The instances of a service that are wanted to run, by the part they play. */
export interface InstanceGroups {
  /** Of the wanted version and revision, not older than the last restart request, not to be replaced. */
  readonly fresh: readonly InstanceFacts[];
  /** To be replaced. */
  readonly old: readonly InstanceFacts[];
  /** Taken out of the service for good by the user; they run on until the service stops. */
  readonly detached: readonly InstanceFacts[];
  /** On their way out. */
  readonly ending: readonly InstanceFacts[];
}

export function groupInstances(
  view: Pick<ServiceView, 'service' | 'versions' | 'instances'>,
): InstanceGroups {
  const fresh: InstanceFacts[] = [];
  const old: InstanceFacts[] = [];
  const detached: InstanceFacts[] = [];
  const ending: InstanceFacts[] = [];
  const target = view.versions.find((version) => version.version === view.service.currentVersion);
  for (const instance of view.instances) {
    if (instance.desired === 'Stopped') ending.push(instance);
    else if (instance.detached) detached.push(instance);
    else if (
      instance.version === view.service.currentVersion &&
      instance.revision === target?.revision &&
      instance.createdAt >= view.service.restartedAt &&
      instance.wish !== 'replace'
    ) {
      fresh.push(instance);
    } else old.push(instance);
  }
  return { fresh, old, detached, ending };
}

/** Serves requests. An isolated instance is healthy but takes none, so it does not count. */
export function isServing(instance: InstanceFacts): boolean {
  return (
    instance.phase === 'Ready' &&
    instance.desired === 'Running' &&
    !instance.isolated &&
    instance.drainingAt === 0
  );
}

/** Has served long enough that an old instance may go for it. */
export function isProven(instance: InstanceFacts, settings: PlanSettings, now: number): boolean {
  return isServing(instance) && now >= instance.readyAt + settings.proveMs;
}
