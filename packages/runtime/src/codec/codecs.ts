import type { Codec } from './codec.js';
import { lz4BlockCodec } from './lz4-block.js';
import { lz4FrameCodec } from './lz4-frame.js';
import { snappyCodec } from './snappy.js';
import { brotliCodec, deflateCodec, gzipCodec, zlibCodec, zstdCodec } from './zlib-codecs.js';

const CODECS: readonly Codec[] = [
  gzipCodec,
  zlibCodec,
  deflateCodec,
  brotliCodec,
  snappyCodec,
  lz4FrameCodec,
  lz4BlockCodec,
  ...zstdCodec,
];

const BY_NAME = new Map(CODECS.map((codec) => [codec.name, codec]));

export function codecNamed(name: string): Codec | undefined {
  return name === '' ? undefined : BY_NAME.get(name);
}

/** Every codec this Node.js can offer. */
export function codecNames(): readonly string[] {
  return [...BY_NAME.keys()];
}
