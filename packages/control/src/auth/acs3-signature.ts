import { createHash, createHmac } from 'node:crypto';
import type { WireRequest } from './wire-request.js';

export const ACS3_ALGORITHM = 'ACS3-HMAC-SHA256';

/** The parts of `Authorization: ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`. */
export interface Acs3Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Undefined when the text after the algorithm does not have that shape. */
export function parseAcs3Authorization(parameters: string): Acs3Authorization | undefined {
  const fields = new Map<string, string>();
  for (const part of parameters.split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const accessKeyId = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!accessKeyId || !signedHeaders || !signature) return undefined;
  return { accessKeyId, signedHeaders: signedHeaders.toLowerCase().split(';'), signature };
}

/** Contract 7.3. `bodyHash` is the hexadecimal SHA-256 of the body that arrived. */
export function acs3CanonicalRequest(
  request: WireRequest,
  signedHeaders: readonly string[],
  bodyHash: string,
): string {
  return [
    request.method,
    request.path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~'),
    canonicalQuery(request.query),
    signedHeaders.map((name) => `${name}:${request.headers.get(name)?.trim() ?? ''}\n`).join(''),
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
}

export function acs3Signature(canonicalRequest: string, accessKeySecret: string): string {
  const stringToSign = `${ACS3_ALGORITHM}\n${sha256Hex(canonicalRequest)}`;
  return createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
}

/** Headers that must be signed for the signature to cover what decides. */
export function missingFromSignature(
  request: WireRequest,
  signedHeaders: readonly string[],
): readonly string[] {
  const required = ['host', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'];
  const present = [...request.headers.keys()].filter((name) => name.startsWith('x-acs-'));
  return [...new Set([...required, ...present])].filter((name) => !signedHeaders.includes(name));
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Sorted by name; names stay as they are, values are encoded anew because clients encode them differently. */
function canonicalQuery(query: WireRequest['query']): string {
  return [...query]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&');
}

/** RFC 3986: everything but letters, digits and `-_.~`. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
