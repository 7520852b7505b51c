import { type Codec, damaged, tooLarge } from './codec.js';
import { decodeBlock, encodeBlock } from './lz4-block.js';
import { OutputBuffer } from './output-buffer.js';
import { xxhash32 } from './xxhash32.js';

/** The LZ4 frame (lz4_Frame_format.md, version 01), the Java client's `LZ4Frame`; checksums are verified. */
export const lz4FrameCodec: Codec = { name: 'lz4', decode, encode };

const MAGIC = 0x184d2204;
const SKIPPABLE = 0x184d2a50;
const RAW_BLOCK = 0x80000000;
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };

function decode(bytes: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (at: number, size: number): void => {
    if (at + size > bytes.length) throw damaged('LZ4 frame', 'it is cut off');
  };
  const parts: Uint8Array[] = [];
  let total = 0;
  let at = 0;
  do {
    need(at, 4);
    const magic = view.getUint32(at, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      need(at, 8);
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== MAGIC) throw damaged('LZ4 frame', `it starts with 0x${magic.toString(16)}`);
    const frame = decodeFrame(bytes, view, at + 4, limit - total, need);
    parts.push(frame.content);
    total += frame.content.length;
    at = frame.end;
  } while (at < bytes.length);
  return parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts));
}

function decodeFrame(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  limit: number,
  need: (at: number, size: number) => void,
): { content: Uint8Array; end: number } {
  need(start, 3);
  const flags = bytes[start]!;
  const maxBlock = BLOCK_BYTES[(bytes[start + 1]! >> 4) & 7];
  if (flags >> 6 !== 1 || (flags & 2) !== 0 || maxBlock === undefined) {
    throw damaged('LZ4 frame', 'its descriptor is not of version 01');
  }
  if ((flags & 1) !== 0) throw damaged('LZ4 frame', 'it needs a dictionary');
  let at = start + 2;
  let size = -1;
  if ((flags & 8) !== 0) {
    need(at, 8);
    const declared = view.getBigUint64(at, true);
    if (declared > BigInt(limit)) throw tooLarge(limit);
    size = Number(declared);
    at += 8;
  }
  need(at, 1);
  if (((xxhash32(bytes, start, at) >> 8) & 0xff) !== bytes[at]) {
    throw damaged('LZ4 frame', 'the checksum of its descriptor is wrong');
  }
  at++;
  // The declared size is a claim until the blocks are there: it bounds, it does not allocate.
  const out = new OutputBuffer(
    Math.min(limit, size < 0 ? bytes.length * 3 : Math.min(size, bytes.length * 256)),
    limit,
  );
  for (;;) {
    need(at, 4);
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const length = header & 0x7fffffff;
    if (length > maxBlock)
      throw damaged('LZ4 frame', `a block has ${length} bytes, more than the ${maxBlock} allowed`);
    need(at, length);
    const before = out.length;
    if ((header & RAW_BLOCK) !== 0) out.literal(bytes, at, at + length);
    else decodeBlock(bytes, at, at + length, out);
    if (out.length - before > maxBlock) throw damaged('LZ4 frame', 'a block is larger than declared');
    if ((flags & 16) !== 0) {
      need(at + length, 4);
      if (xxhash32(bytes, at, at + length) !== view.getUint32(at + length, true)) {
        throw damaged('LZ4 frame', 'the checksum of a block is wrong');
      }
      at += 4;
    }
    at += length;
  }
  const content = out.finish();
  if ((flags & 4) !== 0) {
    need(at, 4);
    if (xxhash32(content) !== view.getUint32(at, true)) throw damaged('LZ4 frame', 'its checksum is wrong');
    at += 4;
  }
  if (size >= 0 && content.length !== size) {
    throw damaged('LZ4 frame', `it holds ${content.length} bytes instead of the ${size} it claims`);
  }
  return { content, end: at };
}

/** Independent blocks of at most 4 MiB, content size and content checksum given. */
function encode(bytes: Uint8Array): Uint8Array {
  const maxBlock = 1 << 22;
  const blocks: { data: Uint8Array; raw: boolean }[] = [];
  for (let from = 0; from < bytes.length; from += maxBlock) {
    const plain = bytes.subarray(from, Math.min(bytes.length, from + maxBlock));
    const packed = encodeBlock(plain);
    const raw = packed.length >= plain.length;
    blocks.push({ data: raw ? plain : packed, raw });
  }
  const length = 15 + blocks.reduce((sum, { data }) => sum + 4 + data.length, 0) + 8;
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  out[4] = (1 << 6) | (1 << 5) | 8 | 4;
  out[5] = 7 << 4;
  view.setBigUint64(6, BigInt(bytes.length), true);
  out[14] = (xxhash32(out, 4, 14) >> 8) & 0xff;
  let at = 15;
  for (const { data, raw } of blocks) {
    view.setUint32(at, (data.length | (raw ? RAW_BLOCK : 0)) >>> 0, true);
    out.set(data, at + 4);
    at += 4 + data.length;
  }
  view.setUint32(at, 0, true);
  view.setUint32(at + 4, xxhash32(bytes), true);
  return out;
}
