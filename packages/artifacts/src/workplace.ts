import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ids, isAlive, processIdentity } from '@openeas/kernel';
import { errnoOf } from './failures.js';

/**
 * Folders that belong to running work. Each is named for the process that owns it, so that what a killed
 * process left is known as such and never taken from one that is alive:
 *
 *   root/work/{pid}.{start stamp}.{random}/    in use
 *   root/partial/{key}/                        a download that can go on, in use by nobody
 *
 * A download moves between the two by rename, which only one process can win.
 */
export class Workplace {
  readonly #work: string;
  readonly #partial: string;
  readonly #ids: Ids;
  readonly #owner: string;

  constructor(root: string, ids: Ids) {
    this.#work = join(root, 'work');
    this.#partial = join(root, 'partial');
    this.#ids = ids;
    this.#owner = ownerName(process.pid, processIdentity(process.pid)?.startTime ?? '');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#work, { recursive: true, mode: 0o700 });
    await mkdir(this.#partial, { recursive: true, mode: 0o700 });
    await this.sweep();
  }

  async make(): Promise<string> {
    const dir = this.#fresh();
    await mkdir(dir, { mode: 0o700 });
    return dir;
  }

  /** Takes over the cut-off download `key`, or starts a new folder. */
  async resume(key: string): Promise<string> {
    const dir = this.#fresh();
    try {
      await rename(join(this.#partial, key), dir);
      return dir;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      await mkdir(dir, { mode: 0o700 });
      return dir;
    }
  }

  /** Keeps a cut-off download for the next try. When another one is kept already, this one goes. */
  async keep(dir: string, key: string): Promise<void> {
    try {
      await rename(dir, join(this.#partial, key));
    } catch (error) {
      const code = errnoOf(error);
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      await this.discard(dir);
    }
  }

  async discard(dir: string): Promise<void> {
    await rm(dir, { recursive: true, force: true });
  }

  /** Collects what killed processes left: downloads are kept for resuming, the rest is removed. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#work)) {
      if (isOwnerAlive(name)) continue;
      const dir = join(this.#work, name);
      const key = await downloadKey(dir);
      if (key === undefined) await this.discard(dir);
      else await this.keep(dir, key).catch(ignoreMissing);
    }
  }

  /** Removes cut-off downloads not touched since `before` (milliseconds since the epoch). */
  async expire(before: number): Promise<void> {
    for (const key of await readdir(this.#partial)) {
      const info = await stat(join(this.#partial, key, downloadMark(key))).catch(() => undefined);
      if (info !== undefined && info.mtimeMs >= before) continue;
      const dir = this.#fresh();
      await rename(join(this.#partial, key), dir).then(() => this.discard(dir), ignoreMissing);
    }
  }

  #fresh(): string {
    return join(this.#work, `${this.#owner}.${this.#ids.hex(12)}`);
  }
}

/** Marks a work folder as a download; the name carries the key, so marking is one atomic step. */
export function downloadMark(key: string): string {
  return `download-${key}`;
}

async function downloadKey(dir: string): Promise<string | undefined> {
  const names = await readdir(dir).catch(() => []);
  return names.find((name) => /^download-[0-9a-f]{64}$/.test(name))?.slice('download-'.length);
}

function ownerName(pid: number, startTime: string): string {
  return `${pid}.${Buffer.from(startTime).toString('hex')}`;
}

function isOwnerAlive(name: string): boolean {
  const [pid, stamp] = name.split('.');
  if (pid === undefined || stamp === undefined || !/^\d+$/.test(pid)) return false;
  return isAlive({ pid: Number(pid), startTime: Buffer.from(stamp, 'hex').toString() });
}

function ignoreMissing(error: unknown): void {
  if (errnoOf(error) !== 'ENOENT') throw error;
}
