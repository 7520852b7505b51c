import { createHmac } from 'node:crypto';
import { type KeyPair, OpenEasError } from '@openeas/contracts';
import { equalSecrets } from '@openeas/http1';
import type { Authenticator } from './authenticator.js';
import { caStringToSign } from './ca-string-to-sign.js';
import { NonceMemory } from './nonce-memory.js';

/** The `x-ca-*` signature of Alibaba Cloud's API gateway (contract 9.1), with its protection against replay. */
export function caAuthenticator(keys: readonly KeyPair[], skewS: number): Authenticator {
  const secrets = new Map(keys.map((key) => [key.id, key.secret]));
  const nonces = new NonceMemory(2 * skewS * 1000);
  const refuse = (reason: string): OpenEasError => new OpenEasError('CaRequestInvalid', { reason });
  return {
    check(input, now) {
      const signature = input.header('x-ca-signature');
      const key = input.header('x-ca-key');
      if (signature === undefined || key === undefined) return undefined;
      const secret = secrets.get(key);
      if (secret === undefined) return refuse('Invalid AppKey');
      const signed = (input.header('x-ca-signature-headers') ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => !/^(|x-ca-signature|x-ca-signature-headers)$/i.test(name));
      const text = caStringToSign(input, signed);
      if (!equalSecrets(signature, createHmac('sha256', secret).update(text).digest('base64'))) {
        return new OpenEasError('CaSignatureInvalid', { stringToSign: text.replaceAll('\n', '#') });
      }
      // What is not signed could be changed by who repeats the request.
      const covers = (name: string): boolean => signed.some((one) => one.toLowerCase() === name);
      const stamp = Number(input.header('x-ca-timestamp'));
      if (!covers('x-ca-timestamp') || !Number.isFinite(stamp))
        return refuse('x-ca-timestamp must be signed');
      if (Math.abs(stamp - now) > skewS * 1000) {
        return refuse(`x-ca-timestamp is more than ${skewS} s away from the clock of this server`);
      }
      const nonce = input.header('x-ca-nonce');
      if (nonce === undefined) return null;
      if (!covers('x-ca-nonce')) return refuse('x-ca-nonce must be signed');
      return nonces.use(`${key} ${nonce}`, now) ? null : refuse('Nonce Used');
    },
  };
}
