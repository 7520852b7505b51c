import { basename, isAbsolute } from 'node:path';
import type { Failures } from './failures.js';
import type { ArtifactRef, ObjectName } from './port.js';

export type Source =
  | { readonly kind: 'http'; readonly url: URL; readonly name: string }
  | { readonly kind: 'object'; readonly object: ObjectName; readonly name: string }
  | { readonly kind: 'objectFolder'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'local'; readonly path: string; readonly name: string };

const FALLBACK_NAME = 'model';

/** Reads `ref.source`; the name is what the package is called when it is one file. */
export function parseSource(ref: ArtifactRef, failures: Failures): Source {
  const { source } = ref;
  if (/^https?:\/\//i.test(source)) {
    if (!URL.canParse(source)) throw failures.fail('InvalidParameter', { value: source, expected: 'a URL' });
    const url = new URL(source);
    return { kind: 'http', url, name: fileName(url.pathname, true) };
  }
  const oss = /^oss:\/\/([^/]+)\/(.*)$/s.exec(source);
  if (oss !== null) {
    const [, bucket = '', key = ''] = oss;
    if (key === '' || key.endsWith('/')) return { kind: 'objectFolder', bucket, prefix: key };
    return { kind: 'object', object: { bucket, key }, name: fileName(key, false) };
  }
  if (isAbsolute(source) && !source.includes('\0')) {
    return { kind: 'local', path: source, name: fileName(source, false) };
  }
  throw failures.fail('InvalidParameter', {
    value: JSON.stringify(source),
    expected: 'an http(s) URL, oss://bucket/key or an absolute path',
  });
}

/** A name that is safe as a file; the last part of the path when it is one. */
function fileName(path: string, encoded: boolean): string {
  let name = path;
  if (encoded) {
    try {
      name = decodeURIComponent(path);
    } catch {
      // Not percent-encoded UTF-8: the raw path will do.
    }
  }
  // A key may come percent-encoded whole (`models%2Fmnist.tar.gz`), so the last part is taken after decoding.
  const last = basename(name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const safe = last.replace(/[\u0000-\u001f\u007f\\/:]/g, '_').slice(-120);
  return safe === '' || safe === '.' || safe === '..' ? FALLBACK_NAME : safe;
}
