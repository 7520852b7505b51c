import { isServing } from './instance-groups.js';
import { start } from './keep-alive.js';
import { isGone, planGoing } from './plan-instance-ends.js';
import type { PlanBuilder } from './service-plan.js';
import type { PlanSettings } from './settings.js';
import type { InstanceFacts, ServiceView } from './view.js';

/**
 * Restarts one instance under its name: out of the routes, drained, stopped, started again. Several that were
 * named together go one after the other, so that the rest serves.
 */
export function planRestartInPlace(
  instance: InstanceFacts,
  view: ServiceView,
  settings: PlanSettings,
  plan: PlanBuilder,
): void {
  if (instance.drainingAt === 0) {
    if (isServing(instance) && view.instances.some((other) => comesBack(instance, other, view))) return;
    plan.add({ kind: 'drainInstance', instanceId: instance.id, reason: 'RestartedInPlace' });
    plan.wakeAt(plan.now + settings.routeSettleMs);
  } else if (isGone(instance)) {
    start(instance, instance.attempt + 1, view, plan);
  } else {
    planGoing(instance, view.strategy.graceMs, settings, plan);
  }
}

/** Worth waiting for: not serving yet, or going down for its own restart. What keeps failing is not. */
function comesBack(instance: InstanceFacts, other: InstanceFacts, view: ServiceView): boolean {
  if (other.id === instance.id || other.desired === 'Stopped' || other.detached || other.isolated)
    return false;
  if (other.wish === 'restart') return !isServing(other) || comesFirst(other, instance);
  const current = other.version === view.service.currentVersion;
  return current && other.failures === 0 && !isServing(other);
}

function comesFirst(one: InstanceFacts, other: InstanceFacts): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.id < other.id);
}
