import { OpenEasError } from '@openeas/contracts';
import { consistsOf, TOKEN } from './characters.js';
import { type HeadParser, malformed } from './head-parser.js';

/** `contentLength` of a body whose end is told by chunks. */
export const CHUNKED = -1;
/** `contentLength` of an answer that ends with the connection (RFC 9112 6.3, answers only). */
export const UNTIL_CLOSE = -2;

/**
 * Tabs around a value are white space (RFC 9110 5.5), but known readers take `chunked<TAB>` for another coding:
 * around the headers that say where a body and a connection end they are refused. `index` counts names and values.
 */
export function refuseTabs(parser: HeadParser, index: number): void {
  if (parser.tabbed.length > 0 && parser.tabbed.includes(index / 2)) {
    throw malformed('there is a tab around Connection, Content-Length or Transfer-Encoding');
  }
}

/**
 * A Content-Length value. Only digits, and only what a number holds exactly: `+5`, `5, 5`, `0x5`, '' are refused,
 * because two programs that read them differently disagree about where a message ends.
 */
export function parseContentLength(value: string): number {
  if (!/^[0-9]{1,15}$/.test(value)) throw malformed('Content-Length is not a whole number');
  return Number(value);
}

/** Checks a Transfer-Encoding value. `chunked` alone is understood (RFC 9112 6.1); anything else is refused. */
export function checkTransferEncoding(value: string): void {
  if (value.length === 7 && value.toLowerCase() === 'chunked') return;
  const codings = value.split(',').map((coding) => coding.trim().toLowerCase());
  const plausible = codings.every((coding) => coding !== '' && consistsOf(coding, TOKEN));
  const misplaced = codings.slice(0, -1).includes('chunked');
  if (!plausible || misplaced) throw malformed('Transfer-Encoding is not valid');
  throw new OpenEasError('TransferCodingUnsupported', { value: value.slice(0, 64) });
}

/** What a Connection header asks for. */
export interface ConnectionWish {
  close: boolean;
  keepAlive: boolean;
  upgrade: boolean;
}

export function readConnection(value: string, wish: ConnectionWish): void {
  // The common spellings without splitting; the rest is rare.
  if (value === 'keep-alive' || value === 'Keep-Alive') {
    wish.keepAlive = true;
    return;
  }
  for (const option of value.split(',')) {
    const name = option.trim().toLowerCase();
    if (name === 'close') wish.close = true;
    else if (name === 'keep-alive') wish.keepAlive = true;
    else if (name === 'upgrade') wish.upgrade = true;
  }
}
