import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecNamed, codecNames } from './codecs.js';
import { resolveDecompressor } from './decompressor-names.js';
import { xxhash32 } from './xxhash32.js';

const LIMIT = 1 << 20;

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

/** Text that repeats itself in many ways, and noise. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 5000 }),
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 400 })), {
      maxLength: 12,
    })
    .map((parts) => new Uint8Array(Buffer.concat(parts.flatMap(([part, times]) => Array(times).fill(part))))),
);

describe.each(codecNames())('codec %s', (name) => {
  const codec = codecNamed(name)!;

  test('gives back what it was given', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        const packed = codec.encode(bytes);
        expect(Buffer.compare(codec.decode(packed, Math.max(LIMIT, bytes.length)), bytes)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test('makes repetition small', () => {
    const bytes = Buffer.from('{"age":54,"sex":1},'.repeat(2000));
    expect(codec.encode(bytes).length).toBeLessThan(bytes.length / 10);
  });

  test('stops a small body that would become a huge one', () => {
    const bomb = codec.encode(new Uint8Array(8 << 20));
    expect(() => codec.decode(bomb, LIMIT)).toThrow(`exceeds the limit of ${LIMIT} bytes`);
  });

  test('refuses any other bytes, or reads them; it never crashes, hangs or exceeds the limit', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.nat({ max: 255 }), fc.nat(), (bytes, place, value, cut) => {
        const packed = Uint8Array.from(codec.encode(bytes));
        packed[place % packed.length] = value;
        const given = packed.subarray(0, packed.length - (cut % 4));
        try {
          expect(codec.decode(given, 20_000).length).toBeLessThanOrEqual(20_000);
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^(InvalidRequestBody|PayloadTooLarge)$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('formats written by others', () => {
  const text = `${'{"age":54,"sex":1},'.repeat(8)}end, and then some other tail text 0123456789`;

  test('snappy as the reference implementation writes it is read', () => {
    const packed = hex(
      `c501487b22616765223a35342c22736578223a317d2cfe1300fe13000513b0656e642c20616e64207468656e20736f6d65206f7468
       6572207461696c20746578742030313233343536373839`,
    );
    expect(Buffer.from(codecNamed('snappy')!.decode(packed, LIMIT)).toString()).toBe(text);
  });

  test('a raw LZ4 block as the reference implementation writes it is read', () => {
    const packed = hex(
      `ff047b22616765223a35342c22736578223a317d2c130072f01e656e642c20616e64207468656e20736f6d65206f74686572207461
       696c20746578742030313233343536373839`,
    );
    expect(Buffer.from(codecNamed('lz4-block')!.decode(packed, LIMIT)).toString()).toBe(text);
  });

  test('LZ4 frames as two programs write them are read, with and without block checksums', () => {
    const program = hex('04224d186440a70f0000006968656c6c6f20060050656c6c6f0a00000000e2ff0342');
    expect(Buffer.from(codecNamed('lz4')!.decode(program, LIMIT)).toString()).toBe(
      'hello hello hello hello\n',
    );
    const library = hex(
      `04224d185440ae47000000ff047b22616765223a35342c22736578223a317d2c130072f01e656e642c20616e64207468656e20736f
       6d65206f74686572207461696c20746578742030313233343536373839c2fa317000000000a41dc001`,
    );
    expect(Buffer.from(codecNamed('lz4')!.decode(library, LIMIT)).toString()).toBe(text);
  });

  test('a changed byte of an LZ4 frame is found by its checksum', () => {
    const packed = hex('04224d186440a70f0000006968656c6c6f20060050656c6c6f0a00000000e2ff0343');
    expect(() => codecNamed('lz4')!.decode(packed, LIMIT)).toThrow('its checksum is wrong');
  });

  test('frames one after the other, and skippable ones between, are one body', () => {
    const one = hex('04224d186440a70f0000006968656c6c6f20060050656c6c6f0a00000000e2ff0342');
    const packed = Buffer.concat([one, hex('502a4d1803000000aabbcc'), one]);
    const plain = Buffer.from(codecNamed('lz4')!.decode(packed, LIMIT)).toString();
    expect(plain).toBe('hello hello hello hello\n'.repeat(2));
  });

  test('XXH32 gives the values of its specification', () => {
    expect(xxhash32(new Uint8Array(0))).toBe(0x02cc5d05);
    expect(xxhash32(Buffer.from('a'))).toBe(0x550d7456);
    expect(xxhash32(Buffer.from('abc'))).toBe(0x32d153ff);
    expect(xxhash32(Buffer.from('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f);
  });
});

describe('rpc.decompressor', () => {
  test('takes the names of the Java client', () => {
    expect(resolveDecompressor(undefined)).toBeNull();
    expect(resolveDecompressor('Gzip')).toBe('gzip');
    expect(resolveDecompressor('Zlib')).toBe('zlib');
    expect(resolveDecompressor('Snappy')).toBe('snappy');
    expect(resolveDecompressor('LZ4')).toBe('lz4-block');
    expect(resolveDecompressor('LZ4Frame')).toBe('lz4');
  });

  test('refuses others with those it offers', () => {
    expect(() => resolveDecompressor('rar')).toThrow(
      /metadata.rpc.decompressor: rar is not valid; expected one of gzip/,
    );
  });
});
