import type { ServiceState } from '@openeas/contracts';
import { describeShortages } from '../placement/reserve.js';
import type { InstanceGroups } from './instance-groups.js';
import { READY_MESSAGE } from './observe-instance.js';
import type { RolloutOutcome, RolloutPause } from './plan-rollout.js';
import { isBlocked } from './retry-block.js';
import type { PlanSettings } from './settings.js';
import type { InstanceFacts, PackageFailure, ServiceFacts, ServiceView, VersionFacts } from './view.js';

export interface ServiceStatus {
  readonly to: ServiceState;
  /** CamelCase word. */
  readonly reason: string;
  /** For people: cause and numbers. Holds nothing that changes by time alone. */
  readonly message: string;
  /** Nothing more will happen for this generation without a change from outside. */
  readonly settled: boolean;
}

/** The state of a service that is wanted to run, in words (contract: service-state.ts). */
export function serviceStatus(
  view: ServiceView,
  groups: InstanceGroups,
  target: VersionFacts,
  outcome: RolloutOutcome,
  settings: PlanSettings,
): ServiceStatus {
  const { service } = view;
  const wanted = service.instanceCount;
  const healthy = groups.fresh.filter((instance) => instance.phase === 'Ready').length;
  if (groups.old.length === 0 && healthy >= wanted) {
    return { to: 'Running', reason: 'Running', message: READY_MESSAGE, settled: true };
  }
  const [shortage] = outcome.shortages;
  if (shortage !== undefined) {
    const reason = shortage.resource === 'cpu' ? 'InsufficientCpu' : 'InsufficientMemory';
    const message = `${progress(view, groups, healthy)}; the next one is ${describeShortages(outcome.shortages)}${advice(groups)}`;
    return { to: 'Waiting', reason, message, settled: false };
  }
  if (groups.old.length > 0) return updateStatus(view, groups, target, outcome, healthy, settings);
  return startStatus(view, groups, target, healthy, settings);
}

function updateStatus(
  view: ServiceView,
  groups: InstanceGroups,
  target: VersionFacts,
  outcome: RolloutOutcome,
  healthy: number,
  settings: PlanSettings,
): ServiceStatus {
  const to = 'Updating';
  const { pause } = outcome;
  if (pause !== undefined) {
    const kept = readyOnes(groups.old);
    if (kept === 0 && healthy === 0 && isHopeless(pause, settings)) {
      const reason = pause.kind === 'packages' ? pause.code : pause.instance.reason;
      return { to: 'Failed', reason, message: pauseCause(pause), settled: true };
    }
    const message = `The update to version ${target.version} is paused: ${clause(pauseCause(pause))}; ${servingOn(groups)}`;
    // A pause that was asked for is no trouble, once as many serve as are wanted.
    const held = pause.kind === 'requested' && kept + healthy >= view.service.instanceCount;
    const settled = pause.kind !== 'instance' || pause.permanent;
    return { to, reason: held ? 'RolloutHeld' : 'RolloutPaused', message, settled };
  }
  const held = Math.min(view.strategy.keepOld, view.service.instanceCount);
  if (held > 0 && groups.old.length <= held && healthy >= view.service.instanceCount - held) {
    const { nextBatchAt } = view.strategy;
    const kept = `${count(held, 'instance')} of before ${held === 1 ? 'is' : 'are'} kept by the rollout`;
    const next = nextBatchAt === undefined ? '' : `; its next batch begins at ${rfc3339(nextBatchAt)}`;
    return { to, reason: 'RolloutHeld', message: `${kept}${next}`, settled: true };
  }
  const failure = retriedFailure(target);
  if (failure !== undefined) {
    const message = `The update to version ${target.version} waits: ${clause(failure.message)}; it is tried again, ${servingOn(groups)}`;
    return { to, reason: failure.code, message, settled: false };
  }
  return { to, reason: 'Updating', message: progress(view, groups, healthy), settled: false };
}

