import { type Codec, damaged } from './codec.js';
import { findMatches } from './match-finder.js';
import { OutputBuffer } from './output-buffer.js';

/** Raw Snappy (format_description.txt of google/snappy), as the Java and Python clients send it. */
export const snappyCodec: Codec = { name: 'snappy', decode, encode };

const BLOCK = 65536;

function decode(bytes: Uint8Array, limit: number): Uint8Array {
  let at = 0;
  let expected = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw damaged('snappy', 'its length is cut off or too long');
    expected += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  // The length is only a claim: a body of n bytes can become 64 n at most.
  if (expected > bytes.length * 64) throw damaged('snappy', `it claims ${expected} bytes`);
  const out = new OutputBuffer(expected, limit);
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const size = length - 59;
        length = little(bytes, at, size);
        at += size;
      }
      length++;
      if (at + length > bytes.length) throw damaged('snappy', 'a literal is cut off');
      out.literal(bytes, at, at + length);
      at += length;
      continue;
    }
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const size = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    const low = little(bytes, at, size);
    const offset = kind === 1 ? ((tag & 0xe0) << 3) | low : low;
    at += size;
    if (offset === 0 || offset > out.length) throw damaged('snappy', `a copy reaches ${offset} bytes back`);
    out.copy(offset, length);
  }
  if (out.length !== expected) {
    throw damaged('snappy', `it holds ${out.length} bytes instead of the ${expected} it claims`);
  }
  return out.finish();
}

function encode(bytes: Uint8Array): Uint8Array {
  // Worst case of the format: a tag per 60 literals and some at the ends.
  const out = new Uint8Array(32 + bytes.length + Math.ceil(bytes.length / 6));
  let at = 0;
  let length = bytes.length;
  while (length >= 0x80) {
    out[at++] = (length & 0x7f) | 0x80;
    length = Math.floor(length / 128);
  }
  out[at++] = length;
  const literal = (start: number, end: number): void => {
    const count = end - start - 1;
    if (count < 0) return;
    if (count < 60) out[at++] = count << 2;
    else if (count < 256) {
      out[at++] = 60 << 2;
      out[at++] = count;
    } else {
      out[at++] = 61 << 2;
      out[at++] = count & 0xff;
      out[at++] = count >> 8;
    }
    out.set(bytes.subarray(start, end), at);
    at += end - start;
  };
  for (let from = 0; from < bytes.length; from += BLOCK) {
    const to = Math.min(bytes.length, from + BLOCK);
    const rest = findMatches(
      bytes,
      { from, to, maxOffset: 65535, margin: 15, tail: 0 },
      (start, end, offset, size) => {
        literal(start, end);
        for (let left = size; left > 0; ) {
          const part = Math.min(64, left);
          out[at++] = ((part - 1) << 2) | 2;
          out[at++] = offset & 0xff;
          out[at++] = offset >> 8;
          left -= part;
        }
      },
    );
    literal(rest, to);
  }
  return out.subarray(0, at);
}

function little(bytes: Uint8Array, at: number, size: number): number {
  if (at + size > bytes.length) throw damaged('snappy', 'it ends inside a tag');
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}
