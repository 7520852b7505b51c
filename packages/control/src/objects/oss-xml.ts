import type { OpenEasError } from '@openeas/contracts';

/** Our errors in the words of OSS, where it has some of its own that clients look for. */
const OSS_CODES: Readonly<Record<string, string>> = {
  MissingAuthentication: 'AccessDenied',
  'InvalidAccessKeyId.NotFound': 'InvalidAccessKeyId',
  'InvalidAccessKeyId.Inactive': 'InvalidAccessKeyId',
  'InvalidTimeStamp.Expired': 'RequestTimeTooSkewed',
  'InvalidTimeStamp.Format': 'AccessDenied',
  SecurityTokenNotSupported: 'InvalidSecurityToken',
  ObjectNotFound: 'NoSuchKey',
  BucketNotFound: 'NoSuchBucket',
  ObjectForbidden: 'AccessDenied',
  ObjectFeatureNotSupported: 'NotImplemented',
  PayloadTooLarge: 'EntityTooLarge',
  InvalidParameter: 'InvalidArgument',
  BadRequest: 'InvalidArgument',
};

const OSS_STATUS: Readonly<Record<string, number>> = {
  SignatureDoesNotMatch: 403,
  InvalidAccessKeyId: 403,
  RequestTimeTooSkewed: 403,
  AccessDenied: 403,
  EntityTooLarge: 400,
};

export interface OssAnswer {
  readonly status: number;
  readonly body: string;
}

export function ossError(error: OpenEasError, requestId: string, host: string): OssAnswer {
  const code = OSS_CODES[error.code] ?? error.code;
  const body = document('Error', [
    element('Code', code),
    element('Message', error.message),
    element('RequestId', requestId),
    element('HostId', host),
  ]);
  return { status: OSS_STATUS[code] ?? error.status, body };
}

/** GetService: the buckets of an account. */
export function bucketList(
  owner: string,
  buckets: readonly string[],
  region: string,
  createdAt: number,
): string {
  const rows = buckets.map((name) =>
    node('Bucket', [
      element('CreationDate', new Date(createdAt).toISOString()),
      element('Location', `oss-${region}`),
      element('Name', name),
      element('StorageClass', 'Standard'),
    ]),
  );
  return document('ListAllMyBucketsResult', [
    node('Owner', [element('ID', owner), element('DisplayName', owner)]),
    node('Buckets', rows),
  ]);
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: number;
}

/** GetBucket: one page of keys. */
export function objectList(options: {
  readonly bucket: string;
  readonly prefix: string;
  readonly marker: string;
  readonly maxKeys: number;
  readonly delimiter: string;
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  readonly nextMarker: string | undefined;
}): string {
  return document('ListBucketResult', [
    element('Name', options.bucket),
    element('Prefix', options.prefix),
    element('Marker', options.marker),
    element('MaxKeys', String(options.maxKeys)),
    element('Delimiter', options.delimiter),
    element('IsTruncated', String(options.nextMarker !== undefined)),
    ...(options.nextMarker === undefined ? [] : [element('NextMarker', options.nextMarker)]),
    ...options.objects.map((object) =>
      node('Contents', [
        element('Key', object.key),
        element('LastModified', new Date(object.modifiedAt).toISOString()),
        element('ETag', `"${object.etag}"`),
        element('Type', 'Normal'),
        element('Size', String(object.size)),
        element('StorageClass', 'Standard'),
      ]),
    ),
    ...options.prefixes.map((prefix) => node('CommonPrefixes', [element('Prefix', prefix)])),
  ]);
}

function document(name: string, children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${node(name, children)}\n`;
}

function node(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

function element(name: string, text: string): string {
  // Control characters have no form in XML 1.0, not even an escaped one.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
  const escaped = legal
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<${name}>${escaped}</${name}>`;
}
