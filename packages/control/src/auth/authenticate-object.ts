import { OpenEasError } from '@openeas/contracts';
import type { Store } from '@openeas/store';
import { activeAccessKey, type Caller, callerOf, checkSignature } from './access-keys.js';
import { ossSignature, ossStringToSign } from './oss-signature.js';
import { checkHttpDate } from './time-window.js';
import type { WireRequest } from './wire-request.js';

/**
 * Proves who sent a request to the object store (contract 9.3, version 1). The scheme has no nonce: within the
 * time window a recorded request could be sent again, as with OSS itself.
 */
export async function authenticateObject(
  store: Store,
  request: WireRequest,
  resource: string,
  now: number,
): Promise<Caller> {
  const authorization = request.headers.get('authorization') ?? '';
  if (authorization === '') throw new OpenEasError('MissingAuthentication');
  if (request.headers.has('x-oss-security-token')) {
    throw new OpenEasError('SecurityTokenNotSupported', { header: 'x-oss-security-token' });
  }
  const match = /^OSS ([^:\s]+):(\S+)$/.exec(authorization);
  if (match === null) {
    throw new OpenEasError('SignatureMethodNotSupported', {
      method: authorization.split(' ')[0]?.slice(0, 40),
    });
  }
  const key = await activeAccessKey(store, match[1]!);
  checkHttpDate(request.headers.get('date'), now);
  checkSignature(key, match[2]!, [ossStringToSign(request, resource)], ossSignature);
  return callerOf(key);
}
