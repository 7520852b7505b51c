import { OpenEasError } from '@openeas/contracts';
import { codecNamed } from './codecs.js';

/** `rpc.decompressor` as the Java client's enumeration spells it (contract 3.4), and the codec it means. */
const NAMES: Readonly<Record<string, string>> = {
  gzip: 'gzip',
  zlib: 'zlib',
  deflate: 'deflate',
  br: 'br',
  brotli: 'br',
  snappy: 'snappy',
  lz4: 'lz4-block',
  lz4frame: 'lz4',
  zstd: 'zstd',
};

/**
 * The codec that `rpc.decompressor` names, null = none. Note that `LZ4` means the raw block, as in the client.
 * @throws InvalidParameter for a name that is unknown or that this Node.js has no codec for
 */
export function resolveDecompressor(name: string | undefined): string | null {
  if (name === undefined || name === '' || name.toLowerCase() === 'none') return null;
  const codec = NAMES[name.toLowerCase()];
  if (codec !== undefined && codecNamed(codec) !== undefined) return codec;
  const offered = Object.keys(NAMES).filter((each) => codecNamed(NAMES[each] ?? '') !== undefined);
  throw new OpenEasError('InvalidParameter', {
    field: 'metadata.rpc.decompressor',
    value: name,
    expected: `one of ${offered.join(', ')}`,
  });
}
