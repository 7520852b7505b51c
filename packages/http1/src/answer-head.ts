import { STATUS_CODES } from 'node:http';
import { HeaderLines } from './header-lines.js';
import { httpDate } from './http-date.js';

/** Anything that could end a line early, or turn into something that does when written as latin1. */
const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const SAFE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const statusLines: string[] = [];

function statusLine(status: number): string {
  const known = statusLines[status];
  if (known !== undefined) return known;
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new RangeError(`${status} is not an HTTP status; expected 100-999`);
  }
  // 450 has no entry in the registry; it is EAS's own (contract 8.5).
  const reason = STATUS_CODES[status] ?? (status === 450 ? 'Queue Full' : 'Status');
  const line = `HTTP/1.1 ${status} ${reason}\r\n`;
  statusLines[status] = line;
  return line;
}

export interface AnswerFraming {
  /** Bytes of the body to announce; undefined = not announced. */
  readonly length: number | undefined;
  readonly chunked: boolean;
  readonly close: boolean;
  /** An HTTP/1.0 client has to be told that the connection stays. */
  readonly keepAliveNamed: boolean;
}

/**
 * The head of an answer. Framing and connection headers in `pairs` are left out: they belong to the
 * connection. A Date is added unless there is one. Throws RangeError on a name or value that cannot be sent.
 */
export function answerHead(
  status: number,
  headers: readonly string[] | HeaderLines,
  framing: AnswerFraming,
  now: number,
): string {
  if (headers instanceof HeaderLines)
    return finish(statusLine(status) + headers.text, headers.dated, framing, now);
  const pairs = headers;
  let head = statusLine(status);
  let dated = false;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    const value = pairs[i + 1]!;
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === 'date') dated = true;
        break;
      case 10:
        if (name.toLowerCase() === 'connection' || name.toLowerCase() === 'keep-alive') continue;
        break;
      case 14:
        if (name.toLowerCase() === 'content-length') continue;
        break;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') continue;
        break;
      default:
    }
    if (UNSAFE_VALUE.test(value) || !SAFE_NAME.test(name)) {
      throw new RangeError(`the header ${JSON.stringify(name)} holds a character that cannot be sent`);
    }
    head += `${name}: ${value}\r\n`;
  }
  return finish(head, dated, framing, now);
}

function finish(lines: string, dated: boolean, framing: AnswerFraming, now: number): string {
  let head = lines;
  if (!dated) head += `date: ${httpDate(now)}\r\n`;
  if (framing.length !== undefined) head += `content-length: ${framing.length}\r\n`;
  else if (framing.chunked) head += 'transfer-encoding: chunked\r\n';
  if (framing.close) head += 'connection: close\r\n';
  else if (framing.keepAliveNamed) head += 'connection: keep-alive\r\n';
  return `${head}\r\n`;
}

/** The declared length of a streamed answer, undefined when there is none. */
export function declaredLength(pairs: readonly string[] | HeaderLines): number | undefined {
  if (pairs instanceof HeaderLines) return pairs.contentLength;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    if (name.length !== 14 || name.toLowerCase() !== 'content-length') continue;
    const length = Number(pairs[i + 1]);
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`content-length: ${pairs[i + 1]} is not a whole number`);
    }
    return length;
  }
  return undefined;
}
