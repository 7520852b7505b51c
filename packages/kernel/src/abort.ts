import type { Clock } from './clock.js';

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort(): void {
      cancel();
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Settles as `promise` does, or rejects with `reason()` once `ms` have passed. The timer never outlives it. */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  reason: () => Error,
): Promise<T> {
  let cancel: (() => void) | undefined;
  const expiry = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(reason()));
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    cancel?.();
  }
}
