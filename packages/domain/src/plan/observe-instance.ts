import type { InstanceFailure, InstancePhase } from '@openeas/contracts';
import { backoffDelay } from '@openeas/kernel';
import { blockedUntilChange } from './retry-block.js';
import type { PlanSettings } from './settings.js';
import type { InstanceFacts } from './view.js';

/** What an observation changes in the row, and the event that tells of it. */
export interface InstanceChange {
  readonly patch: InstancePatch;
  readonly event: InstanceEvent | undefined;
}

export interface InstancePatch {
  readonly phase?: InstancePhase;
  readonly host?: string;
  readonly port?: number;
  readonly failures?: number;
  readonly nextStartAt?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly readyAt?: number;
}

export interface InstanceEvent {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase word. */
  readonly reason: string;
  readonly message: string;
}

/** Said by every instance that serves, and by a service whose instances all do (manual, `eascmd desc`). */
export const READY_MESSAGE = 'Service start successfully';

/**
 * Brings the row up to what was seen of the current attempt; undefined when it says so already. An attempt
 * fails once: the row's phase `Failed` records that its failure is counted.
 */
export function observeInstance(
  instance: InstanceFacts,
  settings: PlanSettings,
  generation: number,
  now: number,
): InstanceChange | undefined {
  const { seen } = instance;
  // Also one that is being restarted in place is expected to end.
  if (instance.drainingAt > 0) return undefined;
  if (instance.desired === 'Stopped' || instance.phase === 'Failed') return undefined;
  switch (seen.kind) {
    case 'unknown':
      return undefined;
    case 'absent':
      // Before its first sign of life this only means that the start is still to be done.
      if (instance.phase === 'Starting' && instance.readyAt === 0) return undefined;
      return fail(instance, lost(), settings, generation, now);
    case 'starting':
      return observeSilence(instance, settings, generation, now);
    case 'running':
      if (seen.phase === 'Failed') {
        const failure = seen.failure ?? crash(seen.message);
        return fail(instance, failure, settings, generation, now);
      }
      if (seen.phase === 'Ready') return observeReady(instance, settings, now);
      return observeProgress(instance, settings, generation, now);
    case 'exited':
      if (seen.asAsked) return stoppedFromOutside(instance, now);
      return fail(instance, seen.failure ?? crash(seen.lastLine), settings, generation, now);
  }
}

/**
 * When an instance that is wanted and not ready counts as failed; undefined while no such time runs. One that
 * served before has lost its readiness (its host process died, it fell silent): its time runs from then.
 */
export function readinessDueAt(instance: InstanceFacts, settings: PlanSettings): number | undefined {
  const { seen } = instance;
  if (seen.kind === 'starting' && instance.readyAt > 0) return seen.since + settings.silenceLimitMs;
  if (seen.kind === 'running' && seen.phase !== 'Ready' && instance.readyAt > 0) {
    return seen.since + settings.startDeadlineMs;
  }
  if (seen.kind === 'starting' || (seen.kind === 'running' && seen.phase !== 'Ready')) {
    return instance.startedAt + settings.startDeadlineMs;
  }
  return undefined;
}

function observeReady(
  instance: InstanceFacts,
  settings: PlanSettings,
  now: number,
): InstanceChange | undefined {
  if (instance.seen.kind !== 'running') return undefined;
  const { host, port } = instance.seen;
  if (instance.phase !== 'Ready') {
    return {
      patch: { phase: 'Ready', host, port, reason: 'Ready', message: READY_MESSAGE, readyAt: now },
      event: {
        type: 'Normal',
        reason: 'InstanceReady',
        message: `Instance ${instance.name} serves version ${instance.version} on port ${port}`,
      },
    };
  }
  if (instance.port !== port || instance.host !== host) return { patch: { host, port }, event: undefined };
  if (instance.failures > 0 && now >= instance.readyAt + settings.stableAfterMs) {
    return { patch: { failures: 0, nextStartAt: 0 }, event: undefined };
  }
  return undefined;
}

