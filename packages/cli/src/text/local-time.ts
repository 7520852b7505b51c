/**
 * `2006-01-02 15:04:05` in the caller's time zone, as eascmd prints times. Takes what the API gives: RFC 3339,
 * or the same layout in UTC (contract 7.5). Anything else is returned unchanged.
 */
export function localTime(text: string, timeZone: string | undefined): string {
  const plain = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text);
  const time = Date.parse(plain === null ? text : `${plain[1]}T${plain[2]}Z`);
  if (Number.isNaN(time) || text === '') return text;
  return formatter(timeZone).format(time);
}

function formatter(timeZone: string | undefined): Intl.DateTimeFormat {
  // Swedish dates are year-month-day with a 24-hour clock.
  const layout = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('sv-SE', { ...layout, ...(timeZone ? { timeZone } : {}) });
  } catch {
    return new Intl.DateTimeFormat('sv-SE', layout); // TZ holds a POSIX rule that Intl does not know.
  }
}
