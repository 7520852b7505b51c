import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { crc32 } from './crc32.js';
import { deferFailure } from './defer-failure.js';
import type { Failures } from './failures.js';
import type { TreeWriter } from './tree-writer.js';

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const LINK = 0o120000;
const MADE_BY_UNIX = 3;

/** Unpacks a zip from disk, in the order of its directory, checking sizes and checksums. */
export async function unpackZip(
  path: string,
  writer: TreeWriter,
  failures: Failures,
  signal: AbortSignal,
): Promise<void> {
  const zip = await openZip(path);
  try {
    for await (const entry of entriesOf(zip)) {
      signal.throwIfAborted();
      await takeEntry(zip, entry, writer, failures, signal);
    }
  } finally {
    zip.close();
  }
}

async function takeEntry(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  writer: TreeWriter,
  failures: Failures,
  signal: AbortSignal,
): Promise<void> {
  // Decoded here and not by the library, which would call a hostile name a damaged archive.
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  const mode = entry.versionMadeBy >> 8 === MADE_BY_UNIX ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & FILE_TYPE;
  if (type === LINK) throw writer.refuse(name, 'it is a link');
  if (type !== 0 && type !== REGULAR && type !== FOLDER)
    throw writer.refuse(name, 'it is not a file or a folder');
  if (entry.isEncrypted()) {
    throw failures.fail('ArtifactDamaged', { format: 'zip', reason: `${name} is encrypted` });
  }
  if (name.endsWith('/')) return writer.addFolder(name);
  if (type === FOLDER) throw writer.refuse(name, 'it is a folder by type and a file by name');
  const stream = await openEntry(zip, entry);
  const abort = (): void => void stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await writer.addFile(name, (mode & 0o111) !== 0, checked(stream, entry, name));
  } finally {
    signal.removeEventListener('abort', abort);
    stream.destroy();
  }
}

async function* checked(stream: Readable, entry: yauzl.Entry, name: string): AsyncIterable<Buffer> {
  let sum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error(`the checksum of ${name} does not fit its content`);
}

function openZip(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(
      path,
      { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: false },
      (error, zip) => (error ? reject(error) : resolve(zip)),
    );
  });
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(deferFailure(stream))));
  });
}

async function* entriesOf(zip: yauzl.ZipFile): AsyncIterable<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      const settle = (action: () => void): void => {
        zip.off('entry', onEntry);
        zip.off('end', onEnd);
        zip.off('error', onError);
        action();
      };
      const onEntry = (next: yauzl.Entry): void => settle(() => resolve(next));
      const onEnd = (): void => settle(() => resolve(undefined));
      const onError = (error: Error): void => settle(() => reject(error));
      zip.on('entry', onEntry);
      zip.on('end', onEnd);
      zip.on('error', onError);
      zip.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}
