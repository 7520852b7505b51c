import { createHash, createHmac } from 'node:crypto';
import { percentEncode } from './percent-encoding.js';

const ALGORITHM = 'ACS3-HMAC-SHA256';

export interface SignableRequest {
  readonly method: string;
  /** Percent-encoded, as on the request line, without the query. */
  readonly path: string;
  /** Decoded names and values. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The value of `Authorization` (contract 7.3). `headers` must hold `x-acs-content-sha256` already. */
export function acs3Authorization(
  request: SignableRequest,
  key: { readonly accessKeyId: string; readonly accessKeySecret: string },
): string {
  const signed = signedHeaderNames(request.headers);
  const stringToSign = `${ALGORITHM}\n${sha256Hex(canonicalRequest(request))}`;
  const signature = createHmac('sha256', key.accessKeySecret).update(stringToSign).digest('hex');
  return `${ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${signed.join(';')},Signature=${signature}`;
}

export function canonicalRequest(request: SignableRequest): string {
  const names = signedHeaderNames(request.headers);
  return [
    request.method,
    canonicalUri(request.path),
    canonicalQuery(request.query),
    names.map((name) => `${name}:${request.headers[name]?.trim()}\n`).join(''),
    names.join(';'),
    sha256Hex(request.body),
  ].join('\n');
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function canonicalUri(path: string): string {
  return path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~');
}

/** Sorted by name; only the values are encoded. */
function canonicalQuery(query: SignableRequest['query']): string {
  return [...query]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&');
}

function signedHeaderNames(headers: Readonly<Record<string, string>>): string[] {
  return Object.keys(headers)
    .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
    .sort();
}
