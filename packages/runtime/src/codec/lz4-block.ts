import { type Codec, damaged } from './codec.js';
import { findMatches } from './match-finder.js';
import { OutputBuffer } from './output-buffer.js';

/**
 * The raw LZ4 block (lz4_Block_format.md), the Java client's `LZ4`. It does not carry its length: requests are
 * decoded into a buffer that grows up to the limit, answers tell it in `X-LZ4-Original-Length`.
 */
export const lz4BlockCodec: Codec = {
  name: 'lz4-block',
  decode(bytes, limit) {
    const out = new OutputBuffer(Math.min(limit, bytes.length * 3), limit);
    decodeBlock(bytes, 0, bytes.length, out);
    return out.finish();
  },
  encode: (bytes) => encodeBlock(bytes),
};

const MIN_MATCH = 4;

/** Appends the block in `bytes[start, end)` to `out`; copies may reach back into what is there already. */
export function decodeBlock(bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  let at = start;
  const extended = (base: number): number => {
    if (base !== 15) return base;
    let length = base;
    for (;;) {
      const byte = at < end ? bytes[at++]! : -1;
      if (byte < 0) throw damaged('LZ4', 'it ends inside a length');
      length += byte;
      if (byte !== 255) return length;
    }
  };
  while (at < end) {
    const token = bytes[at++]!;
    const literals = extended(token >> 4);
    if (at + literals > end) throw damaged('LZ4', 'a literal is cut off');
    out.literal(bytes, at, at + literals);
    at += literals;
    if (at === end) return; // The last sequence has literals only.
    if (at + 2 > end) throw damaged('LZ4', 'it ends inside an offset');
    const offset = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    if (offset === 0 || offset > out.length) throw damaged('LZ4', `a copy reaches ${offset} bytes back`);
    out.copy(offset, extended(token & 15) + MIN_MATCH);
  }
  throw damaged('LZ4', 'it ends after a copy instead of a literal');
}

export function encodeBlock(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + Math.ceil(bytes.length / 255) + 16);
  let at = 0;
  const extend = (length: number): void => {
    let left = length - 15;
    for (; left >= 255; left -= 255) out[at++] = 255;
    out[at++] = left;
  };
  const sequence = (start: number, end: number, offset: number, length: number): void => {
    const literals = end - start;
    const extra = length - MIN_MATCH;
    out[at++] = (Math.min(15, literals) << 4) | (offset === 0 ? 0 : Math.min(15, extra));
    if (literals >= 15) extend(literals);
    out.set(bytes.subarray(start, end), at);
    at += literals;
    if (offset === 0) return;
    out[at++] = offset & 0xff;
    out[at++] = offset >> 8;
    if (extra >= 15) extend(extra);
  };
  // The format: no match begins in the last 12 bytes, the last 5 are literals.
  const options = { from: 0, to: bytes.length, maxOffset: 65535, margin: 12, tail: 5 };
  const rest = findMatches(bytes, options, sequence);
  sequence(rest, bytes.length, 0, 0);
  return out.subarray(0, at);
}
