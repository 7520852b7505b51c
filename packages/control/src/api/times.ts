import { invalid } from './parameters.js';

/** RFC 3339 in UTC with whole seconds (contract 7.5): `2021-01-29T11:13:20Z`; '' for a time that never was. */
export function rfc3339(time: number): string {
  return time === 0 ? '' : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Event and log times (contract 7.5): `2006-01-02 15:04:05` in UTC. */
export function plainTime(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads either form. Fails with InvalidParameter. */
export function parseTime(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?Z?$/.exec(text);
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}${match[3] ?? ''}Z`);
  if (Number.isNaN(time)) throw invalid(field, text, '2006-01-02 15:04:05 or 2006-01-02T15:04:05Z, in UTC');
  return time;
}
