import type { IncomingMessage } from 'node:http';
import { OpenEasError } from '@openeas/contracts';

/** A request as its signature sees it: nothing decoded that the client signed encoded. */
export interface WireRequest {
  readonly method: string;
  /** As on the request line, without the query. */
  readonly path: string;
  /** Decoded names and values, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names; every one occurs once. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Fails with InvalidParameter when a signed header or a query parameter occurs twice: which one was meant? */
export function wireRequest(raw: IncomingMessage): WireRequest {
  const target = raw.url ?? '/';
  const mark = target.indexOf('?');
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.rawHeaders.length; at += 2) {
    const name = raw.rawHeaders[at]!.toLowerCase();
    const value = raw.rawHeaders[at + 1]!;
    const before = headers.get(name);
    if (before !== undefined && SIGNED.test(name)) throw twice(`header ${name}`);
    // Header bytes come as Latin-1 from Node; what was signed is UTF-8.
    headers.set(name, Buffer.from(value, 'latin1').toString('utf8').trim());
  }
  return {
    method: raw.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? [] : decodeQuery(target.slice(mark + 1)),
    headers,
  };
}

const SIGNED = /^(x-acs-.*|x-oss-.*|host|date|authorization|content-type|content-md5|accept)$/;

function decodeQuery(text: string): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const names = new Set<string>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decode(part.slice(equals + 1));
    if (names.has(name)) throw twice(`query parameter ${name}`);
    names.add(name);
    pairs.push([name, value]);
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OpenEasError('InvalidParameter', {
      field: 'query',
      value: JSON.stringify(text),
      expected: 'percent-encoded UTF-8',
    });
  }
}

function twice(field: string): OpenEasError {
  return new OpenEasError('InvalidParameter', { field, value: 'given twice', expected: 'at most once' });
}
