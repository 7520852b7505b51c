import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OpenEasError } from '@openeas/contracts';
import { extract, type Header } from 'tar-stream';
import { deferFailure } from './defer-failure.js';
import type { TreeWriter } from './tree-writer.js';

/** A tar that ends without its end marker was cut off between two entries. */
export class TarCutError extends Error {
  constructor() {
    super('the end of the archive is missing');
  }
}

/** Unpacks an uncompressed tar stream. Only files and folders are taken; links and devices are refused. */
export async function unpackTar(source: Readable, writer: TreeWriter, signal: AbortSignal): Promise<void> {
  const tar = extract();
  let tail: Buffer = Buffer.alloc(0);
  const feeding = pipeline(
    source,
    async function* watchTail(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        tail = chunk.length >= 512 ? chunk : Buffer.concat([tail.subarray(-512), chunk]);
        yield chunk;
      }
    },
    tar,
    { signal },
  );
  const taking = takeEntries(tar, writer);
  taking.catch(() => source.destroy());
  feeding.catch(() => tar.destroy());
  const [fed, taken] = await Promise.allSettled([feeding, taking]);
  // A refused entry breaks the feeding too; what was refused is the cause.
  if (taken.status === 'rejected' && taken.reason instanceof OpenEasError) throw taken.reason;
  if (fed.status === 'rejected') throw fed.reason;
  if (taken.status === 'rejected') throw taken.reason;
  const end = tail.subarray(-512);
  if (end.length < 512 || end.some((byte) => byte !== 0)) throw new TarCutError();
}

type Entry = AsyncIterable<Buffer> & { readonly header: Header; resume(): unknown };

async function takeEntries(tar: AsyncIterable<unknown>, writer: TreeWriter): Promise<void> {
  for await (const each of tar) {
    const entry = each as Entry;
    const { name, type, mode } = entry.header;
    switch (type) {
      case 'file':
      case 'contiguous-file':
        await writer.addFile(name, (mode & 0o111) !== 0, deferFailure(entry));
        break;
      case 'directory':
        await writer.addFolder(name);
        entry.resume();
        break;
      case 'link':
      case 'symlink':
        throw writer.refuse(name, 'it is a link');
      default:
        throw writer.refuse(name, `it is a ${type}, not a file or a folder`);
    }
  }
}
