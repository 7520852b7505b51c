import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { OpenEasError } from '@openeas/contracts';
import { systemClock } from '@openeas/kernel';
import { type Header, pack } from 'tar-stream';
import { onTestFinished } from 'vitest';
import { type ArtifactStoreOptions, createArtifactStore } from '../artifact-store.js';
import { crc32 } from '../crc32.js';
import type { ArtifactLimits } from '../limits.js';
import { createObjectStore } from '../object-store.js';
import type { Artifact, ArtifactRef, ArtifactStore, EnsureOptions, ObjectStore } from '../port.js';

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'openeas-artifacts-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly requests: IncomingMessage[];
}

export async function startServer(listener: RequestListener): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests };
}

export interface TestStore {
  readonly root: string;
  readonly store: ArtifactStore;
  readonly objects: ObjectStore;
  ensure(source: string, options?: Partial<EnsureOptions & ArtifactRef>): Promise<Artifact>;
  /** The failure of an `ensure`, which must be one of the catalogue. */
  refusal(source: string, options?: Partial<EnsureOptions & ArtifactRef>): Promise<OpenEasError>;
  /** What lies in `work`, `partial` and `sha256`. */
  leftovers(): { work: string[]; partial: string[]; kept: string[] };
}

/** Limits that make failures quick; the figures of a test win. */
const QUICK: Partial<ArtifactLimits> = { attempts: 2, idleMs: 5000, connectMs: 5000, graceMs: -1 };

export async function openStore(
  options: Partial<ArtifactStoreOptions> = {},
  root = join(tempDir(), 'artifacts'),
): Promise<TestStore> {
  const objects = createObjectStore({ root: join(root, '..', 'objects'), clock: systemClock });
  const store = await createArtifactStore({
    root,
    objects,
    clock: systemClock,
    ...options,
    limits: { ...QUICK, ...options.limits },
  });
  onTestFinished(() => store.close());
  const ensure: TestStore['ensure'] = (source, { field, accountUid, uncompress, ...rest } = {}) =>
    store.ensure(
      { field: field ?? 'model_path', source, accountUid: accountUid ?? '1', uncompress: uncompress ?? true },
      { digest: null, signal: new AbortController().signal, ...rest },
    );
  return {
    root,
    store,
    objects,
    ensure,
    refusal: async (source, rest) => {
      const error: unknown = await ensure(source, rest).then(
        (artifact) => artifact,
        (failure: unknown) => failure,
      );
      if (error instanceof OpenEasError) return error;
      throw new Error('expected a failure of the catalogue', { cause: error });
    },
    leftovers: () => ({
      work: readdirSync(join(root, 'work')),
      partial: readdirSync(join(root, 'partial')),
      kept: readdirSync(join(root, 'sha256')),
    }),
  };
}

export async function tarOf(
  entries: readonly (Partial<Header> & { name: string; content?: string | Buffer })[],
): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface ZipEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** Unix mode with file type; 0 = made on a system without. */
  readonly mode?: number;
  readonly flags?: number;
  /** Deviations from the truth. */
  readonly crc?: number;
  readonly size?: number;
}

/** A zip as the entries say, however wrong. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? '');
    const packed = deflateRawSync(content);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(entry.crc ?? crc32(content), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(entry.size ?? content.length, 8);
    const shared = Buffer.alloc(10);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE((entry.flags ?? 0) | 0x800, 2);
    shared.writeUInt16LE(8, 4);
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      shared,
      sizes,
      u16(name.length),
      u16(0),
      name,
      packed,
    ]);
    const mode = entry.mode ?? 0;
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode === 0 ? 0 : (mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const madeBy = u16(mode === 0 ? 20 : (3 << 8) | 20);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02', 'latin1'),
        madeBy,
        shared,
        sizes,
        u16(name.length),
        u16(0),
        tail,
        name,
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}
