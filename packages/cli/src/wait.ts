import { ERROR_CATALOGUE, OpenEasError, type ServiceState, type ServiceView } from '@openeas/contracts';
import { backoffDelay, sleep } from '@openeas/kernel';
import { describeService, EasApiError, type EasClient, EasConnectionError } from '@openeas/sdk';
import type { Session } from './session.js';
import { oneLine } from './text/printable.js';

/** What to make of the service as it is now. */
export type Verdict =
  | 'done'
  | 'failed' // will not get there without a change
  | 'stalled' // may get there by itself; failed when nothing moves for STALL_MS
  | 'wait';

export interface WaitPlan {
  readonly name: string;
  /** What is waited for, for messages: `Running`, `Stopped`, `deleted`. */
  readonly wanted: string;
  /** Seconds. */
  readonly timeout: number;
  /** Pure. `undefined` = there is no such service. */
  readonly judge: (service: ServiceView | undefined) => Verdict;
  /** The progress line for a service that is still on its way. */
  readonly line: (service: ServiceView) => string;
}

const POLL = { initialMs: 200, maxMs: 2_000, factor: 1.5 };
/** An unchanged line is repeated after this long, so that a log shows that the command is alive. */
const REPEAT_MS = 10_000;
/** A paused update is tried again at growing intervals; unchanged for this long, it is not worth the wait. */
const STALL_MS = 10_000;
/** How long control may be away (a restart, an update) before waiting for it is given up. */
const ABSENCE_MS = 60_000;

/**
 * Polls until `judge` is satisfied; prints a line on each change. Goes on through short absences of control.
 * Throws ServiceNotReached, WaitTimedOut, or the error of a poll that will not get better.
 */
export async function waitForService(
  session: Session,
  client: EasClient,
  plan: WaitPlan,
): Promise<ServiceView | undefined> {
  const { clock } = session.io;
  const started = clock.monotonic();
  const progress = progressPrinter(session);
  let last: ServiceView | undefined;
  let absentSince: number | undefined;
  let stalled: { readonly message: string; readonly since: number } | undefined;
  for (let quietPolls = 1; ; quietPolls++) {
    const reading = await readService(session, client, plan.name);
    if (reading.kind === 'absent') {
      absentSince ??= clock.monotonic();
      progress('[OK] Waiting for the control plane to come back');
      if (clock.monotonic() - absentSince > ABSENCE_MS) throw reading.error;
    } else {
      absentSince = undefined;
      const { service } = reading;
      const verdict = plan.judge(service);
      if (verdict === 'done') return service;
      if (verdict === 'failed') throw notReached(plan, service);
      if (service !== undefined && progress(plan.line(service))) quietPolls = 1;
      const message = service?.Message ?? '';
      // An error from the catalogue holds things up, though it may pass: a source that cannot be reached is asked again.
      const troubled = Object.hasOwn(ERROR_CATALOGUE, service?.Reason ?? '');
      const explained = verdict === 'stalled' || service?.Status === 'Waiting' || troubled;
      if (explained && message !== '') progress(`[WARNING] ${oneLine(message)}`, 'reason');
      if (verdict !== 'stalled') stalled = undefined;
      else if (stalled?.message !== message) stalled = { message, since: clock.monotonic() };
      else if (clock.monotonic() - stalled.since >= STALL_MS) throw notReached(plan, service);
      last = service;
    }
    if (clock.monotonic() - started > plan.timeout * 1_000) throw timedOut(plan, last);
    await sleep(clock, backoffDelay(quietPolls, POLL), session.signal);
  }
}

/**
 * Prints a text when it is new, or old enough to repeat; tells whether it was new. Topics do not displace
 * each other.
 */
function progressPrinter(session: Session): (text: string, topic?: string) => boolean {
  const shown = new Map<string, { text: string; at: number }>();
  return (text, topic = 'state') => {
    const now = session.io.clock.monotonic();
    const before = shown.get(topic);
    const isNew = before?.text !== text;
    if (isNew || (topic === 'state' && now - before.at >= REPEAT_MS)) {
      session.screen.progress(text);
      shown.set(topic, { text, at: now });
    }
    return isNew;
  };
}

type Reading =
  | { readonly kind: 'service'; readonly service: ServiceView | undefined }
  | { readonly kind: 'absent'; readonly error: Error };

async function readService(session: Session, client: EasClient, name: string): Promise<Reading> {
  try {
    return { kind: 'service', service: await describeService(client, name, session.signal) };
  } catch (error) {
    if (error instanceof EasApiError && error.code === 'ServiceNotFound') {
      return { kind: 'service', service: undefined };
    }
    const passing =
      (error instanceof EasApiError && (error.status === 502 || error.status === 503)) ||
      (error instanceof EasConnectionError &&
        error.failure !== 'not-an-api' &&
        error.failure !== 'unknown-host');
    if (passing) return { kind: 'absent', error };
    throw error;
  }
}

function sentence(message: string | undefined): string {
  const text = oneLine(message ?? '');
  if (text === '') return 'the server gives no reason.';
  return /[.!?。]$/.test(text) ? text : `${text}.`;
}

function notReached(plan: WaitPlan, service: ServiceView | undefined): OpenEasError {
  if (service === undefined)
    return new OpenEasError('ServiceNotReached', {
      name: plan.name,
      state: 'gone',
      wanted: plan.wanted,
      message: 'it was deleted meanwhile.',
    });
  return new OpenEasError('ServiceNotReached', {
    name: plan.name,
    state: service.Status,
    wanted: plan.wanted,
    message: sentence(service.Message),
  });
}

function timedOut(plan: WaitPlan, service: ServiceView | undefined): OpenEasError {
  return new OpenEasError('WaitTimedOut', {
    name: plan.name,
    state: service?.Status ?? 'out of reach',
    seconds: plan.timeout,
    message: sentence(service?.Message),
  });
}

/** `[OK] Waiting [Total: 1, Pending: 1, Running: 0]` (manual 6.2.2). */
export function instancesLine(service: ServiceView): string {
  const { TotalInstance, PendingInstance, RunningInstance } = service;
  return `[OK] Waiting [Total: ${TotalInstance}, Pending: ${PendingInstance}, Running: ${RunningInstance}]`;
}

const BROKEN: readonly ServiceState[] = ['Failed', 'DeleteFailed'];

/** Running is wanted. A service that was stopped keeps quiet until it is started: that is no failure of a change. */
export function judgeRunning(options: { readonly stoppedIsDone: boolean }): WaitPlan['judge'] {
  return (service) => {
    if (service === undefined || service.Status === 'Deleting') return 'failed';
    if (service.Status === 'Running') return 'done';
    if (service.Status === 'Stopped') return options.stoppedIsDone ? 'done' : 'failed';
    if (service.Status === 'Updating' && service.Reason === 'RolloutPaused') return 'stalled';
    // A rollout by partition has gone as far as it was told to.
    if (service.Status === 'Updating' && service.Reason === 'RolloutHeld') return 'done';
    return BROKEN.includes(service.Status as ServiceState) ? 'failed' : 'wait';
  };
}
