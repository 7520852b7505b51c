import { codecNamed } from '../codec/codecs.js';

/** On equal wishes: cheap and widely known first. */
const PREFERENCE = ['gzip', 'zstd', 'lz4', 'snappy', 'deflate', 'zlib', 'br', 'lz4-block'];

/**
 * The codec for the answer to a caller who sent this Accept-Encoding, '' = none. Only what the caller names is
 * used: `*` alone compresses nothing, since the clients of contract 3.4 would not understand everything.
 */
export function negotiateEncoding(acceptEncoding: string | undefined): string {
  if (acceptEncoding === undefined || acceptEncoding === '' || acceptEncoding === 'identity') return '';
  let best = '';
  let bestWeight = 0;
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (codecNamed(name) === undefined) continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (!(weight > 0)) continue;
    const better = weight > bestWeight || (weight === bestWeight && rank(name) < rank(best));
    if (better) [best, bestWeight] = [name, weight];
  }
  return best;
}

function rank(name: string): number {
  return PREFERENCE.indexOf(name);
}
