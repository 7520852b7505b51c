import { brotliCodec, deflateCodec, gzipCodec, zlibCodec, zstdCodec } from './zlib-codecs.js';

/** One way to compress a body. */
export interface Codec {
  /** As it stands in Content-Encoding. */
  readonly name: string;
  /**
   * @throws PayloadTooLarge as soon as the result would exceed `limit` bytes, so a small body cannot become a
   * huge one; InvalidRequestBody when the bytes are damaged
   */
  decode(bytes: Uint8Array, limit: number): Uint8Array;
  encode(bytes: Uint8Array): Uint8Array;
}

const CODECS: readonly Codec[] = [gzipCodec, zlibCodec, deflateCodec, brotliCodec, ...zstdCodec];

const BY_NAME = new Map(CODECS.map((codec) => [codec.name, codec]));

export function codecNamed(name: string): Codec | undefined {
  return name === '' ? undefined : BY_NAME.get(name);
}

/** Every codec this Node.js can offer. */
export function codecNames(): readonly string[] {
  return [...BY_NAME.keys()];
}
