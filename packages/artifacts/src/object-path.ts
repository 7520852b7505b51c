import { OpenEasError } from '@openeas/contracts';
import type { ObjectName } from './port.js';

const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 1023;
const MAX_NAME_BYTES = 255;

/** Checks a bucket name by the rules of OSS, which also make it a safe folder name. */
export function checkBucket(bucket: string): string {
  if (BUCKET.test(bucket)) return bucket;
  throw new OpenEasError('InvalidParameter', {
    field: 'bucket',
    value: JSON.stringify(bucket.slice(0, 80)),
    expected: '3 to 63 lower-case letters, digits and -, not - at the ends',
  });
}

/**
 * Names below the bucket's folder for a key. Readable keys stay readable; what is special to a file system
 * (empty parts, `.`, `..`, control characters, `\`, and `%` itself) is percent-encoded. One to one.
 */
export function keyToSegments({ key }: ObjectName): readonly string[] {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > MAX_KEY_BYTES || Buffer.from(key).toString() !== key) {
    throw badKey(key, `1 to ${MAX_KEY_BYTES} bytes of UTF-8`);
  }
  const segments = key.split('/').map(encodeSegment);
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_NAME_BYTES)) {
    throw badKey(key, `at most ${MAX_NAME_BYTES} bytes between two slashes`);
  }
  return segments;
}

export function segmentsToKey(segments: readonly string[]): string {
  return segments.map(decodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  if (segment === '') return '%';
  if (segment === '.' || segment === '..') return segment.replaceAll('.', '%2E');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is encoded
  return segment.replace(/[\u0000-\u001f\u007f%\\]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function decodeSegment(segment: string): string {
  if (segment === '%') return '';
  return segment.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function badKey(key: string, expected: string): OpenEasError {
  return new OpenEasError('InvalidParameter', {
    field: 'key',
    value: JSON.stringify(key.slice(0, 80)),
    expected,
  });
}
