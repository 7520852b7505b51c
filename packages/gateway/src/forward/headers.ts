import { HeaderLines, type ResponseHead, type ServerExchange } from '@openeas/http1';

/**
 * Headers that belong to one connection (RFC 9110 7.6.1), and our own that nobody outside may set. By length
 * first: that decides most names without looking at a character, where a Set would hash each of them.
 */
function isDroppedFromRequest(name: string): boolean {
  switch (name.length) {
    case 2:
      return name === 'te';
    case 6:
      return name === 'expect';
    case 7:
      return name === 'upgrade' || name === 'trailer'; // upgrade is put back where the protocol changes
    case 10:
      return name === 'connection' || name === 'keep-alive';
    case 12:
      return name === 'x-request-id';
    case 14:
      return name === 'content-length';
    case 15:
      return name === 'x-forwarded-for';
    case 16:
      return name === 'proxy-connection';
    case 17:
      return name === 'transfer-encoding' || name === 'x-openeas-gateway';
    case 18:
      return name === 'x-openeas-mirrored';
    case 19:
      return name === 'proxy-authorization';
    default:
      return false;
  }
}

function isDroppedFromAnswer(name: string): boolean {
  switch (name.length) {
    case 2:
      return name === 'te';
    case 7:
      return name === 'upgrade' || name === 'trailer';
    case 10:
      return name === 'connection' || name === 'keep-alive';
    case 12:
      return name === 'x-request-id';
    case 16:
      return name === 'proxy-connection' || name === 'x-openeas-timing';
    case 17:
      return name === 'transfer-encoding';
    case 18:
      return name === 'proxy-authenticate';
    case 21:
      return name === 'x-openeas-not-started';
    default:
      return false;
  }
}

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

/** The lines of a request's headers that go on, each with its CR LF. */
export function forwardedLines(exchange: ServerExchange): string {
  if (typeof exchange.headMemo === 'string') return exchange.headMemo;
  const lines = formatRequest(exchange.headers, exchange.remoteAddress);
  exchange.headMemo = lines;
  return lines;
}

function formatRequest(headers: readonly string[], forwardedFor: string): string {
  const own = named(headers);
  let lines = '';
  let chain = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (isDroppedFromRequest(name)) {
      if (name === 'x-forwarded-for') chain += `${headers[i + 1]}, `;
      continue;
    }
    if (own.length > 0 && own.includes(name)) continue;
    lines += `${name}: ${headers[i + 1]}\r\n`;
  }
  return `${lines}x-forwarded-for: ${chain}${forwardedFor}\r\n`;
}

/** Headers of an answer that go on to the client; framing is left to the connection. */
export function returnedLines(head: ResponseHead): HeaderLines {
  // A connection that repeats its head byte by byte gives the same object, so this is done once for many answers.
  if (head.memo instanceof HeaderLines) return head.memo;
  const headers = head.headers;
  const own = named(headers);
  let text = '';
  let dated = false;
  let contentLength: number | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (isDroppedFromAnswer(name) || (own.length > 0 && own.includes(name))) continue;
    if (name === 'content-length') {
      contentLength = Number(headers[i + 1]);
      continue;
    }
    if (name === 'date') dated = true;
    text += `${name}: ${headers[i + 1]}\r\n`;
  }
  const lines = new HeaderLines(text, dated, contentLength);
  head.memo = lines;
  return lines;
}
