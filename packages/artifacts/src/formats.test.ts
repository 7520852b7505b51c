import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, slowCrc32 } from './crc32.js';
import { archiveByName, isTar, outerFormat } from './formats.js';
import { tarOf, zipOf } from './testing/test-support.js';

describe('outerFormat', () => {
  it.each([
    ['m.bin', () => gzipSync('x'), 'gz'],
    ['m.bin', () => zipOf([{ name: 'a', content: 'x' }]), 'zip'],
    ['m.bin', () => zipOf([]), 'zip'],
    ['m.bin', () => Buffer.from('425a68393141592653590000', 'hex'), 'bz2'],
    ['m.bin', () => Buffer.from('BZh9 is how this text begins'), 'file'],
    ['net.pt', () => zipOf([{ name: 'a', content: 'x' }]), 'file'],
    ['net', () => zipOf([{ name: 'net/data.pkl', content: 'x' }]), 'file'],
    ['data', () => zipOf([{ name: 'a/b/data.pkl', content: 'x' }]), 'zip'],
    ['zeros.bin', () => Buffer.alloc(1024), 'file'],
    ['zeros.tar', () => Buffer.alloc(1024), 'tar'],
    ['empty', () => Buffer.alloc(0), 'file'],
  ])('of %s by its content is right', (name, make, expected) => {
    expect(outerFormat(make(), name)).toBe(expected);
  });

  it('knows tar by its checksum', async () => {
    const tar = await tarOf([{ name: 'a', content: 'x' }]);
    expect(outerFormat(tar, 'm.bin')).toBe('tar');
    tar[0]! ^= 1;
    expect(outerFormat(tar, 'm.bin')).toBe('file');
  });

  it('takes noise for no archive that it is not, whatever its length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        expect(isTar(Buffer.from(bytes), 'm.bin')).toBe(false);
        expect(outerFormat(Buffer.from(bytes), 'net.onnx')).toBe('file');
      }),
    );
  });
});

describe('archiveByName', () => {
  it.each([
    ['a.tar.gz', 'tar.gz'],
    ['a.TGZ', 'tar.gz'],
    ['a.tar.bz2', 'tar.bz2'],
    ['a.tar', 'tar'],
    ['a.zip', 'zip'],
    ['a.pmml.gz', 'gz'],
    ['a.pmml', undefined],
    ['tar', undefined],
  ])('of %s is %s', (name, expected) => {
    expect(archiveByName(name)).toBe(expected);
  });
});

describe('crc32', () => {
  it('is the same by table as by the platform, in one piece or two', () => {
    expect(slowCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const whole = Buffer.concat([a, b]);
        expect(slowCrc32(b, slowCrc32(a))).toBe(crc32(whole));
        expect(crc32(b, crc32(a))).toBe(crc32(whole));
      }),
    );
  });
});
