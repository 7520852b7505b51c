import { createHmac } from 'node:crypto';
import { type KeyPair, OpenEasError } from '@openeas/contracts';
import { equalSecrets } from '@openeas/http1';
import type { Authenticator } from './authenticator.js';

const SCHEME = 'HMAC-SHA256 ';

/**
 * `Authorization: HMAC-SHA256 Credential=…&SignedHeaders=…&Signature=…` (contract 9.2). The content hash is part
 * of the signed text and taken as sent: clients sign the hash of an empty body while they send a form.
 */
export function akskAuthenticator(name: string, keys: readonly KeyPair[], skewS: number): Authenticator {
  const secrets = new Map(keys.map((key) => [key.id, Buffer.from(key.secret, 'base64')]));
  const refused = (): OpenEasError => new OpenEasError('Unauthorized', { name });
  return {
    check(input, now) {
      const authorization = input.header('authorization');
      if (authorization === undefined || !authorization.startsWith(SCHEME)) return undefined;
      const fields = new Map(
        authorization
          .slice(SCHEME.length)
          .split('&')
          .map((part) => {
            const mark = part.indexOf('=');
            return [part.slice(0, mark).trim(), part.slice(mark + 1).trim()] as const;
          }),
      );
      const secret = secrets.get(fields.get('Credential') ?? '');
      const signed = (fields.get('SignedHeaders') ?? '').toLowerCase().split(';');
      const date = input.header('date');
      if (
        secret === undefined ||
        date === undefined ||
        !signed.includes('date') ||
        !signed.includes('host')
      ) {
        return refused();
      }
      const values = signed.map((header) => input.header(header) ?? '').join(';');
      const text = `${input.method}\n${input.target}\n${values}`;
      const expected = createHmac('sha256', secret).update(text).digest('base64');
      if (!equalSecrets(fields.get('Signature') ?? '', expected)) return refused();
      const skew = Math.abs(Date.parse(date) - now) / 1000;
      // The scheme writes UTC in English, so a date that cannot be read is wrong here.
      if (!(skew <= skewS))
        return new OpenEasError('RequestTooOld', { date, skew: Math.round(skew), allowed: skewS });
      return null;
    },
  };
}
