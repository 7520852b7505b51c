import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { entryPath } from './entry-path.js';
import { errnoOf, type Failures } from './failures.js';
import type { ArtifactLimits } from './limits.js';

/** Writes the entries of one package below one folder, under the limits, and flushes them to disk. */
export class TreeWriter {
  readonly #dir: string;
  readonly #failures: Failures;
  readonly #limits: ArtifactLimits;
  /** Bytes that came over the wire, for the ratio. */
  readonly #packedBytes: number;
  readonly #files = new Map<string, number>();
  readonly #folders = new Set<string>(['']);
  #bytes = 0;

  constructor(dir: string, failures: Failures, limits: ArtifactLimits, packedBytes: number) {
    this.#dir = dir;
    this.#failures = failures;
    this.#limits = limits;
    this.#packedBytes = packedBytes;
  }

  /** Relative paths of the files written, with their sizes. */
  get files(): ReadonlyMap<string, number> {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async addFolder(name: string): Promise<void> {
    await this.#makeFolder(name, this.#segments(name));
  }

  async addFile(name: string, executable: boolean, content: AsyncIterable<Uint8Array>): Promise<void> {
    const segments = this.#segments(name);
    const path = segments.join('/');
    if (path === '' || name.endsWith('/')) throw this.refuse(name, 'a file needs a name');
    await this.#makeFolder(name, segments.slice(0, -1));
    if (this.#files.has(path) || this.#folders.has(path)) throw this.refuse(name, 'the name appears twice');
    this.#files.set(path, 0);
    this.#checkEntries();
    // Mode bits of the archive are dropped but for "may be run": nothing is writable or setuid.
    const file = await this.#create(name, join(this.#dir, ...segments), executable ? 0o555 : 0o444);
    try {
      this.#files.set(path, await this.#copy(content, file));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes the folders themselves durable. */
  async sync(): Promise<void> {
    for (const folder of this.#folders) {
      const handle = await open(join(this.#dir, folder), 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
  }

  refuse(entry: string, reason: string): Error {
    return this.#failures.fail('ArtifactUnsafe', { entry: JSON.stringify(entry.slice(0, 200)), reason });
  }

  async #copy(content: AsyncIterable<Uint8Array>, file: FileHandle): Promise<number> {
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      this.#bytes += chunk.length;
      this.#checkBytes();
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
    }
    return size;
  }

  #segments(name: string): readonly string[] {
    const path = entryPath(name);
    if (!path.ok) throw this.refuse(name, path.reason);
    return path.segments;
  }

  async #makeFolder(name: string, segments: readonly string[]): Promise<void> {
    for (let length = 1; length <= segments.length; length++) {
      const path = segments.slice(0, length).join('/');
      if (this.#folders.has(path)) continue;
      if (this.#files.has(path)) throw this.refuse(name, `${path} is a file and a folder`);
      this.#folders.add(path);
      this.#checkEntries();
      try {
        await mkdir(join(this.#dir, path));
      } catch (error) {
        // Two names that this file system holds for one, e.g. by case.
        if (errnoOf(error) === 'EEXIST') throw this.refuse(name, 'the name appears twice');
        throw error;
      }
    }
  }

  async #create(name: string, path: string, mode: number): Promise<FileHandle> {
    try {
      return await open(path, 'wx', mode);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw this.refuse(name, 'the name appears twice');
      throw error;
    }
  }

  #checkEntries(): void {
    const { entries } = this.#limits;
    if (this.#files.size + this.#folders.size - 1 > entries) {
      throw this.#failures.fail('ArtifactTooLarge', { limit: entries, unit: 'files and folders' });
    }
  }

  #checkBytes(): void {
    const { unpackedBytes, ratio, ratioFloorBytes } = this.#limits;
    if (this.#bytes > unpackedBytes) {
      throw this.#failures.fail('ArtifactTooLarge', { limit: unpackedBytes, unit: 'bytes unpacked' });
    }
    if (this.#bytes > ratioFloorBytes && this.#bytes > ratio * this.#packedBytes) {
      throw this.#failures.fail('ArtifactTooLarge', { limit: ratio, unit: 'unpacked bytes per packed byte' });
    }
  }
}
