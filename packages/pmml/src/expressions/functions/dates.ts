import { RecordError } from '../../errors.js';
import {
  daysPart,
  epochDays,
  parseDateTime,
  parseTime,
  secondsPart,
  Temporal,
} from '../../types/temporal.js';
import type { Value } from '../../types/value.js';
import { numberOf } from '../../types/value.js';
import type { FunctionCompiler } from './contract.js';
import { strict } from './contract.js';

function moment(value: Value, name: string): Temporal {
  if (value instanceof Temporal) return value;
  const parsed = typeof value === 'string' ? (parseDateTime(value) ?? parseTime(value)) : undefined;
  if (parsed !== undefined) return parsed;
  throw new RecordError(name, value, 'a date', 'computation');
}

function sinceYear(
  name: string,
  part: (value: Temporal) => number | undefined,
  perDay: number,
): FunctionCompiler {
  return strict(2, 2, 'integer', ([value, year]) => {
    const amount = part(moment(value, name));
    if (amount === undefined)
      throw new RecordError(name, String(value), 'a value with a date', 'computation');
    return Math.floor(amount - epochDays(numberOf(year) as number) * perDay);
  });
}

export const DATES: Readonly<Record<string, FunctionCompiler>> = {
  dateDaysSinceYear: sinceYear('dateDaysSinceYear', daysPart, 1),
  dateSecondsSinceYear: sinceYear('dateSecondsSinceYear', secondsPart, 86_400),
  dateSecondsSinceMidnight: strict(1, 1, 'integer', ([value]) => {
    const time = moment(value, 'dateSecondsSinceMidnight');
    if (time.kind === 'date') return 0;
    return Math.floor(((time.amount % 86_400) + 86_400) % 86_400);
  }),
};
