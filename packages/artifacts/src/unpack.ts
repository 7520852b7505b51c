import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { OpenEasError } from '@openeas/contracts';
import { bunzip2 } from './bzip2.js';
import { deferFailure } from './defer-failure.js';
import { type Failures, reasonOf } from './failures.js';
import { archiveByName, HEAD_BYTES, isTar, outerFormat, type PackageFormat } from './formats.js';
import type { TreeWriter } from './tree-writer.js';
import { unpackTar } from './unpack-tar.js';
import { unpackZip } from './unpack-zip.js';

export interface UnpackRequest {
  /** The package on disk. */
  readonly path: string;
  /** Its name in the source, for the format and for the file it becomes. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/**
 * What a package is, by content first and by name second. An archive by name whose content is none fails
 * with ArtifactDamaged: it is most often an error page saved as a model.
 */
export async function detectFormat(request: UnpackRequest, failures: Failures): Promise<PackageFormat> {
  const head = await readHead(request.path);
  const outer = outerFormat(head, request.name);
  if (outer === 'gz' || outer === 'bz2') {
    let inner: Buffer;
    try {
      inner = await readInnerHead(request, outer);
    } catch (error) {
      throw failures.fail('ArtifactDamaged', { format: outer, reason: reasonOf(error) }, error);
    }
    return isTar(inner, request.name) ? `tar.${outer}` : outer;
  }
  const promised = archiveByName(request.name);
  if (outer === 'file' && promised !== undefined) {
    const reason =
      head.length === 0 ? 'it is empty' : `it starts with ${JSON.stringify(head.toString('latin1', 0, 16))}`;
    throw failures.fail('ArtifactDamaged', { format: promised, reason });
  }
  return outer;
}

/** Unpacks an archive, or a single compressed file, into `writer`. Fails with an Artifact* error. */
export async function unpack(
  format: Exclude<PackageFormat, 'file'>,
  request: UnpackRequest,
  writer: TreeWriter,
  failures: Failures,
): Promise<void> {
  const { signal } = request;
  try {
    switch (format) {
      case 'zip':
        await unpackZip(request.path, writer, failures, signal);
        break;
      case 'tar':
        await unpackTar(deferFailure(createReadStream(request.path)), writer, signal);
        break;
      case 'tar.gz':
      case 'tar.bz2':
        await unpackTar(inflated(request.path, format === 'tar.gz' ? 'gz' : 'bz2'), writer, signal);
        break;
      case 'gz':
      case 'bz2':
        await writer.addFile(request.name.replace(/\.(gz|bz2)$/i, ''), false, inflated(request.path, format));
        break;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OpenEasError || isSystemError(error)) throw error;
    throw failures.fail('ArtifactDamaged', { format, reason: reasonOf(error) }, error);
  }
  if (writer.files.size === 0) {
    throw failures.fail('ArtifactDamaged', { format, reason: 'it holds no file' });
  }
}

/** A full disk and the like say nothing about the package; libraries' own codes look alike but lack `syscall`. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall !== undefined;
}

function inflated(path: string, format: 'gz' | 'bz2'): Readable {
  const source = deferFailure(createReadStream(path));
  if (format === 'bz2') return deferFailure(Readable.from(bunzip2(source), { objectMode: false }));
  const gunzip = deferFailure(createGunzip());
  source.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => source.destroy());
  return source.pipe(gunzip);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readInnerHead(request: UnpackRequest, format: 'gz' | 'bz2'): Promise<Buffer> {
  let head = Buffer.alloc(0);
  const stream = inflated(request.path, format);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= HEAD_BYTES) break;
      request.signal.throwIfAborted();
    }
  } finally {
    stream.destroy();
  }
  return head;
}
