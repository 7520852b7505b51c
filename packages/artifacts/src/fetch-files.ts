import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildTools, buildArtifact, manifestOf } from './build.js';
import { copyIn, folderDigest, hashed } from './copy-in.js';
import { deferFailure } from './defer-failure.js';
import { entryPath } from './entry-path.js';
import type { Failures } from './failures.js';
import { checkDigest } from './fetch-http.js';
import type { Progress } from './http-download.js';
import { allowedPath, openRegular, walkFolder } from './local-source.js';
import type { FetchPolicy } from './policy.js';
import type { Artifact, ArtifactRef, ObjectStore } from './port.js';
import { treeVariant } from './shelf.js';
import type { Source } from './source.js';
import { TreeWriter } from './tree-writer.js';

export interface FileTools extends BuildTools {
  readonly policy: FetchPolicy;
  readonly objects: ObjectStore;
}

export interface FetchCall {
  readonly ref: ArtifactRef;
  readonly digest: string | null;
  readonly failures: Failures;
  readonly signal: AbortSignal;
  readonly onProgress: Progress;
}

/** A file or a folder of this machine. */
export async function fetchLocal(
  source: Source & { kind: 'local' },
  call: FetchCall,
  tools: FileTools,
): Promise<Artifact> {
  const { failures } = call;
  const real = await allowedPath(source.path, tools.policy, failures);
  if ((await lstat(real)).isDirectory()) return buildFolder(localFiles(real, failures), call, tools);
  const file = await openRegular(real, failures);
  const total = (await file.stat()).size;
  return buildPackage(deferFailure(file.createReadStream()), source.name, total, call, tools);
}

/** One object, as a package. */
export async function fetchObject(
  source: Source & { kind: 'object' },
  call: FetchCall,
  tools: FileTools,
): Promise<Artifact> {
  const found = await tools.objects.get(source.object);
  if (found === undefined) {
    throw call.failures.fail('ArtifactNotFound', { reason: 'there is no such object here' });
  }
  return buildPackage(found.body, source.name, found.info.size, call, tools);
}

/** All objects whose keys start with the prefix, as a folder. */
export async function fetchObjectFolder(
  source: Source & { kind: 'objectFolder' },
  call: FetchCall,
  tools: FileTools,
): Promise<Artifact> {
  return buildFolder(objectFiles(source, tools.objects), call, tools);
}

interface FolderFile {
  readonly name: string;
  readonly executable: boolean;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

async function* localFiles(root: string, failures: Failures): AsyncIterable<FolderFile> {
  for await (const { name, path, kind } of walkFolder(root, failures)) {
    if (kind === 'folder') continue;
    const info = await lstat(path);
    const open = async (): Promise<AsyncIterable<Uint8Array>> =>
      deferFailure((await openRegular(path, failures)).createReadStream());
    yield { name, executable: (info.mode & 0o111) !== 0, open };
  }
}

async function* objectFiles(
  { bucket, prefix }: Source & { kind: 'objectFolder' },
  objects: ObjectStore,
): AsyncIterable<FolderFile> {
  for await (const { key } of objects.list(bucket, prefix)) {
    if (key.endsWith('/')) continue; // The marker of an empty folder.
    const open = async (): Promise<AsyncIterable<Uint8Array>> => {
      const found = await objects.get({ bucket, key });
      if (found === undefined) throw new Error(`the object ${key} was removed while it was read`);
      return found.body;
    };
    yield { name: key.slice(prefix.length), executable: false, open };
  }
}

async function buildPackage(
  content: AsyncIterable<Uint8Array>,
  name: string,
  total: number,
  { ref, digest, failures, signal, onProgress }: FetchCall,
  tools: FileTools,
): Promise<Artifact> {
  const { workplace, limits } = tools;
  const work = await workplace.make();
  try {
    const path = join(work, 'package');
    const copied = await copyIn(content, path, {
      limitBytes: limits.downloadBytes,
      tooLarge: () => failures.fail('ArtifactTooLarge', { limit: limits.downloadBytes, unit: 'bytes' }),
      signal,
      onBytes: (bytes) => onProgress({ bytes, total }),
    });
    checkDigest(copied.digest, digest, failures);
    return await buildArtifact({ path, name, ...copied }, ref.uncompress, failures, tools, signal);
  } finally {
    await workplace.discard(work);
  }
}

async function buildFolder(
  files: AsyncIterable<FolderFile>,
  { digest: wanted, failures, signal, onProgress }: FetchCall,
  { workplace, limits, shelf }: FileTools,
): Promise<Artifact> {
  const work = await workplace.make();
  try {
    const content = join(work, 'content');
    await mkdir(content, { mode: 0o755 });
    const writer = new TreeWriter(content, failures, limits, Number.POSITIVE_INFINITY);
    const hashes = new Map<string, { size: number; hash: string }>();
    for await (const file of files) {
      signal.throwIfAborted();
      const stream = hashed(abortable(await file.open(), signal));
      await writer.addFile(file.name, file.executable, stream.content);
      const { segments } = entryPath(file.name) as { segments: readonly string[] };
      const path = segments.join('/');
      hashes.set(path, { size: writer.files.get(path)!, hash: stream.digest() });
      onProgress({ bytes: writer.bytes, total: undefined });
    }
    if (hashes.size === 0) throw failures.fail('ArtifactNotFound', { reason: 'the folder holds no file' });
    await writer.sync();
    const digest = folderDigest(hashes);
    checkDigest(digest, wanted, failures);
    return await shelf.publish(work, treeVariant, manifestOf(digest, writer));
  } catch (error) {
    await workplace.discard(work);
    throw error;
  }
}

async function* abortable(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    signal.throwIfAborted();
    yield chunk;
  }
}
