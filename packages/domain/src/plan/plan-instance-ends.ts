import type { PlanBuilder } from './service-plan.js';
import type { PlanSettings } from './settings.js';
import type { InstanceFacts } from './view.js';

/** Gone for good: nothing of its current attempt lives. Unknown is not gone. */
export function isGone(instance: InstanceFacts): boolean {
  return instance.seen.kind === 'exited' || instance.seen.kind === 'absent';
}

/** Takes an instance that has to go one step further: routes, drain, kill, removal. */
export function planEnd(
  instance: InstanceFacts,
  graceMs: number,
  settings: PlanSettings,
  plan: PlanBuilder,
): void {
  if (instance.drainingAt === 0) return;
  if (isGone(instance)) plan.add({ kind: 'removeInstance', instanceId: instance.id });
  else planGoing(instance, graceMs, settings, plan);
}

/** Drain and stop of an instance that lives and takes no new requests, with the kill for one that does not end. */
export function planGoing(
  instance: InstanceFacts,
  graceMs: number,
  settings: PlanSettings,
  plan: PlanBuilder,
): void {
  const stopAt = instance.drainingAt + settings.routeSettleMs;
  const killAt = stopAt + graceMs + settings.killAfterMs;
  if (plan.now >= killAt) {
    const reason = `it did not end within its grace period of ${graceMs / 1000} s`;
    plan.add({ kind: 'killInstance', instanceId: instance.id, reason });
    plan.wakeAt(plan.now + settings.killAfterMs);
  } else if (plan.now >= stopAt) {
    plan.add({ kind: 'stopInstance', instanceId: instance.id, graceMs });
    plan.wakeAt(killAt);
  } else {
    plan.wakeAt(stopAt);
  }
}
