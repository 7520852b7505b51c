import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { OpenEasError } from '@openeas/contracts';
import { type Clock, type Ids, isAlive, processIdentity, randomIds, writeFileAtomic } from '@openeas/kernel';
import { deferFailure } from './defer-failure.js';
import { errnoOf } from './failures.js';
import { checkBucket, keyToSegments, segmentsToKey } from './object-path.js';
import type { ObjectInfo, ObjectName, ObjectStore } from './port.js';
import { syncFolder } from './shelf.js';

export interface ObjectStoreOptions {
  /** Folder of the buckets, made when missing. */
  readonly root: string;
  readonly clock: Clock;
  readonly ids?: Ids;
}

/**
 * Objects as plain files, `root/{bucket}/{key}`; a key that is a folder of other keys cannot be an object.
 * Their MD5 is remembered in `root/.etags` and computed again when a file was changed by other hands.
 */
export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  return new FileObjectStore(options);
}

/** A bucket can have no such name. */
const INCOMING = '.incoming';
const ETAGS = '.etags';

class FileObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #ids: Ids;
  readonly #prefix: string;
  #prepared: Promise<void> | undefined;

  constructor({ root, ids }: ObjectStoreOptions) {
    this.#root = root;
    this.#ids = ids ?? randomIds;
    const stamp = Buffer.from(processIdentity(process.pid)?.startTime ?? '').toString('hex');
    this.#prefix = `${process.pid}.${stamp}`;
  }

  async put(
    object: ObjectName,
    body: Readable,
    options: { contentMd5?: string; limitBytes: number },
  ): Promise<ObjectInfo> {
    deferFailure(body);
    const target = this.#path(object);
    await this.#prepare();
    const incoming = join(this.#root, INCOMING, `${this.#prefix}.${this.#ids.hex(12)}`);
    try {
      const etag = await receive(incoming, body, object, options);
      await this.#place(incoming, target, object);
      const info = await stat(target);
      this.#remember(object, info, etag);
      return { size: info.size, etag, modifiedAt: Math.floor(info.mtimeMs) };
    } catch (error) {
      body.destroy();
      await rm(incoming, { force: true });
      throw error;
    }
  }

  async head(object: ObjectName): Promise<ObjectInfo | undefined> {
    const file = await openObject(this.#path(object));
    if (file === undefined) return undefined;
    try {
      return await this.#infoOf(object, file);
    } finally {
      await file.close();
    }
  }

  async get(object: ObjectName): Promise<{ info: ObjectInfo; body: Readable } | undefined> {
    const file = await openObject(this.#path(object));
    if (file === undefined) return undefined;
    try {
      const info = await this.#infoOf(object, file);
      return { info, body: deferFailure(file.createReadStream({ start: 0 })) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async remove(object: ObjectName): Promise<boolean> {
    const path = this.#path(object);
    try {
      await rm(path);
    } catch (error) {
      if (isMissing(error) || errnoOf(error) === 'ERR_FS_EISDIR') return false;
      throw error;
    }
    await rm(this.#etagPath(object), { force: true });
    await this.#removeEmptyFolders(object);
    return true;
  }

  async *list(bucket: string, prefix: string): AsyncIterable<ObjectInfo & { key: string }> {
    const keys: string[] = [];
    await collectKeys(join(this.#root, checkBucket(bucket)), [], prefix, keys);
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const key of keys) {
      const info = await this.head({ bucket, key });
      if (info !== undefined) yield { ...info, key };
    }
  }

  #path(object: ObjectName): string {
    return join(this.#root, checkBucket(object.bucket), ...keyToSegments(object));
  }

  #etagPath({ bucket, key }: ObjectName): string {
    return join(this.#root, ETAGS, createHash('sha256').update(`${bucket}/${key}`).digest('hex'));
  }

  #prepare(): Promise<void> {
    this.#prepared ??= (async () => {
      await mkdir(join(this.#root, ETAGS), { recursive: true, mode: 0o700 });
      await mkdir(join(this.#root, INCOMING), { recursive: true, mode: 0o700 });
      for (const name of await readdir(join(this.#root, INCOMING))) {
        const [pid, stamp = ''] = name.split('.');
        const owner = { pid: Number(pid), startTime: Buffer.from(stamp, 'hex').toString() };
        if (!isAlive(owner)) await rm(join(this.#root, INCOMING, name), { force: true });
      }
    })();
    return this.#prepared;
  }

  async #place(incoming: string, target: string, object: ObjectName): Promise<void> {
    const folder = join(target, '..');
    for (let tries = 0; ; tries++) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await rename(incoming, target);
        return await syncFolder(folder);
      } catch (error) {
        // A `remove` may take the empty folder away between the two steps.
        if (errnoOf(error) === 'ENOENT' && tries < 10) continue;
        if (['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY'].includes(errnoOf(error) ?? '')) {
          throw new OpenEasError('InvalidParameter', {
            field: 'key',
            value: JSON.stringify(object.key),
            expected: 'a key that is not at the same time a folder of other keys, nor below another object',
          });
        }
        throw error;
      }
    }
  }

  async #infoOf(object: ObjectName, file: FileHandle): Promise<ObjectInfo> {
    const info = await file.stat();
    const etag = (await this.#recall(object, info)) ?? (await md5Of(file));
    return { size: info.size, etag, modifiedAt: Math.floor(info.mtimeMs) };
  }

  #remember(object: ObjectName, info: Stats, etag: string): void {
    writeFileAtomic(this.#etagPath(object), JSON.stringify({ file: fingerprint(info), etag }));
  }

  async #recall(object: ObjectName, info: Stats): Promise<string | undefined> {
    try {
      const known = JSON.parse(await readFile(this.#etagPath(object), 'utf8')) as {
        file: unknown;
        etag: unknown;
      };
      return known.file === fingerprint(info) && typeof known.etag === 'string' ? known.etag : undefined;
    } catch {
      return undefined;
    }
  }

  async #removeEmptyFolders(object: ObjectName): Promise<void> {
    const segments = keyToSegments(object);
    for (let length = segments.length - 1; length > 0; length--) {
      try {
        await rmdir(join(this.#root, object.bucket, ...segments.slice(0, length)));
      } catch {
        return; // Not empty, or gone.
      }
    }
  }
}

/** Which content a remembered MD5 belongs to. */
function fingerprint(info: Stats): string {
  return `${info.ino}:${info.size}:${info.mtimeMs}`;
}

async function receive(
  path: string,
  body: Readable,
  object: ObjectName,
  options: { contentMd5?: string; limitBytes: number },
): Promise<string> {
  const hash = createHash('md5');
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > options.limitBytes) throw new OpenEasError('PayloadTooLarge', { limit: options.limitBytes });
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const digest = hash.digest();
  if (options.contentMd5 !== undefined && digest.toString('base64') !== options.contentMd5) {
    throw new OpenEasError('InvalidParameter', {
      field: 'Content-MD5',
      value: options.contentMd5,
      expected: `${digest.toString('base64')} for what was received of ${object.key}; send it again`,
    });
  }
  return digest.toString('hex').toUpperCase();
}

async function openObject(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error) || errnoOf(error) === 'ELOOP') return undefined;
    throw error;
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

async function md5Of(file: FileHandle): Promise<string> {
  const hash = createHash('md5');
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return hash.digest('hex').toUpperCase();
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function collectKeys(dir: string, above: string[], prefix: string, keys: string[]): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const segments = [...above, entry.name];
    const key = segmentsToKey(segments);
    if (entry.isFile() && key.startsWith(prefix)) keys.push(key);
    const within = `${key}/`;
    if (entry.isDirectory() && (within.startsWith(prefix) || prefix.startsWith(within))) {
      await collectKeys(join(dir, entry.name), segments, prefix, keys);
    }
  }
}

function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}
