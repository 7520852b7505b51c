import type { Clock } from '@openeas/kernel';

/**
 * Milliseconds since the epoch by the monotonic clock: comparable between the threads of this process, and
 * untouched when somebody sets the machine's time.
 */
export function epochNow(clock: Clock): number {
  return performance.timeOrigin + clock.monotonic();
}
