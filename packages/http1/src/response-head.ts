import { fieldPairs } from './fields.js';
import {
  CHUNKED,
  type ConnectionWish,
  checkTransferEncoding,
  parseContentLength,
  readConnection,
  refuseTabs,
  UNTIL_CLOSE,
} from './framing.js';
import { type HeadParser, malformed } from './head-parser.js';

/** An answer's head, checked, with every decision about its framing made. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case and values, alternating; hop-by-hop ones included. */
  readonly headers: readonly string[];
  /** Whole number, CHUNKED or UNTIL_CLOSE. */
  readonly contentLength: number;
  /** Another request may follow on the connection. */
  readonly keepAlive: boolean;
  /** Room for what was derived from this head; connections that repeat a head give the same object again. */
  memo: unknown;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9][0-9])(?: .*)?$/;

/** Builds the head from a parser that has just returned; `method` is that of the request. Throws OpenEasError. */
export function responseHead(parser: HeadParser, text: string, method: string): ResponseHead {
  const line = STATUS_LINE.exec(text.substring(parser.lineStart, parser.lineEnd));
  if (line === null) throw malformed('the first line is not `HTTP/1.1 STATUS`');
  const modern = line[1] === '1';
  const status = Number(line[2]);
  const headers = fieldPairs(parser, text);
  let declared: number | undefined;
  let chunked = false;
  const wish: ConnectionWish = { close: false, keepAlive: false, upgrade: false };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name.length === 10 && name === 'connection') {
      refuseTabs(parser, i);
      readConnection(headers[i + 1]!, wish);
    } else if (name.length === 14 && name === 'content-length') {
      refuseTabs(parser, i);
      if (declared !== undefined) throw malformed('there is more than one Content-Length');
      declared = parseContentLength(headers[i + 1]!);
    } else if (name.length === 17 && name === 'transfer-encoding') {
      refuseTabs(parser, i);
      if (chunked) throw malformed('there is more than one Transfer-Encoding');
      checkTransferEncoding(headers[i + 1]!);
      chunked = true;
    }
  }
  if (chunked && declared !== undefined) {
    throw malformed('there are both Content-Length and Transfer-Encoding');
  }
  if (chunked && !modern) throw malformed('HTTP/1.0 has no Transfer-Encoding');
  const bodiless = method === 'HEAD' || status < 200 || status === 204 || status === 304;
  const contentLength = bodiless ? 0 : chunked ? CHUNKED : (declared ?? UNTIL_CLOSE);
  const keepAlive = !wish.close && (modern || wish.keepAlive) && contentLength !== UNTIL_CLOSE;
  return { status, headers, contentLength, keepAlive, memo: undefined };
}
