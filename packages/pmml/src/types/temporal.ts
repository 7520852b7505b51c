export type TemporalKind = 'date' | 'time' | 'dateTime';

/**
 * A date (whole days since 1970-01-01), a time (seconds since midnight) or a date with a time (seconds since
 * 1970-01-01T00:00:00). PMML has no time zones: a zone in the text is read over, as the fields carry none.
 */
export class Temporal {
  readonly kind: TemporalKind;
  readonly amount: number;

  constructor(kind: TemporalKind, amount: number) {
    this.kind = kind;
    this.amount = amount;
  }

  toString(): string {
    switch (this.kind) {
      case 'date':
        return new Date(this.amount * 86_400_000).toISOString().slice(0, 10);
      case 'time':
        return clock(this.amount);
      case 'dateTime':
        return trimFraction(new Date(Math.round(this.amount * 1000)).toISOString().slice(0, -1));
    }
  }

  toJSON(): string {
    return this.toString();
  }
}

function trimFraction(text: string): string {
  return text.endsWith('.000') ? text.slice(0, -4) : text;
}

function clock(seconds: number): string {
  return trimFraction(new Date(Math.round(seconds * 1000)).toISOString().slice(11, -1));
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?$/;
const ZONE = /(?:Z|[+-]\d{2}:\d{2})$/;

export function parseDate(text: string): Temporal | undefined {
  const days = daysOf(text);
  return days === undefined ? undefined : new Temporal('date', days);
}

export function parseTime(text: string): Temporal | undefined {
  const seconds = secondsOf(text.replace(ZONE, ''));
  return seconds === undefined ? undefined : new Temporal('time', seconds);
}

export function parseDateTime(text: string): Temporal | undefined {
  const cut = text.search(/[T ]/);
  const days = daysOf(cut < 0 ? text : text.slice(0, cut));
  const seconds = cut < 0 ? 0 : secondsOf(text.slice(cut + 1).replace(ZONE, ''));
  if (days === undefined || seconds === undefined) return undefined;
  return new Temporal('dateTime', days * 86_400 + seconds);
}

function daysOf(text: string): number | undefined {
  const m = DATE.exec(text);
  if (m === null) return undefined;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 86_400_000;
}

function secondsOf(text: string): number | undefined {
  const m = TIME.exec(text);
  if (m === null) return undefined;
  const [hours, minutes, seconds] = [Number(m[1]), Number(m[2]), Number(m[3] ?? 0)];
  if (hours > 24 || minutes > 59 || seconds > 59) return undefined;
  return hours * 3600 + minutes * 60 + seconds + Number(m[4] ?? 0);
}

/** Days from 1970-01-01 to the first of January of `year`. */
export function epochDays(year: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  return date.getTime() / 86_400_000;
}

/** The value's days since 1970-01-01, if it has a date. */
export function daysPart(value: Temporal): number | undefined {
  if (value.kind === 'date') return value.amount;
  return value.kind === 'dateTime' ? Math.floor(value.amount / 86_400) : undefined;
}

/** The value's seconds since 1970-01-01 00:00, if it has a date. */
export function secondsPart(value: Temporal): number | undefined {
  if (value.kind === 'date') return value.amount * 86_400;
  return value.kind === 'dateTime' ? value.amount : undefined;
}
