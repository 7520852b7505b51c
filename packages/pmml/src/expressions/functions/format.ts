import { RecordError } from '../../errors.js';
import { daysPart, parseDateTime, secondsPart, Temporal } from '../../types/temporal.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { FunctionCompiler } from './contract.js';
import { strict } from './contract.js';

const SPEC = /%(?:1\$)?([-+ 0#,(]*)(\d+)?(?:\.(\d+))?([dieEfgGsxXo%])/g;

/** A number by a printf pattern, as `formatNumber` has it ("%3d", "%.2f"). */
export function formatNumber(value: number, pattern: string): string {
  return pattern.replace(SPEC, (_, flags: string, width?: string, precision?: string, kind?: string) => {
    if (kind === '%') return '%';
    const digits = digitsOf(
      Math.abs(value),
      kind as string,
      precision === undefined ? undefined : Number(precision),
    );
    const grouped = flags.includes(',') ? digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',') : digits;
    const negative = value < 0 || Object.is(value, -0);
    const enclosed = negative && flags.includes('(');
    const sign = enclosed ? '(' : negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    const size = Number(width ?? 0);
    const end = enclosed ? ')' : '';
    if (flags.includes('-')) return (sign + grouped + end).padEnd(size);
    if (flags.includes('0')) return sign + grouped.padStart(size - sign.length - end.length, '0') + end;
    return (sign + grouped + end).padStart(size);
  });
}

function digitsOf(value: number, kind: string, precision: number | undefined): string {
  switch (kind) {
    case 'd':
    case 'i':
      return String(Math.trunc(value));
    case 'e':
    case 'E': {
      const text = value.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2');
      return kind === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G':
      return value.toPrecision(precision === undefined || precision === 0 ? 6 : precision);
    case 'x':
      return Math.trunc(value).toString(16);
    case 'X':
      return Math.trunc(value).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(value).toString(8);
    case 's':
      return String(value);
    default:
      return fixed(value, precision ?? 6);
  }
}

/** As `toFixed`, which turns to exponents from 1e21 on. */
function fixed(value: number, precision: number): string {
  if (!(value >= 1e21) || value === Infinity) return value.toFixed(precision);
  return precision > 0 ? `${BigInt(value)}.${'0'.repeat(precision)}` : `${BigInt(value)}`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A date by a strftime pattern, as `formatDatetime` has it ("%m/%d/%y"). */
export function formatDatetime(value: Temporal, pattern: string): string {
  const seconds = value.kind === 'time' ? value.amount : (secondsPart(value) ?? 0);
  const date = new Date(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const hours = date.getUTCHours();
  const dayOfYear = (daysPart(value) ?? 0) - Date.UTC(year, 0, 1) / 86_400_000 + 1;
  const replace = (code: string): string => {
    switch (code) {
      case 'Y':
        return String(year);
      case 'y':
        return two(year % 100);
      case 'm':
        return two(month + 1);
      case 'd':
        return two(day);
      case 'e':
        return String(day).padStart(2);
      case 'H':
        return two(hours);
      case 'I':
        return two(hours % 12 === 0 ? 12 : hours % 12);
      case 'p':
        return hours < 12 ? 'AM' : 'PM';
      case 'M':
        return two(date.getUTCMinutes());
      case 'S':
        return two(date.getUTCSeconds());
      case 'j':
        return String(dayOfYear).padStart(3, '0');
      case 'A':
        return DAYS[date.getUTCDay()] as string;
      case 'a':
        return (DAYS[date.getUTCDay()] as string).slice(0, 3);
      case 'B':
        return MONTHS[month] as string;
      case 'b':
      case 'h':
        return (MONTHS[month] as string).slice(0, 3);
      case 'w':
        return String(date.getUTCDay());
      case 'D':
        return `${two(month + 1)}/${two(day)}/${two(year % 100)}`;
      case 'F':
        return `${year}-${two(month + 1)}-${two(day)}`;
      case 'T':
        return `${two(hours)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
      case 'r':
        return `${replace('I')}:${replace('M')}:${replace('S')} ${replace('p')}`;
      case 'C':
        return two(Math.floor(year / 100));
      case 'R':
        return `${two(hours)}:${two(date.getUTCMinutes())}`;
      case '%':
        return '%';
      default:
        throw new RecordError('formatDatetime', `%${code}`, 'a conversion of strftime', 'computation');
    }
  };
  return pattern.replace(/%([A-Za-z%])/g, (_, code: string) => replace(code));
}

function temporal(value: Value): Temporal {
  if (value instanceof Temporal) return value;
  const parsed = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (parsed !== undefined) return parsed;
  throw new RecordError('formatDatetime', value, 'a date', 'computation');
}

export const FORMAT: Readonly<Record<string, FunctionCompiler>> = {
  formatNumber: strict(2, 2, 'string', ([value, pattern]) =>
    formatNumber(numberOf(value) as number, String(pattern)),
  ),
  formatDatetime: (args, element) => {
    const pattern = args[1]?.constant;
    // A pattern of the document is tried at once: its faults are the model's.
    const unknown = pattern === undefined ? undefined : unknownConversion(String(pattern));
    if (unknown !== undefined) element.refuse(`${unknown} is no conversion of strftime that is supported`);
    return ofDatetime(args, element);
  },
};

const ofDatetime = strict(2, 2, 'string', ([value, pattern]) =>
  formatDatetime(temporal(value), String(pattern)),
);

function unknownConversion(pattern: string): string | undefined {
  const epoch = new Temporal('dateTime', 0);
  return (pattern.match(/%[A-Za-z%]/g) ?? []).find((conversion) => {
    try {
      formatDatetime(epoch, conversion);
      return false;
    } catch {
      return true;
    }
  });
}
