import * as zlib from 'node:zlib';
import { type Codec, damaged, tooLarge } from './codec.js';

/** Compression level of answers: speed counts more than the last percent. */
const LEVEL = 3;

function codec(
  name: string,
  inflate: (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer,
  deflate: (bytes: Uint8Array) => Buffer,
): Codec {
  return {
    name,
    decode(bytes, limit) {
      try {
        return inflate(bytes, { maxOutputLength: limit });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit, cause);
        throw damaged(name, (cause as Error).message, cause);
      }
    },
    encode: deflate,
  };
}

export const gzipCodec = codec('gzip', zlib.gunzipSync, (bytes) => zlib.gzipSync(bytes, { level: LEVEL }));
/** The zlib format under its own name, as the Java client's `Auto` knows it. */
export const zlibCodec = codec('zlib', zlib.inflateSync, (bytes) =>
  zlib.deflateSync(bytes, { level: LEVEL }),
);
/** RFC 9110: `deflate` is the zlib format; raw deflate is what some senders mean, so it is read as well. */
export const deflateCodec = codec('deflate', inflateEither, (bytes) =>
  zlib.deflateSync(bytes, { level: LEVEL }),
);
export const brotliCodec = codec('br', zlib.brotliDecompressSync, (bytes) =>
  zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
);

type Zstd = {
  zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;
  zstdCompressSync?: (bytes: Uint8Array) => Buffer;
};
const { zstdDecompressSync, zstdCompressSync } = zlib as unknown as Zstd;

/** Offered where Node.js brings Zstandard (22.15 and newer). */
export const zstdCodec: readonly Codec[] =
  zstdDecompressSync !== undefined && zstdCompressSync !== undefined
    ? [codec('zstd', zstdDecompressSync, zstdCompressSync)]
    : [];

function inflateEither(bytes: Uint8Array, options: { maxOutputLength: number }): Buffer {
  const zlibHeader =
    bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && (bytes[0]! * 256 + bytes[1]!) % 31 === 0;
  return zlibHeader ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
}
