import { createHash } from 'node:crypto';
import { OpenEasError } from '@openeas/contracts';
import { type BuildTools, buildArtifact } from './build.js';
import { DownloadFile } from './download-file.js';
import type { Failures } from './failures.js';
import { download, type Progress } from './http-download.js';
import type { FetchContext } from './http-fetch.js';
import type { Artifact, ArtifactRef } from './port.js';
import type { Source } from './source.js';

/** Downloads a package and builds it. What was cut off is kept for the next call, in this process or another. */
export async function fetchHttp(
  source: Source & { kind: 'http' },
  ref: ArtifactRef,
  digest: string | null,
  failures: Failures,
  tools: BuildTools & FetchContext,
  signal: AbortSignal,
  onProgress: Progress,
): Promise<Artifact> {
  const { workplace, limits } = tools;
  const key = createHash('sha256').update(source.url.href).digest('hex');
  const dir = await workplace.resume(key);
  let keep = true;
  try {
    const file = await DownloadFile.open(dir, key, limits.checkpointBytes);
    try {
      await download(source.url, file, failures, tools, signal, onProgress);
    } finally {
      keep = file.validators.ifRange !== null && file.size > 0;
      await file.close();
    }
    checkDigest(file.digest(), digest, failures);
    const fetched = { path: file.path, name: source.name, digest: file.digest(), bytes: file.size };
    const artifact = await buildArtifact(fetched, ref.uncompress, failures, tools, signal);
    keep = false;
    return artifact;
  } catch (error) {
    // What a complete package was refused for will not go away by fetching its last byte again.
    if (error instanceof OpenEasError && !error.retryable) keep = false;
    throw error;
  } finally {
    await (keep ? workplace.keep(dir, key) : workplace.discard(dir));
  }
}

export function checkDigest(found: string, wanted: string | null, failures: Failures): void {
  if (wanted !== null && found !== wanted) throw failures.fail('ArtifactChanged', { found, wanted });
}
