import { type BackoffOptions, backoffDelay, type Clock, type Ids, sleep } from '@openeas/kernel';
import { EasApiError, EasConnectionError } from './errors.js';

export interface RetryPolicy {
  /** How long a refused connection is tried again, milliseconds. */
  readonly refusedMs: number;
  /** How long a control plane that says it is coming back (503 ControlUnavailable) is waited for, milliseconds. */
  readonly unavailableMs: number;
  readonly backoff: BackoffOptions;
}

export const DEFAULT_RETRY: RetryPolicy = {
  refusedMs: 1_000,
  unavailableMs: 15_000,
  backoff: { initialMs: 100, maxMs: 2_000, factor: 2 },
};

export const NO_RETRY: RetryPolicy = { ...DEFAULT_RETRY, refusedMs: 0, unavailableMs: 0 };

/**
 * For how long, from the first try on, a failed call may be tried again: 0 = not at all.
 * Only where the server certainly did nothing, or where doing it twice reads the same.
 */
export function retryWindow(error: unknown, reading: boolean, policy: RetryPolicy): number {
  if (error instanceof EasApiError) {
    return error.status === 503 && error.code === 'ControlUnavailable' ? policy.unavailableMs : 0;
  }
  if (error instanceof EasConnectionError) {
    if (error.failure === 'refused') return policy.refusedMs;
    if (error.failure === 'lost' && reading) return policy.refusedMs;
  }
  return 0;
}

/** Runs `attempt` until it succeeds, fails for good, or its window is over; then the last error is thrown. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  options: {
    readonly reading: boolean;
    readonly policy: RetryPolicy;
    readonly clock: Clock;
    readonly ids: Ids;
    readonly signal: AbortSignal | undefined;
  },
): Promise<T> {
  const { clock, policy } = options;
  const started = clock.monotonic();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const window = retryWindow(error, options.reading, policy);
      // Between half and all of the delay, so that many clients do not return in step.
      const jitter = 0.5 + Number.parseInt(options.ids.hex(4), 16) / 0x1_ffff;
      const delay = backoffDelay(failures, policy.backoff) * jitter;
      if (clock.monotonic() - started + delay > window) throw error;
      await sleep(clock, delay, options.signal);
    }
  }
}