function startStatus(
  view: ServiceView,
  groups: InstanceGroups,
  target: VersionFacts,
  healthy: number,
  settings: PlanSettings,
): ServiceStatus {
  const { service } = view;
  const { packages } = target;
  const to = progressWord(service);
  if (packages.kind === 'failed') {
    const failed = packages.permanent && healthy === 0;
    return {
      to: failed ? 'Failed' : to,
      reason: packages.code,
      message: packages.message,
      settled: packages.permanent,
    };
  }
  const blocked = groups.fresh.find((each) => isBlocked(each.nextStartAt, service.generation));
  if (blocked !== undefined) {
    const message = healthy === 0 ? blocked.message : `${progress(view, groups, healthy)}; ${cause(blocked)}`;
    return { to: healthy === 0 ? 'Failed' : to, reason: blocked.reason, message, settled: true };
  }
  const failing = worst(groups.fresh.filter((each) => each.failures > 0 && each.phase !== 'Ready'));
  if (failing !== undefined) {
    const hopeless = healthy === 0 && failing.failures >= settings.failedAfter;
    const tail = hopeless ? '; starts are tried on, once a minute' : '';
    return {
      to: hopeless ? 'Failed' : to,
      reason: failing.reason,
      message: `${progress(view, groups, healthy)}; ${cause(failing)}${tail}`,
      settled: hopeless,
    };
  }
  const failure = retriedFailure(target);
  if (failure !== undefined && groups.fresh.length < service.instanceCount) {
    return { to, reason: failure.code, message: failure.message, settled: false };
  }
  if (packages.kind !== 'ready' && groups.fresh.length < service.instanceCount) {
    return {
      to,
      reason: 'FetchingPackages',
      message: 'The model and processor packages are being fetched',
      settled: false,
    };
  }
  return { to, reason: to, message: progress(view, groups, healthy), settled: false };
}

/** The word for "on its way", kept while it lasts and chosen by what was before. */
function progressWord(service: ServiceFacts): ServiceState {
  switch (service.state) {
    case 'Creating':
    case 'Starting':
    case 'Updating':
    case 'Scaling':
      return service.state;
    case 'Running':
      return service.generation === service.observedGeneration ? 'Starting' : 'Scaling';
    default:
      return service.observedGeneration === 0 ? 'Creating' : 'Starting';
  }
}

function progress(view: ServiceView, groups: InstanceGroups, healthy: number): string {
  const wanted = view.service.instanceCount;
  const ready = `${healthy} of ${count(wanted, 'instance')} ready`;
  if (groups.old.length === 0) return ready;
  return `Version ${view.service.currentVersion}: ${ready}, ${groups.old.length} of before still there`;
}

function advice(groups: InstanceGroups): string {
  if (groups.old.length === 0) return '';
  return ' beside the old ones. Stop something, or let the update go without one: metadata.rolling_strategy.max_unavailable = 1';
}

/** Nothing of before serves either, so there is no good version to speak of. */
function isHopeless(
  pause: RolloutPause,
  settings: PlanSettings,
): pause is Exclude<RolloutPause, { kind: 'requested' }> {
  if (pause.kind === 'requested') return false;
  return pause.kind === 'packages' || pause.permanent || pause.instance.failures >= settings.failedAfter;
}

/** What a source failed with that is asked again by itself. */
function retriedFailure({ packages }: VersionFacts): PackageFailure | undefined {
  if (packages.kind === 'fetching') return packages.failure;
  return packages.kind === 'failed' && !packages.permanent ? packages : undefined;
}

function readyOnes(instances: readonly InstanceFacts[]): number {
  return instances.filter((instance) => instance.phase === 'Ready').length;
}

function servingOn({ old }: InstanceGroups): string {
  const kept = readyOnes(old);
  return `${count(kept, 'instance')} of before serve${kept === 1 ? 's' : ''} on`;
}

/** A sentence as a part of another one. */
function clause(message: string): string {
  return message.replace(/\.$/, '');
}

function pauseCause(pause: RolloutPause): string {
  switch (pause.kind) {
    case 'requested':
      return 'by request';
    case 'packages':
      return pause.message;
    case 'instance':
      return cause(pause.instance);
  }
}

function cause(instance: InstanceFacts): string {
  const times = instance.failures === 1 ? 'failed' : `failed ${instance.failures} times in a row`;
  return instance.phase === 'Ready'
    ? `instance ${instance.name} ${times} and is ready again, under watch`
    : `instance ${instance.name} ${times}: ${instance.message}`;
}

function worst(instances: readonly InstanceFacts[]): InstanceFacts | undefined {
  return [...instances].sort((a, b) => b.failures - a.failures || (a.id < b.id ? -1 : 1))[0];
}

function rfc3339(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
