import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Failures, reasonOf } from './failures.js';
import type { ArtifactLimits } from './limits.js';
import type { Artifact } from './port.js';
import { fileVariant, type Manifest, type Shelf, syncFolder, treeVariant } from './shelf.js';
import { TreeWriter } from './tree-writer.js';
import { detectFormat, unpack } from './unpack.js';
import type { Workplace } from './workplace.js';

/** A package that lies on disk, complete, with its digest known. */
export interface FetchedPackage {
  readonly path: string;
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
}

export interface BuildTools {
  readonly workplace: Workplace;
  readonly shelf: Shelf;
  readonly limits: ArtifactLimits;
}

/** Turns a fetched package into a kept artifact. The package file may be moved away; it is not needed after. */
export async function buildArtifact(
  fetched: FetchedPackage,
  uncompress: boolean,
  failures: Failures,
  { workplace, shelf, limits }: BuildTools,
  signal: AbortSignal,
): Promise<Artifact> {
  const { digest, name, path, bytes } = fetched;
  const request = { path, name, signal };
  const format = uncompress ? await detectFormat(request, failures) : 'file';
  if (format === 'file' && bytes === 0) {
    throw failures.fail('ArtifactDamaged', { format: 'file', reason: 'it is empty' });
  }
  const variant = format === 'file' ? fileVariant(name) : treeVariant;
  const kept = await shelf.find(digest, [variant]);
  if (kept !== undefined) return kept;

  const work = await workplace.make();
  try {
    const content = join(work, 'content');
    await mkdir(content, { mode: 0o755 });
    let manifest: Manifest;
    if (format === 'file') {
      const target = join(content, name);
      await rename(path, target);
      await chmod(target, 0o444);
      await syncFolder(content);
      manifest = { format: 1, digest, singleFile: name, bytes, files: 1 };
    } else {
      const writer = new TreeWriter(content, failures, limits, bytes);
      await unpack(format, request, writer, failures);
      await writer.sync();
      manifest = manifestOf(digest, writer);
    }
    signal.throwIfAborted();
    return await shelf.publish(work, variant, manifest);
  } catch (error) {
    await workplace.discard(work);
    throw error;
  }
}

export function manifestOf(digest: string, writer: TreeWriter): Manifest {
  const [only] = writer.files.keys();
  const { size } = writer.files;
  return { format: 1, digest, singleFile: size === 1 ? only! : null, bytes: writer.bytes, files: size };
}

/** Failures of this machine, as opposed to those of the package, in the words of the catalogue. */
export function localFailure(error: unknown, failures: Failures): Error {
  return failures.fail('ArtifactFetchFailed', { reason: reasonOf(error) }, error);
}
