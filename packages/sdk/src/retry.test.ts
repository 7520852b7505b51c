import { type Clock, randomIds } from '@openeas/kernel';
import { describe, expect, it } from 'vitest';
import { EasApiError, EasConnectionError } from './errors.js';
import { DEFAULT_RETRY, retryWindow, withRetries } from './retry.js';

const away = new EasApiError({ status: 503, code: 'ControlUnavailable', message: 'soon', requestId: '' });
const refused = new EasConnectionError('refused', 'http://x', 'ECONNREFUSED');
const lost = new EasConnectionError('lost', 'http://x', 'ECONNRESET');

/** Every wait is over at once and counts in full; `waits` keeps them. */
function leapingClock(): Clock & { readonly waits: number[] } {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    monotonic: () => now,
    after(delayMs, callback) {
      waits.push(delayMs);
      const timer = setImmediate(() => {
        now += delayMs;
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
}

describe('retryWindow', () => {
  it('is open only where the server did nothing, or for reads', () => {
    const window = (error: unknown, reading: boolean) => retryWindow(error, reading, DEFAULT_RETRY) > 0;
    const other = (status: number, code: string) =>
      new EasApiError({ status, code, message: '', requestId: '' });
    for (const reading of [true, false]) {
      expect(window(away, reading)).toBe(true);
      expect(window(refused, reading)).toBe(true);
      expect(window(lost, reading)).toBe(reading);
      expect(window(new EasConnectionError('timeout', '', ''), reading)).toBe(false);
      expect(window(new EasConnectionError('unknown-host', '', ''), reading)).toBe(false);
      expect(window(new EasConnectionError('not-an-api', '', ''), reading)).toBe(false);
      expect(window(other(503, 'ShuttingDown'), reading)).toBe(false);
      expect(window(other(500, 'ControlUnavailable'), reading)).toBe(false);
      expect(window(other(409, 'ServiceStateConflict'), reading)).toBe(false);
      expect(window(new Error('any'), reading)).toBe(false);
    }
  });
});

describe('withRetries', () => {
  async function failFor(error: Error): Promise<{ tries: number; waited: number; waits: readonly number[] }> {
    const clock = leapingClock();
    let tries = 0;
    const options = { reading: false, policy: DEFAULT_RETRY, clock, ids: randomIds, signal: undefined };
    const attempt = () => {
      tries++;
      return Promise.reject(error);
    };
    await expect(withRetries(attempt, options)).rejects.toBe(error);
    return { tries, waited: clock.monotonic(), waits: clock.waits };
  }

  it('tries within the window of the failure and no longer, at growing intervals', async () => {
    const short = await failFor(refused);
    expect(short.tries).toBeGreaterThan(2);
    expect(short.waited).toBeLessThanOrEqual(DEFAULT_RETRY.refusedMs);
    const long = await failFor(away);
    expect(long.tries).toBeGreaterThan(short.tries);
    expect(long.waited).toBeLessThanOrEqual(DEFAULT_RETRY.unavailableMs);
    expect(long.waited).toBeGreaterThan(DEFAULT_RETRY.unavailableMs - DEFAULT_RETRY.backoff.maxMs);
    long.waits.forEach((wait, index) => {
      const full = Math.min(2_000, 100 * 2 ** index);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    });
  });

  it('does not wait for what will not change', async () => {
    expect(await failFor(lost)).toMatchObject({ tries: 1, waits: [] });
  });
});
