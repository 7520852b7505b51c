import { type SignedParts, verifyEasSignature } from './eas-signature.js';
import { equalSecrets } from './equal-secrets.js';

/**
 * Whether `authorization` opens a service that has `token` (contract 3.2): the raw token, `Bearer TOKEN`, or
 * an `EAS` signature over `parts`. '' as token means the service is open to everyone.
 */
export function matchToken(
  authorization: string | undefined,
  token: string,
  parts: () => SignedParts,
): boolean {
  if (token === '') return true;
  if (authorization === undefined) return false;
  if (equalSecrets(authorization.trim(), token)) return true;
  if (/^bearer /i.test(authorization)) return equalSecrets(authorization.slice(7).trim(), token);
  return verifyEasSignature(authorization, token, parts());
}
