import { createHmac } from 'node:crypto';

/** OSS signature version 1 (contract 9.3): the value of `Authorization`. */
export function ossAuthorization(
  request: {
    readonly method: string;
    /** Base64, '' when the header is not sent. */
    readonly contentMd5?: string;
    /** '' when the header is not sent. */
    readonly contentType: string;
    /** The `Date` header. */
    readonly date: string;
    /** `x-oss-*` headers, lower-case names. */
    readonly ossHeaders?: Readonly<Record<string, string>>;
    /** `/bucket/key`, not encoded; `/` for the list of buckets. */
    readonly resource: string;
  },
  key: { readonly accessKeyId: string; readonly accessKeySecret: string },
): string {
  const ossHeaders = Object.entries(request.ossHeaders ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  const stringToSign = [
    request.method,
    request.contentMd5 ?? '',
    request.contentType,
    request.date,
    `${ossHeaders}${request.resource}`,
  ].join('\n');
  const signature = createHmac('sha1', key.accessKeySecret).update(stringToSign).digest('base64');
  return `OSS ${key.accessKeyId}:${signature}`;
}
