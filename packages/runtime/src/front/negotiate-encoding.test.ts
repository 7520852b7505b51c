import { expect, test } from 'vitest';
import { negotiateEncoding } from './negotiate-encoding.js';

test.each([
  [undefined, ''],
  ['', ''],
  ['identity', ''],
  ['*', ''],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip,deflate,sdch', 'gzip'],
  ['br, gzip', 'gzip'],
  ['br;q=1, gzip;q=0.5', 'br'],
  ['gzip;q=0', ''],
  ['gzip;q=0, snappy', 'snappy'],
  ['rar, lz4-block', 'lz4-block'],
])('Accept-Encoding %s gives %s', (header, codec) => {
  expect(negotiateEncoding(header)).toBe(codec);
});
