import type { Readable } from 'node:stream';
import type { ObjectInfo, ObjectStore } from '@openeas/artifacts';
import { OpenEasError } from '@openeas/contracts';
import type { Caller } from '../auth/access-keys.js';
import { authenticateObject } from '../auth/authenticate-object.js';
import { OSS_SUB_RESOURCES } from '../auth/oss-signature.js';
import type { WireRequest } from '../auth/wire-request.js';
import type { ControlContext } from '../control-context.js';
import { bucketList, type ListedObject, objectList } from './oss-xml.js';

export interface ObjectAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** The one bucket of an installation; accounts have their own part of it. */
export function bucketName(region: string): string {
  return `eas-model-${region}`;
}

/** Largest object, bytes. */
export const MAX_OBJECT_BYTES = 64 * 2 ** 30;

/** `PUT`, `GET`, `HEAD`, `DELETE /{bucket}/{key}`, `GET /{bucket}` and `GET /` (contract 6.7, 9.3). */
export async function answerObjectRequest(
  request: WireRequest,
  body: Readable,
  context: ControlContext,
): Promise<ObjectAnswer> {
  const { bucket, key } = objectAddress(request.path);
  const resource = bucket === '' ? '/' : `/${bucket}/${key}`;
  const caller = await authenticateObject(context.store, request, resource, context.clock.now());
  const [feature] = request.query.map(([name]) => name).filter((name) => OSS_SUB_RESOURCES.has(name));
  if (feature !== undefined) throw new OpenEasError('ObjectFeatureNotSupported', { feature });
  const own = bucketName(context.region);
  if (bucket === '') {
    if (request.method !== 'GET') throw notAllowed(request, 'GET');
    const account = await context.store.read.accounts.get(caller.accountUid);
    return xml(bucketList(caller.accountUid, [own], context.region, account?.createdAt ?? 0));
  }
  if (bucket !== own) throw new OpenEasError('BucketNotFound', { bucket, own });
  if (key === '') {
    if (request.method !== 'GET') throw notAllowed(request, 'GET');
    return xml(await listObjects(request, bucket, caller, context.objects));
  }
  const prefix = `${caller.accountUid}/`;
  if (!key.startsWith(prefix)) throw new OpenEasError('ObjectForbidden', { key, prefix });
  return onObject(request, { bucket, key }, body, context.objects);
}

/** Path style only; keys may hold any character, percent-encoded. Fails with BadRequest. */
export function objectAddress(path: string): { bucket: string; key: string } {
  const slash = path.indexOf('/', 1);
  const bucket = slash === -1 ? path.slice(1) : path.slice(1, slash);
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: slash === -1 ? '' : decodeURIComponent(path.slice(slash + 1)),
    };
  } catch (error) {
    throw new OpenEasError(
      'BadRequest',
      { reason: 'The key is not percent-encoded UTF-8.' },
      { cause: error },
    );
  }
}

async function onObject(
  request: WireRequest,
  object: { bucket: string; key: string },
  body: Readable,
  objects: ObjectStore,
): Promise<ObjectAnswer> {
  switch (request.method) {
    case 'PUT': {
      if (request.headers.has('x-oss-copy-source')) {
        throw new OpenEasError('ObjectFeatureNotSupported', { feature: 'copying' });
      }
      const contentMd5 = request.headers.get('content-md5');
      const info = await objects.put(object, body, {
        ...(contentMd5 !== undefined && { contentMd5 }),
        limitBytes: MAX_OBJECT_BYTES,
      });
      const md5 = Buffer.from(info.etag, 'hex').toString('base64');
      return { status: 200, headers: { etag: `"${info.etag}"`, 'content-md5': md5 }, body: '' };
    }
    case 'GET': {
      const found = await objects.get(object);
      if (found === undefined) throw new OpenEasError('ObjectNotFound', object);
      return { status: 200, headers: objectHeaders(found.info), body: found.body };
    }
    case 'HEAD': {
      const info = await objects.head(object);
      if (info === undefined) throw new OpenEasError('ObjectNotFound', object);
      return { status: 200, headers: objectHeaders(info), body: '' };
    }
    case 'DELETE':
      // As OSS: what is not there is deleted as well as can be.
      await objects.remove(object);
      return { status: 204, headers: {}, body: '' };
    default:
      throw notAllowed(request, 'PUT, GET, HEAD or DELETE');
  }
}

async function listObjects(
  request: WireRequest,
  bucket: string,
  caller: Caller,
  objects: ObjectStore,
): Promise<string> {
  const query = new Map(request.query);
  const prefix = query.get('prefix') ?? '';
  const marker = query.get('marker') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = Number(query.get('max-keys') ?? '100');
  if (!Number.isInteger(maxKeys) || maxKeys < 1 || maxKeys > 1000) {
    throw new OpenEasError('InvalidParameter', {
      field: 'max-keys',
      value: query.get('max-keys'),
      expected: 'a whole number from 1 to 1000',
    });
  }
  const own = `${caller.accountUid}/`;
  const within = prefix.startsWith(own) ? prefix : own.startsWith(prefix) ? own : undefined;
  const found: ListedObject[] = [];
  const prefixes = new Set<string>();
  let nextMarker: string | undefined;
  let last = '';
  if (within !== undefined) {
    for await (const object of objects.list(bucket, within)) {
      const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      const folder = end === -1 ? undefined : object.key.slice(0, end + delimiter.length);
      const name = folder ?? object.key;
      if (Buffer.compare(Buffer.from(name), Buffer.from(marker)) <= 0 && marker !== '') continue;
      if (folder !== undefined && prefixes.has(folder)) continue;
      if (found.length + prefixes.size === maxKeys) {
        nextMarker = last;
        break;
      }
      if (folder === undefined) found.push(object);
      else prefixes.add(folder);
      last = name;
    }
  }
  return objectList({
    bucket,
    prefix,
    marker,
    maxKeys,
    delimiter,
    objects: found,
    prefixes: [...prefixes],
    nextMarker,
  });
}

function objectHeaders(info: ObjectInfo): Record<string, string> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(info.size),
    etag: `"${info.etag}"`,
    'last-modified': new Date(info.modifiedAt).toUTCString(),
    'x-oss-object-type': 'Normal',
  };
}

function xml(body: string): ObjectAnswer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

function notAllowed(request: WireRequest, allowed: string): OpenEasError {
  return new OpenEasError('MethodNotAllowed', { method: request.method, path: request.path, allowed });
}
