import { invalid } from '../api/parameters.js';

const UNITS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;
const MAX_MS = 7 * 24 * UNITS.h;

/** Reads `5m`, `90s`, `1h30m` or a number of seconds into milliseconds. Fails with InvalidParameter. */
export function parseInterval(field: string, value: unknown): number {
  const expected = 'a duration such as 30s, 5m or 1h30m, at most 168h';
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw invalid(field, value, expected);
  const match = /^(?:(\d{1,9})|(?=\d)(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?)$/.exec(text.trim());
  if (match === null) throw invalid(field, value, expected);
  const [, plain, h, m, s] = match.map((part) => Number(part ?? 0));
  const ms = (plain ?? 0) * UNITS.s + (h ?? 0) * UNITS.h + (m ?? 0) * UNITS.m + (s ?? 0) * UNITS.s;
  if (ms > MAX_MS) throw invalid(field, value, expected);
  return ms;
}

/** `5m`, `1h30m`, `0s`. */
export function formatInterval(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
