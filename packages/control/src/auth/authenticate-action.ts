import { createHash } from 'node:crypto';
import { OpenEasError } from '@openeas/contracts';
import type { AccessKeyRecord, Store } from '@openeas/store';
import { activeAccessKey, type Caller, callerOf, checkSignature } from './access-keys.js';
import {
  ACS3_ALGORITHM,
  acs3CanonicalRequest,
  acs3Signature,
  missingFromSignature,
  parseAcs3Authorization,
  sha256Hex,
} from './acs3-signature.js';
import { roaSignature, roaStringsToSign } from './roa-signature.js';
import { checkHttpDate, checkIsoDate, TIME_WINDOW_MS } from './time-window.js';
import type { WireRequest } from './wire-request.js';

export interface Authenticated {
  readonly caller: Caller;
  /** Unique per AccessKey; the same one again before `expiresAt` is a replay. */
  readonly nonce: { readonly text: string; readonly expiresAt: number };
}

/**
 * Proves who sent a request of the control API (contract 7.3, 7.4). Fails with the signature errors of the
 * catalogue. Whether the nonce is fresh is the caller's to check.
 */
export async function authenticateAction(
  store: Store,
  request: WireRequest,
  body: Uint8Array,
  now: number,
): Promise<Authenticated> {
  for (const header of ['x-acs-security-token', 'x-acs-accesskey-id', 'x-acs-bearer-token']) {
    if (request.headers.has(header)) throw new OpenEasError('SecurityTokenNotSupported', { header });
  }
  const authorization = request.headers.get('authorization') ?? '';
  if (authorization === '') throw new OpenEasError('MissingAuthentication');
  const space = authorization.indexOf(' ');
  const scheme = space === -1 ? authorization : authorization.slice(0, space);
  const parameters = space === -1 ? '' : authorization.slice(space + 1).trim();
  if (scheme === ACS3_ALGORITHM) return authenticateAcs3(store, request, parameters, body, now);
  if (scheme === 'acs') return authenticateRoa(store, request, parameters, body, now);
  throw new OpenEasError('SignatureMethodNotSupported', { method: scheme.slice(0, 40) });
}

async function authenticateAcs3(
  store: Store,
  request: WireRequest,
  parameters: string,
  body: Uint8Array,
  now: number,
): Promise<Authenticated> {
  const authorization = parseAcs3Authorization(parameters);
  if (authorization === undefined) {
    throw malformed(`${ACS3_ALGORITHM} Credential=ID,SignedHeaders=a;b,Signature=HEX`);
  }
  const key = await activeAccessKey(store, authorization.accessKeyId);
  const date = checkIsoDate(request.headers.get('x-acs-date'), now);
  const [missing] = missingFromSignature(request, authorization.signedHeaders);
  if (missing !== undefined) {
    throw new OpenEasError('InvalidParameter', {
      field: 'Authorization SignedHeaders',
      value: authorization.signedHeaders.join(';'),
      expected: `a list that holds ${missing}`,
    });
  }
  const bodyHash = sha256Hex(body);
  const canonical = acs3CanonicalRequest(request, authorization.signedHeaders, bodyHash);
  checkBodyHash(request, 'x-acs-content-sha256', bodyHash);
  checkSignature(key, authorization.signature, [canonical], acs3Signature);
  return authenticated(request, key, date);
}

async function authenticateRoa(
  store: Store,
  request: WireRequest,
  parameters: string,
  body: Uint8Array,
  now: number,
): Promise<Authenticated> {
  const colon = parameters.indexOf(':');
  if (colon <= 0) throw malformed('acs ID:SIGNATURE');
  const method = request.headers.get('x-acs-signature-method') ?? 'HMAC-SHA1';
  if (method !== 'HMAC-SHA1') throw new OpenEasError('SignatureMethodNotSupported', { method });
  const key = await activeAccessKey(store, parameters.slice(0, colon));
  const date = checkHttpDate(request.headers.get('date'), now);
  if (request.headers.has('content-md5')) {
    checkBodyHash(request, 'content-md5', createHash('md5').update(body).digest('base64'));
  }
  if (request.headers.has('x-acs-content-sha256')) {
    checkBodyHash(request, 'x-acs-content-sha256', sha256Hex(body));
  }
  checkSignature(key, parameters.slice(colon + 1).trim(), roaStringsToSign(request), roaSignature);
  return authenticated(request, key, date);
}

function authenticated(request: WireRequest, key: AccessKeyRecord, date: number): Authenticated {
  const nonce = request.headers.get('x-acs-signature-nonce') ?? '';
  if (nonce === '' || nonce.length > 256) {
    throw new OpenEasError('MissingParameter', {
      field: 'x-acs-signature-nonce',
      expected: 'a text of 1 to 256 characters, another one for each request',
    });
  }
  // Sooner the time window alone keeps a replay out.
  const expiresAt = date + TIME_WINDOW_MS + 1;
  return { caller: callerOf(key), nonce: { text: `${key.id}:${nonce}`, expiresAt } };
}

function checkBodyHash(request: WireRequest, header: string, computed: string): void {
  const given = request.headers.get(header) ?? '';
  if (given !== computed) throw new OpenEasError('BodyHashMismatch', { header, given, computed });
}

function malformed(expected: string): OpenEasError {
  return new OpenEasError('InvalidParameter', { field: 'Authorization', value: 'the header', expected });
}
