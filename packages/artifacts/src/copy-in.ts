import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Copies a stream to a new file and flushes it; returns its digest and size. */
export async function copyIn(
  content: AsyncIterable<Uint8Array>,
  path: string,
  options: { limitBytes: number; tooLarge: () => Error; signal: AbortSignal; onBytes(bytes: number): void },
): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of content) {
      options.signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > options.limitBytes) throw options.tooLarge();
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
      options.onBytes(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, bytes };
}

/** Passes chunks on while hashing them; `digest` is complete once the chunks are through. */
export function hashed(content: AsyncIterable<Uint8Array>): {
  content: AsyncIterable<Uint8Array>;
  digest(): string;
} {
  const hash = createHash('sha256');
  async function* pass(): AsyncIterable<Uint8Array> {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { content: pass(), digest: () => hash.digest('hex') };
}

/** The digest of a folder: over its files' paths, sizes and own hashes, in byte order of the paths. */
export function folderDigest(files: ReadonlyMap<string, { size: number; hash: string }>): string {
  const hash = createHash('sha256');
  const paths = [...files.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const path of paths) {
    const { size, hash: content } = files.get(path)!;
    hash.update(`${JSON.stringify(path)} ${size} ${content}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}
