import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { errnoOf, type Failures, reasonOf } from './failures.js';
import type { FetchPolicy } from './policy.js';

/** The real path of a local source, when the policy allows to read there. */
export async function allowedPath(path: string, policy: FetchPolicy, failures: Failures): Promise<string> {
  if (policy.localRoots.length === 0) {
    throw failures.fail('ArtifactForbidden', {
      reason: 'this installation reads no local paths; upload the file',
    });
  }
  let real: string;
  try {
    // Links on the way are followed here, once; the result is what is judged and what is read.
    real = await realpath(path);
  } catch (error) {
    throw failures.fail('ArtifactNotFound', { reason: reasonOf(error) }, error);
  }
  const roots = await Promise.all(policy.localRoots.map(realOrSame));
  const forbidden = await Promise.all(policy.localForbidden.map(realOrSame));
  if (!roots.some((root) => isInside(real, root)) || forbidden.some((folder) => isInside(real, folder))) {
    throw failures.fail('ArtifactForbidden', { reason: 'it lies outside the folders that may be read' });
  }
  return real;
}

/** Opens a regular file without following a link in its last part. */
export async function openRegular(path: string, failures: Failures): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Non-blocking: opening a pipe must not wait for its other end.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP')
      throw failures.fail('ArtifactUnsafe', { entry: path, reason: 'it is a link' });
    throw failures.fail('ArtifactNotFound', { reason: reasonOf(error) }, error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw failures.fail('ArtifactUnsafe', { entry: path, reason: 'it is not a file or a folder' });
}

export interface LocalEntry {
  /** Relative, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

/** What lies below a folder, in byte order of the names. Links and devices are refused. */
export async function* walkFolder(root: string, failures: Failures): AsyncIterable<LocalEntry> {
  const pending = [''];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const entries = await readdir(join(root, dir), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = dir === '' ? entry.name : `${dir}/${entry.name}`;
      const path = join(root, name);
      if (entry.isDirectory()) {
        pending.push(name);
        yield { name, path, kind: 'folder' };
      } else if (entry.isFile()) yield { name, path, kind: 'file' };
      else {
        const link = (await lstat(path)).isSymbolicLink();
        const reason = link ? 'it is a link' : 'it is not a file or a folder';
        throw failures.fail('ArtifactUnsafe', { entry: name, reason });
      }
    }
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function realOrSame(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
