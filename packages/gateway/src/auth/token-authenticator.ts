import { timingSafeEqual } from 'node:crypto';
import { OpenEasError } from '@openeas/contracts';
import type { Authenticator } from './authenticator.js';
import { sha256, sha256Into } from './sha256.js';

const BEARER = /^bearer +/i;

/**
 * `Authorization: TOKEN` and `Authorization: Bearer TOKEN` (contract 3.2). Only digests are kept and compared,
 * all of them every time: how long it takes tells nothing about a token, not even its length.
 */
export function tokenAuthenticator(name: string, tokens: readonly string[]): Authenticator {
  const digests = tokens.map(sha256);
  const given = Buffer.alloc(32);
  return {
    check(input) {
      const authorization = input.header('authorization');
      if (authorization === undefined) return undefined;
      let found = matches(sha256Into(given, authorization), digests);
      // A token may itself look like anything, so the text is tried as it is before it is taken apart.
      if (!found && BEARER.test(authorization)) {
        found = matches(sha256Into(given, authorization.replace(BEARER, '')), digests);
      }
      if (found) return null;
      return authorization.startsWith('EAS ') ? undefined : new OpenEasError('Unauthorized', { name });
    },
  };
}

function matches(digest: Buffer, known: readonly Buffer[]): boolean {
  let found = false;
  for (const one of known) if (timingSafeEqual(digest, one)) found = true;
  return found;
}
