import { createHmac } from 'node:crypto';
import type { WireRequest } from './wire-request.js';

/** Query parameters that choose a sub-resource and are therefore signed (contract 9.3). */
export const OSS_SUB_RESOURCES: ReadonlySet<string> = new Set([
  'acl',
  'append',
  'bucketInfo',
  'cors',
  'delete',
  'encryption',
  'lifecycle',
  'location',
  'logging',
  'objectMeta',
  'partNumber',
  'policy',
  'position',
  'referer',
  'restore',
  'stat',
  'symlink',
  'tagging',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
  'x-oss-process',
]);

/** `resource` is `/bucket/key`, not encoded; `/` for the list of buckets. */
export function ossStringToSign(request: WireRequest, resource: string): string {
  const header = (name: string): string => request.headers.get(name) ?? '';
  const ossHeaders = [...request.headers]
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  const signed = request.query
    .filter(([name]) => OSS_SUB_RESOURCES.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const query = signed.length === 0 ? '' : `?${signed.join('&')}`;
  return [
    request.method,
    header('content-md5'),
    header('content-type'),
    header('date'),
    `${ossHeaders}${resource}${query}`,
  ].join('\n');
}

export function ossSignature(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha1', accessKeySecret).update(stringToSign).digest('base64');
}