function observeProgress(
  instance: InstanceFacts,
  settings: PlanSettings,
  generation: number,
  now: number,
): InstanceChange | undefined {
  if (instance.seen.kind !== 'running') return undefined;
  const { phase, message } = instance.seen;
  if (now >= (readinessDueAt(instance, settings) ?? now + 1)) {
    return fail(instance, tooSlow(instance, phase, settings), settings, generation, now);
  }
  // While failures are in the row its message keeps their first cause.
  const words = instance.failures > 0 ? instance.message : message;
  if (instance.phase === phase && instance.message === words) return undefined;
  return {
    patch: { phase, message: words, reason: instance.failures > 0 ? instance.reason : phase },
    event: undefined,
  };
}

/** A live process that does not answer: normal while it starts, a fault once it served. */
function observeSilence(
  instance: InstanceFacts,
  settings: PlanSettings,
  generation: number,
  now: number,
): InstanceChange | undefined {
  if (now >= (readinessDueAt(instance, settings) ?? now + 1)) {
    const failure =
      instance.readyAt === 0 ? tooSlow(instance, instance.phase, settings) : silent(settings.silenceLimitMs);
    return fail(instance, failure, settings, generation, now);
  }
  if (instance.phase !== 'Ready') return undefined;
  const message = `Instance ${instance.name} lives but does not answer its admin port`;
  return {
    patch: { phase: 'Starting', reason: 'NotResponding', message },
    event: { type: 'Warning', reason: 'InstanceNotResponding', message },
  };
}

function fail(
  instance: InstanceFacts,
  failure: InstanceFailure,
  settings: PlanSettings,
  generation: number,
  now: number,
): InstanceChange {
  const failures = instance.failures + 1;
  const permanent = failure.fault === 'model';
  // The first crash of one that ran well is more likely an accident than a habit.
  const ranWell = failures === 1 && instance.readyAt > 0 && now >= instance.readyAt + settings.stableAfterMs;
  const delayMs = ranWell ? 0 : backoffDelay(failures, settings.restartBackoff);
  const nextStartAt = permanent ? blockedUntilChange(generation) : now + delayMs;
  const message = firstCause(instance, failure.message, permanent);
  return {
    patch: { phase: 'Failed', port: 0, failures, nextStartAt, reason: failure.code, message, readyAt: 0 },
    event: {
      type: 'Warning',
      reason: permanent ? 'InstanceFailed' : 'InstanceCrashed',
      message: `Instance ${instance.name} failed (${failures} in a row): ${failure.message}`,
    },
  };
}

/** No failure: it is wanted, so it is started again at once. */
function stoppedFromOutside(instance: InstanceFacts, now: number): InstanceChange {
  const message = `Instance ${instance.name} was stopped from outside and is started again`;
  return {
    patch: { phase: 'Failed', port: 0, nextStartAt: now, reason: 'StoppedFromOutside', message, readyAt: 0 },
    event: { type: 'Normal', reason: 'StoppedFromOutside', message },
  };
}

/** Later failures are often consequences of the first; a model fault is always the cause itself. */
function firstCause(instance: InstanceFacts, latest: string, permanent: boolean): string {
  if (permanent || instance.failures === 0 || instance.message === '') return latest;
  const [first = ''] = instance.message.split(LATER);
  return first === latest ? first : `${first}${LATER}${latest}`;
}

const LATER = '; last failure: ';

function crash(lastWords: string): InstanceFailure {
  const message =
    lastWords === '' ? 'the process ended without a word' : `the process ended; it last said: ${lastWords}`;
  return { fault: 'processor', code: 'ProcessExited', message };
}

function lost(): InstanceFailure {
  return { fault: 'platform', code: 'InstanceLost', message: 'the instance and its folder are gone' };
}

function silent(limitMs: number): InstanceFailure {
  return {
    fault: 'platform',
    code: 'NotResponding',
    message: `the process lives but did not answer for ${seconds(limitMs)}`,
  };
}

function tooSlow(instance: InstanceFacts, phase: InstancePhase, settings: PlanSettings): InstanceFailure {
  const detail = instance.seen.kind === 'running' && instance.seen.message;
  const said = detail ? `: ${detail}` : '';
  return {
    fault: 'processor',
    code: 'StartTimeout',
    message: `not ready ${seconds(settings.startDeadlineMs)} after its start, still ${phase}${said}`,
  };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
