import { createHmac } from 'node:crypto';
import { equalSecrets } from './equal-secrets.js';

/** What an official client signs (contract 3.2). Values are taken as sent, none is normalised. */
export interface SignedParts {
  readonly method: string;
  /** Value of `Content-MD5`; Java drops leading zeros, so it is never compared with the body. */
  readonly contentMd5: string;
  readonly contentType: string;
  /** Value of `Date`; Python and Go label local time as GMT, so it proves nothing about skew under a day. */
  readonly date: string;
  /** Path and query exactly as sent. */
  readonly target: string;
}

const SCHEME = 'EAS ';

/** The text of contract 3.2: method, MD5, content type, date and target, joined by line feeds. */
export function easStringToSign(parts: SignedParts): string {
  return `${parts.method}\n${parts.contentMd5}\n${parts.contentType}\n${parts.date}\n${parts.target}`;
}

/** Base64 of HMAC-SHA1 over the text, keyed by the token. */
export function easSignature(token: string, parts: SignedParts): string {
  // Python strips the whole text before it signs; for the other clients there is nothing to strip.
  return createHmac('sha1', token).update(easStringToSign(parts).trim()).digest('base64');
}

/** True when `authorization` is `EAS {signature}` made with `token`. Takes the same time for every wrong one. */
export function verifyEasSignature(authorization: string, token: string, parts: SignedParts): boolean {
  if (!authorization.startsWith(SCHEME)) return false;
  return equalSecrets(authorization.slice(SCHEME.length).trim(), easSignature(token, parts));
}
