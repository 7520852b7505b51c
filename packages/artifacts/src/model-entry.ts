import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import { entryPath } from './entry-path.js';
import type { Artifact } from './port.js';

/**
 * The absolute path handed to a processor: the entry inside the package, or its only file, or its folder.
 * Fails with InvalidParameter that lists what the package holds.
 */
export function resolveEntry(artifact: Artifact, entry: string | undefined, field = 'model_entry'): string {
  if (entry === undefined || entry === '') {
    return artifact.singleFile === null ? artifact.dir : join(artifact.dir, artifact.singleFile);
  }
  const parsed = entryPath(entry);
  const path = parsed.ok ? join(artifact.dir, ...parsed.segments) : undefined;
  if (path !== undefined && exists(path)) return path;
  const held = readdirSync(artifact.dir).slice(0, 20).join(', ');
  throw new OpenEasError('InvalidParameter', {
    field,
    value: JSON.stringify(entry),
    expected: `a file or folder of the package, which holds ${held}`,
  });
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
