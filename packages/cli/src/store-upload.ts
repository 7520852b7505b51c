import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename, isAbsolute, normalize, sep } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import type { OssClient } from '@openeas/sdk';
import type { Session } from './session.js';

export interface StoredFile {
  /** `oss://bucket/key`. */
  readonly address: string;
  /** Where the store answers. */
  readonly endpoint: string;
  readonly bytes: number;
  /** False when the very bytes lay there already. */
  readonly sent: boolean;
}

export interface FileFacts {
  readonly path: string;
  readonly bytes: number;
  /** Upper case, as ETags are. */
  readonly md5Hex: string;
  readonly sha256Hex: string;
}

/** The part of the key after the account: the name as it was written, unless it leaves the current folder. */
export function keyOfName(name: string): string {
  const plain = normalize(name).split(sep).join('/');
  return isAbsolute(name) || plain.startsWith('../') || /^[A-Za-z]:/.test(plain) ? basename(name) : plain;
}

/** Reads the file once for its checksums: they make a damaged transfer visible and a repeated one harmless. */
export async function inspectFile(session: Session, field: string, path: string): Promise<FileFacts> {
  const unreadable = (reason: string): OpenEasError =>
    new OpenEasError('LocalFileUnreadable', { field, path, reason });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw unreadable('it is a folder; pack it as tar.gz');
  }
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { signal: session.signal })) {
      md5.update(chunk as Buffer);
      sha256.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    session.signal.throwIfAborted();
    throw unreadable((error as NodeJS.ErrnoException).code ?? String(error));
  }
  return { path, bytes, md5Hex: md5.digest('hex').toUpperCase(), sha256Hex: sha256.digest('hex') };
}

/**
 * Puts the file into the caller's own bucket, below the account's number as the manual shows it. What is there
 * with the same size and checksum is not sent again: a model may have gigabytes.
 */
export async function storeFile(session: Session, facts: FileFacts, name: string): Promise<StoredFile> {
  const store = session.objectStore();
  const { screen, signal } = session;
  const { bucket, prefix } = await ownBucket(store, signal);
  const key = `${prefix}${name}`;
  const there = await store.headObject(bucket, key, signal);
  const sent = there?.size !== facts.bytes || there.etag !== facts.md5Hex;
  if (sent) {
    await store.putObject({
      bucket,
      key,
      open: () => createReadStream(facts.path, { highWaterMark: 256 * 1024 }),
      size: facts.bytes,
      contentMd5: Buffer.from(facts.md5Hex, 'hex').toString('base64'),
      signal,
      onProgress: screen.live
        ? (bytes) => screen.redraw(`${name}: ${Math.floor((100 * bytes) / Math.max(1, facts.bytes))} %`)
        : undefined,
    });
    screen.redraw('');
  }
  const endpoint = `${store.endpoint.protocol}://${store.endpoint.host}`;
  return { address: `oss://${bucket}/${key}`, endpoint, bytes: facts.bytes, sent };
}

async function ownBucket(
  store: OssClient,
  signal: AbortSignal,
): Promise<{ readonly bucket: string; readonly prefix: string }> {
  const { names, ownerId } = await store.listBuckets(signal);
  const [bucket] = names;
  if (bucket === undefined) {
    throw new OpenEasError('BucketNotFound', { bucket: 'of this account', own: 'none' });
  }
  return { bucket, prefix: ownerId === '' ? '' : `${ownerId}/` };
}
