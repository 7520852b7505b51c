import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, writeFileAtomic } from '@openeas/kernel';
import { errnoOf } from './failures.js';
import type { Artifact } from './port.js';
import type { Workplace } from './workplace.js';

/** `manifest.json`, beside the content it describes. */
export interface Manifest {
  readonly format: 1;
  readonly digest: string;
  readonly singleFile: string | null;
  /** Of the files of the content. */
  readonly bytes: number;
  readonly files: number;
}

const TREE = 'tree';
const DIGEST = /^sha256:([0-9a-f]{64})$/;

/**
 * What a package became: the same bytes unpacked, and kept whole under some name, are different contents
 * of one digest.
 */
export type Variant = string;
export const treeVariant: Variant = TREE;
export function fileVariant(name: string): Variant {
  return `file-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

/** The kept packages: `root/sha256/{hex}/{variant}/{manifest.json, content/}`. Whole or not at all. */
export class Shelf {
  readonly #dir: string;
  readonly #workplace: Workplace;
  readonly #clock: Clock;

  constructor(root: string, workplace: Workplace, clock: Clock) {
    this.#dir = join(root, 'sha256');
    this.#workplace = workplace;
    this.#clock = clock;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
  }

  /** The first of `variants` that is kept and intact. */
  async find(digest: string, variants: readonly Variant[]): Promise<Artifact | undefined> {
    for (const variant of variants) {
      const dir = this.#variantDir(digest, variant);
      const manifest = dir === undefined ? undefined : await verified(dir, digest);
      if (dir === undefined || manifest === undefined) continue;
      const now = this.#clock.now() / 1000;
      await utimes(join(dir, 'manifest.json'), now, now).catch(ignoreMissing);
      return artifactOf(dir, manifest);
    }
    return undefined;
  }

  async findAny(digest: string): Promise<Artifact | undefined> {
    const hex = DIGEST.exec(digest)?.[1];
    if (hex === undefined) return undefined;
    const variants = await readdir(join(this.#dir, hex)).catch(() => []);
    return this.find(
      digest,
      variants.sort((a, b) => Number(b === TREE) - Number(a === TREE) || (a < b ? -1 : 1)),
    );
  }

  /**
   * Puts `work` (a folder that holds `content/`, flushed to disk) on the shelf by one rename. Of two that
   * publish the same, the first stays and the other takes its result.
   */
  async publish(work: string, variant: Variant, manifest: Manifest): Promise<Artifact> {
    const { digest } = manifest;
    const target = this.#variantDir(digest, variant);
    if (target === undefined) throw new Error(`bad digest ${digest}`);
    writeFileAtomic(join(work, 'manifest.json'), JSON.stringify(manifest));
    for (;;) {
      await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
      try {
        await rename(work, target);
      } catch (error) {
        const code = errnoOf(error);
        if (code === 'ENOENT' && (await exists(work))) continue; // `collect` removed the empty folder in between.
        if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
        const kept = await this.find(digest, [variant]);
        if (kept !== undefined) {
          await this.#workplace.discard(work);
          return kept;
        }
        await this.#takeDown(target); // What lies there is damaged.
        continue;
      }
      for (const folder of [join(target, '..'), this.#dir]) await syncFolder(folder);
      await this.find(digest, [variant]);
      return artifactOf(target, manifest);
    }
  }

  /** Removes what `mayGo` allows and what was last used before `usedBefore`; returns the bytes freed. */
  async collect(mayGo: (digest: string) => boolean, usedBefore: number): Promise<number> {
    let freed = 0;
    for (const hex of await readdir(this.#dir)) {
      const digest = `sha256:${hex}`;
      for (const variant of await readdir(join(this.#dir, hex)).catch(() => [])) {
        const dir = join(this.#dir, hex, variant);
        const used = await stat(join(dir, 'manifest.json')).catch(() => undefined);
        if (!mayGo(digest) || (used !== undefined && used.mtimeMs >= usedBefore)) continue;
        const manifest = await readManifest(dir);
        if (await this.#takeDown(dir)) freed += manifest?.bytes ?? 0;
      }
      await rmdir(join(this.#dir, hex)).catch(() => undefined); // Stays while something lies in it.
    }
    return freed;
  }

  /** Vanishes in one step; then its space is freed. */
  async #takeDown(dir: string): Promise<boolean> {
    const work = await this.#workplace.make();
    try {
      await rename(dir, join(work, 'removed'));
      return true;
    } catch (error) {
      ignoreMissing(error);
      return false;
    } finally {
      await this.#workplace.discard(work);
    }
  }

  #variantDir(digest: string, variant: Variant): string | undefined {
    const hex = DIGEST.exec(digest)?.[1];
    return hex === undefined ? undefined : join(this.#dir, hex, variant);
  }
}

function artifactOf(dir: string, manifest: Manifest): Artifact {
  const { digest, singleFile, bytes, files } = manifest;
  return { digest, dir: join(dir, 'content'), singleFile, bytes, files };
}

/** The manifest when the content is all there, by number and size of its files. */
async function verified(dir: string, digest: string): Promise<Manifest | undefined> {
  const manifest = await readManifest(dir);
  if (manifest === undefined || manifest.digest !== digest) return undefined;
  const found = await measure(join(dir, 'content')).catch(() => undefined);
  return found?.files === manifest.files && found.bytes === manifest.bytes ? manifest : undefined;
}

async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest;
    return manifest.format === 1 ? manifest : undefined;
  } catch {
    return undefined;
  }
}

async function measure(dir: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      const inner = await measure(path);
      files += inner.files;
      bytes += inner.bytes;
    } else {
      files++;
      bytes += (await stat(path)).size;
    }
  }
  return { files, bytes };
}

export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function ignoreMissing(error: unknown): void {
  if (errnoOf(error) !== 'ENOENT') throw error;
}
