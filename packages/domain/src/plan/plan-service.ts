import { planEnd } from './plan-instance-ends.js';
import { planRunning } from './plan-running.js';
import { PlanBuilder, type ServicePlan } from './service-plan.js';
import type { PlanSettings } from './settings.js';
import type { ServiceView } from './view.js';

/**
 * Decides what brings a service one step nearer to what is wanted. Pure: the same view and time give the
 * same plan, and a plan that was applied in part is completed by the next one.
 */
export function planService(view: ServiceView, settings: PlanSettings, now: number): ServicePlan {
  const plan = new PlanBuilder(now);
  for (const instance of view.instances) {
    if (instance.desired === 'Stopped' && instance.drainingAt > 0) {
      planEnd(instance, view.strategy.graceMs, settings, plan);
    }
  }
  if (view.service.desired === 'Running') planRunning(view, settings, plan);
  else planShutDown(view, settings, plan);
  return plan.build();
}

/** Stop and delete: everything drains at once; the last word is said when nothing is left. */
function planShutDown(view: ServiceView, settings: PlanSettings, plan: PlanBuilder): void {
  const { service, instances } = view;
  const deleting = service.desired === 'Deleted';
  for (const instance of instances) {
    if (instance.desired === 'Stopped' && instance.drainingAt > 0) continue;
    const reason = deleting ? 'ServiceDeleted' : 'ServiceStopped';
    plan.add({ kind: 'drainInstance', instanceId: instance.id, reason });
    plan.wakeAt(plan.now + settings.routeSettleMs);
  }
  if (instances.length > 0) {
    const to = deleting ? 'Deleting' : 'Stopping';
    if (deleting && service.state === 'DeleteFailed') return;
    if (service.state !== to) {
      const message = `Instances drain for at most ${view.strategy.graceMs / 1000} s`;
      plan.add({ kind: 'setState', to, reason: to, message });
    }
    return;
  }
  if (deleting) {
    plan.add({ kind: 'removeService' });
    return;
  }
  if (service.state !== 'Stopped') {
    plan.add({
      kind: 'setState',
      to: 'Stopped',
      reason: 'Stopped',
      message: 'The service is stopped; it keeps its configuration and address',
    });
  }
  if (service.observedGeneration !== service.generation) {
    plan.add({ kind: 'markObserved', generation: service.generation });
  }
}
