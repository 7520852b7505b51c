import { OpenEasError } from '@openeas/contracts';

/** How far a request's date may be from our clock, either way (contract 7.3). */
export const TIME_WINDOW_MS = 15 * 60_000;

/** `2024-01-02T03:04:05Z`. Fails with InvalidTimeStamp.Format or .Expired. */
export function checkIsoDate(text: string | undefined, now: number): number {
  const time =
    text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  return check(text, time, now, 'x-acs-date as 2024-01-02T03:04:05Z in UTC');
}

/** `Tue, 02 Jan 2024 03:04:05 GMT`. Fails with InvalidTimeStamp.Format or .Expired. */
export function checkHttpDate(text: string | undefined, now: number): number {
  const time =
    text !== undefined && /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return check(text, time, now, 'Date as Tue, 02 Jan 2024 03:04:05 GMT');
}

function check(text: string | undefined, time: number, now: number, expected: string): number {
  if (Number.isNaN(time)) {
    throw new OpenEasError('InvalidTimeStamp.Format', { date: JSON.stringify(text ?? ''), expected });
  }
  if (Math.abs(time - now) > TIME_WINDOW_MS) {
    throw new OpenEasError('InvalidTimeStamp.Expired', {
      date: text,
      skew: Math.round(Math.abs(time - now) / 1000),
      allowed: TIME_WINDOW_MS / 1000,
    });
  }
  return time;
}
