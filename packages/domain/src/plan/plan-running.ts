import { groupInstances } from './instance-groups.js';
import { planKeepAlive } from './keep-alive.js';
import { isGone } from './plan-instance-ends.js';
import { planRestartInPlace } from './plan-restart-in-place.js';
import { planRollout } from './plan-rollout.js';
import type { DrainReason, PlanBuilder } from './service-plan.js';
import { serviceStatus } from './service-status.js';
import type { PlanSettings } from './settings.js';
import type { ServiceView } from './view.js';

/** The plan of a service that is wanted to run. */
export function planRunning(view: ServiceView, settings: PlanSettings, plan: PlanBuilder): void {
  const { service } = view;
  const groups = groupInstances(view);
  const drain = (instanceId: string, reason: DrainReason): void => {
    plan.add({ kind: 'drainInstance', instanceId, reason });
    plan.wakeAt(plan.now + settings.routeSettleMs);
  };
  for (const instance of groups.ending) {
    if (instance.drainingAt === 0) drain(instance.id, 'DeletedByUser');
  }
  for (const instance of groups.detached) {
    if (instance.phase === 'Failed' || isGone(instance)) drain(instance.id, 'DetachedEnded');
  }
  const target = view.versions.find((version) => version.version === service.currentVersion);
  if (target === undefined) return;

  const outcome = planRollout(view, groups, target, settings, plan);
  for (const instance of [...groups.fresh, ...groups.old]) {
    if (outcome.drained.has(instance.id)) continue;
    if (instance.wish === 'restart') planRestartInPlace(instance, view, settings, plan);
    else planKeepAlive(instance, view, settings, plan);
  }

  const status = serviceStatus(view, groups, target, outcome, settings);
  if (status.to !== service.state || status.reason !== service.reason || status.message !== service.message) {
    plan.add({ kind: 'setState', to: status.to, reason: status.reason, message: status.message });
  }
  if (status.settled && service.observedGeneration !== service.generation) {
    plan.add({ kind: 'markObserved', generation: service.generation });
  }
}
