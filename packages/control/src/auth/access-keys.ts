import { OpenEasError } from '@openeas/contracts';
import type { AccessKeyRecord, Store } from '@openeas/store';
import { equalSecrets } from './constant-time.js';

/** Who signed a request. */
export interface Caller {
  readonly accountUid: string;
  readonly accessKeyId: string;
}

/** Fails with InvalidAccessKeyId.NotFound or .Inactive. */
export async function activeAccessKey(store: Store, accessKeyId: string): Promise<AccessKeyRecord> {
  const key = await store.read.accounts.accessKey(accessKeyId);
  if (key === undefined) throw new OpenEasError('InvalidAccessKeyId.NotFound', { accessKeyId });
  if (!key.active) throw new OpenEasError('InvalidAccessKeyId.Inactive', { accessKeyId });
  return key;
}

/** Passes when the given signature is that of one of the texts. Fails with SignatureDoesNotMatch. */
export function checkSignature(
  key: AccessKeyRecord,
  given: string,
  texts: readonly string[],
  sign: (text: string, secret: string) => string,
): void {
  if (texts.some((text) => equalSecrets(sign(text, key.secret), given))) return;
  throw new OpenEasError('SignatureDoesNotMatch', {
    accessKeyId: key.id,
    // Line feeds shown as #, as Alibaba Cloud's own gateways do: the message is one line.
    stringToSign: (texts[0] ?? '').replaceAll('\n', '#'),
  });
}

export function callerOf(key: AccessKeyRecord): Caller {
  return { accountUid: key.accountUid, accessKeyId: key.id };
}
