import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@openeas/kernel';
import type { Validators } from './range-answer.js';
import { downloadMark } from './workplace.js';

const NO_VALIDATORS: Validators = { ifRange: null, total: null };

/**
 * A package being downloaded: its bytes, their running hash, and a state file that says up to where the bytes
 * are known to be on disk. After a kill or a power loss only those count.
 */
export class DownloadFile {
  readonly path: string;
  readonly #statePath: string;
  readonly #checkpointBytes: number;
  #file: FileHandle | undefined;
  #hash: Hash = createHash('sha256');
  #size = 0;
  #durable = 0;
  #validators: Validators = NO_VALIDATORS;

  private constructor(dir: string, key: string, checkpointBytes: number) {
    this.path = join(dir, 'data');
    this.#statePath = join(dir, downloadMark(key));
    this.#checkpointBytes = checkpointBytes;
  }

  /** Opens what `dir` holds of the download `key`, or begins it. */
  static async open(dir: string, key: string, checkpointBytes: number): Promise<DownloadFile> {
    const download = new DownloadFile(dir, key, checkpointBytes);
    await download.#load();
    return download;
  }

  /** Bytes received so far. */
  get size(): number {
    return this.#size;
  }

  get validators(): Validators {
    return this.#validators;
  }

  /** Where a range may start: one byte is fetched again when all are here, to ask whether they still hold. */
  get resumeOffset(): number {
    if (this.#validators.ifRange === null) return 0;
    return this.#size === this.#validators.total ? Math.max(0, this.#size - 1) : this.#size;
  }

  /** Cuts the file to `size` bytes; from 0 on the new package has `validators`. */
  async restart(size: number, validators: Validators): Promise<void> {
    const file = this.#handle();
    if (size !== this.#size) {
      await file.truncate(size);
      this.#size = size;
      await this.#rehash();
    }
    this.#validators = validators;
    await this.checkpoint();
  }

  async append(chunk: Buffer): Promise<void> {
    const file = this.#handle();
    for (let at = 0; at < chunk.length; ) {
      at += (await file.write(chunk, at, chunk.length - at, this.#size + at)).bytesWritten;
    }
    this.#hash.update(chunk);
    this.#size += chunk.length;
    if (this.#size - this.#durable >= this.#checkpointBytes) await this.checkpoint();
  }

  /** Flushes the bytes, then records how many there are. */
  async checkpoint(): Promise<void> {
    await this.#handle().datasync();
    this.#durable = this.#size;
    writeFileAtomic(this.#statePath, JSON.stringify({ durable: this.#durable, ...this.#validators }));
  }

  /** `sha256:…` over all bytes. */
  digest(): string {
    return `sha256:${this.#hash.copy().digest('hex')}`;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #load(): Promise<void> {
    const state = parseState(await readFile(this.#statePath, 'utf8').catch(() => ''));
    // Appending creates the file when it is missing; positions need it opened the other way.
    await (await open(this.path, 'a', 0o600)).close();
    this.#file = await open(this.path, 'r+');
    const { size } = await this.#file.stat();
    if (state === undefined || state.durable > size) {
      await this.#file.truncate(0);
      return;
    }
    await this.#file.truncate(state.durable);
    this.#size = state.durable;
    this.#durable = state.durable;
    this.#validators = { ifRange: state.ifRange, total: state.total };
    await this.#rehash();
  }

  async #rehash(): Promise<void> {
    this.#hash = createHash('sha256');
    if (this.#size === 0) return;
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (let at = 0; at < this.#size; ) {
      const { bytesRead } = await this.#handle().read(
        buffer,
        0,
        Math.min(buffer.length, this.#size - at),
        at,
      );
      if (bytesRead === 0) throw new Error('the partial download shrank while it was read');
      this.#hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  #handle(): FileHandle {
    if (this.#file === undefined) throw new Error('the download is closed');
    return this.#file;
  }
}

function parseState(text: string): ({ durable: number } & Validators) | undefined {
  try {
    const state = JSON.parse(text) as Partial<{ durable: number } & Validators>;
    const { durable, ifRange = null, total = null } = state;
    return Number.isSafeInteger(durable) && durable !== undefined && durable >= 0
      ? { durable, ifRange, total }
      : undefined;
  } catch {
    return undefined;
  }
}
