let second = -1;
let text = '';

/** The time as RFC 9110 5.6.7 wants it in Date, formatted once a second. `now`: milliseconds since the epoch. */
export function httpDate(now: number): string {
  const current = Math.floor(now / 1000);
  if (current !== second) {
    second = current;
    text = new Date(current * 1000).toUTCString();
  }
  return text;
}
