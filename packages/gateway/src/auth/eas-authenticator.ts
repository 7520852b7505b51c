import { OpenEasError } from '@openeas/contracts';
import { verifyEasSignature } from '@openeas/http1';
import type { Authenticator } from './authenticator.js';

/**
 * `Authorization: EAS SIGNATURE`, as the official clients send it (contract 3.2). Content-MD5 is used as sent:
 * Java shortens it. Python and Go write local time and call it GMT, so the window is a day wide; a Date in
 * another language (Python follows the locale) cannot be read and is not held against the caller, who signed it.
 */
export function easAuthenticator(name: string, tokens: readonly string[], skewS: number): Authenticator {
  return {
    check(input, now) {
      const authorization = input.header('authorization');
      if (authorization === undefined || !authorization.startsWith('EAS ')) return undefined;
      const date = input.header('date');
      if (date === undefined) return new OpenEasError('Unauthorized', { name });
      const parts = {
        method: input.method,
        contentMd5: input.header('content-md5') ?? '',
        contentType: input.header('content-type') ?? '',
        date,
        target: input.target,
      };
      let found = false;
      for (const token of tokens) if (verifyEasSignature(authorization, token, parts)) found = true;
      if (!found) return new OpenEasError('Unauthorized', { name });
      const skew = Math.abs(Date.parse(date) - now) / 1000;
      if (skew > skewS) {
        return new OpenEasError('RequestTooOld', { date, skew: Math.round(skew), allowed: skewS });
      }
      return null;
    },
  };
}
