import { readinessDueAt } from './observe-instance.js';
import { isGone } from './plan-instance-ends.js';
import { isBlocked, startDueAt } from './retry-block.js';
import type { PlanBuilder } from './service-plan.js';
import type { PlanSettings } from './settings.js';
import type { InstanceFacts, ServiceView } from './view.js';

/** Keeps a wanted instance going: the first start that was cut off, the restart after a failure. */
export function planKeepAlive(
  instance: InstanceFacts,
  view: ServiceView,
  settings: PlanSettings,
  plan: PlanBuilder,
): void {
  if (instance.phase === 'Failed') {
    planRestart(instance, view, settings, plan);
    return;
  }
  if (instance.seen.kind === 'absent' && instance.phase === 'Starting') {
    const againAt = instance.startedAt + settings.startRetryMs;
    if (plan.now >= againAt) start(instance, instance.attempt, view, plan);
    else plan.wakeAt(againAt);
    return;
  }
  const dueAt = readinessDueAt(instance, settings);
  if (dueAt !== undefined) plan.wakeAt(dueAt);
  if (instance.phase === 'Ready' && instance.failures > 0) {
    plan.wakeAt(instance.readyAt + settings.stableAfterMs);
  }
}

function planRestart(
  instance: InstanceFacts,
  view: ServiceView,
  settings: PlanSettings,
  plan: PlanBuilder,
): void {
  const { seen } = instance;
  if (isGone(instance)) {
    if (isBlocked(instance.nextStartAt, view.service.generation)) return;
    const dueAt = startDueAt(instance.nextStartAt, plan.now);
    if (dueAt <= plan.now) start(instance, instance.attempt + 1, view, plan);
    else plan.wakeAt(dueAt);
    return;
  }
  if (seen.kind === 'unknown') return;
  // It said itself that it failed: leave it a moment to write its last words.
  const killAt =
    seen.kind === 'running' && seen.phase === 'Failed' ? seen.since + settings.killAfterMs : plan.now;
  if (plan.now >= killAt) {
    plan.add({ kind: 'killInstance', instanceId: instance.id, reason: instance.message });
    plan.wakeAt(plan.now + settings.killAfterMs);
  } else plan.wakeAt(killAt);
}

/** One of an earlier revision, or of a version no longer kept, starts again with what it was started with. */
export function start(instance: InstanceFacts, attempt: number, view: ServiceView, plan: PlanBuilder): void {
  const version = view.versions.find((each) => each.version === instance.version);
  if (version?.revision !== instance.revision || version.packages.kind === 'ready') {
    plan.add({ kind: 'startInstance', instanceId: instance.id, attempt });
  } else planPackages(view, instance.version, plan);
}

/** Asks for a version's packages unless they are there, on their way, or failed for good. */
export function planPackages(view: ServiceView, version: number, plan: PlanBuilder): void {
  const packages = view.versions.find((each) => each.version === version)?.packages;
  if (packages === undefined || packages.kind === 'ready' || packages.kind === 'fetching') return;
  if (packages.kind === 'failed') {
    if (packages.permanent) return;
    if (plan.now < packages.retryAt) {
      plan.wakeAt(packages.retryAt);
      return;
    }
  }
  plan.add({ kind: 'ensurePackages', version });
}
