/**
 * Headers that belong to one connection (RFC 9110 7.6.1), and our own that nobody outside may set.
 * `upgrade` is put back for requests that change the protocol.
 */
const DROPPED_FROM_REQUEST: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-openeas-gateway',
  'x-request-id',
]);

const DROPPED_FROM_ANSWER: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-openeas-not-started',
  'x-openeas-timing',
  'x-request-id',
]);

/** Names that a Connection header declares to be its connection's own; empty for the common values. */
function named(headers: readonly string[]): readonly string[] {
  let names: string[] | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'connection') continue;
    const value = headers[i + 1]!;
    if (value === 'keep-alive' || value === 'Keep-Alive' || value === 'close') continue;
    names ??= [];
    for (const name of value.split(',')) names.push(name.trim().toLowerCase());
  }
  return names ?? NONE;
}

const NONE: readonly string[] = [];

/** The lines of a request's headers that go on, each with its CR LF. `also` names further ones to leave out. */
export function forwardedLines(headers: readonly string[], forwardedFor: string): string {
  const own = named(headers);
  let lines = '';
  let chain = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (DROPPED_FROM_REQUEST.has(name)) {
      if (name === 'x-forwarded-for') chain += `${headers[i + 1]}, `;
      continue;
    }
    if (own.length > 0 && own.includes(name)) continue;
    lines += `${name}: ${headers[i + 1]}\r\n`;
  }
  return `${lines}x-forwarded-for: ${chain}${forwardedFor}\r\n`;
}

/** Header pairs of an answer that go on to the client; framing is left to the connection. */
export function returnedPairs(headers: readonly string[]): string[] {
  const own = named(headers);
  const pairs: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (DROPPED_FROM_ANSWER.has(name) || (own.length > 0 && own.includes(name))) continue;
    pairs.push(name, headers[i + 1]!);
  }
  return pairs;
}
