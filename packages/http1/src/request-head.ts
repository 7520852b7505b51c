import { OpenEasError } from '@openeas/contracts';
import { consistsOf, HOST, TARGET, TOKEN } from './characters.js';
import { fieldPairs } from './fields.js';
import {
  CHUNKED,
  type ConnectionWish,
  checkTransferEncoding,
  parseContentLength,
  readConnection,
  refuseTabs,
} from './framing.js';
import { type HeadParser, malformed } from './head-parser.js';

/** A request's head, checked, with every decision about its framing made. */
export interface RequestHead {
  readonly method: string;
  /** In origin form (`/path?query`), or `*` for OPTIONS. */
  readonly target: string;
  readonly headers: readonly string[];
  /** Whole number, or CHUNKED; 0 = no body. */
  readonly contentLength: number;
  /** True for HTTP/1.1. */
  readonly modern: boolean;
  readonly keepAlive: boolean;
  readonly expectContinue: boolean;
  /** The client asks for another protocol and says so in Connection as well. */
  readonly upgrade: boolean;
  /** See ServerExchange.headMemo. */
  memo: unknown;
}

/** Builds the head from a parser that has just returned; `text` is the head in latin1. Throws OpenEasError. */
export function requestHead(parser: HeadParser, text: string): RequestHead {
  const { method, target, modern } = requestLine(text.substring(parser.lineStart, parser.lineEnd));
  const headers = fieldPairs(parser, text);
  let host: string | undefined;
  let contentLength = 0;
  let lengths = 0;
  let codings = 0;
  let expectContinue = false;
  let upgrade = false;
  const wish: ConnectionWish = { close: false, keepAlive: false, upgrade: false };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    switch (name.length) {
      case 4:
        if (name !== 'host') break;
        if (host !== undefined) throw malformed('there is more than one Host header');
        if (!consistsOf(value, HOST)) throw malformed('Host is not valid');
        host = value;
        break;
      case 6:
        if (name !== 'expect') break;
        if (value.toLowerCase() !== '100-continue') {
          throw new OpenEasError('ExpectationFailed', { value: value.slice(0, 64) });
        }
        expectContinue = modern;
        break;
      case 7:
        if (name === 'upgrade') upgrade = true;
        break;
      case 10:
        if (name !== 'connection') break;
        refuseTabs(parser, i);
        readConnection(value, wish);
        break;
      case 14:
        if (name !== 'content-length') break;
        refuseTabs(parser, i);
        if (++lengths > 1) throw malformed('there is more than one Content-Length');
        contentLength = parseContentLength(value);
        break;
      case 17:
        if (name !== 'transfer-encoding') break;
        refuseTabs(parser, i);
        if (++codings > 1) throw malformed('there is more than one Transfer-Encoding');
        checkTransferEncoding(value);
        contentLength = CHUNKED;
        break;
      default:
    }
  }
  if (codings > 0 && lengths > 0) throw malformed('there are both Content-Length and Transfer-Encoding');
  if (codings > 0 && !modern) throw malformed('HTTP/1.0 has no Transfer-Encoding');
  if (host === undefined && modern) throw malformed('the Host header is missing');
  return {
    method,
    target: target.charCodeAt(0) === 0x2f ? target : originForm(method, target, host),
    headers,
    contentLength,
    modern,
    keepAlive: !wish.close && (modern || wish.keepAlive),
    expectContinue,
    upgrade: upgrade && wish.upgrade && modern,
    memo: undefined,
  };
}

function requestLine(line: string): { method: string; target: string; modern: boolean } {
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  if (first < 1 || last === first) throw malformed('the first line is not `METHOD TARGET HTTP/1.1`');
  const method = line.substring(0, first);
  const target = line.substring(first + 1, last);
  const version = line.substring(last + 1);
  if (!consistsOf(method, TOKEN)) throw malformed('the method holds a character it may not');
  // A space inside fails here as well, so there is one reading of the line only.
  if (target === '' || !consistsOf(target, TARGET)) {
    throw malformed('the target is empty or holds a character that has to be percent-encoded');
  }
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') {
    if (/^HTTP\/\d(\.\d)?$/.test(version)) throw new OpenEasError('HttpVersionUnsupported', { version });
    throw malformed('the first line does not end in HTTP/1.1');
  }
  return { method, target, modern: version === 'HTTP/1.1' };
}

/** RFC 9112 3.2.2: absolute form must be accepted. Host has to agree, so nobody behind us can be told another. */
function originForm(method: string, target: string, host: string | undefined): string {
  if (target === '*' && method === 'OPTIONS') return target;
  const match = /^https?:\/\/([^/?]+)(\/.*|\?.*)?$/i.exec(target);
  if (match === null) throw malformed('the target does not start with /');
  if (match[1] !== host) throw malformed('the target names another host than the Host header');
  const rest = match[2] ?? '/';
  return rest.startsWith('?') ? `/${rest}` : rest;
}
