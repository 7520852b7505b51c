import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bunzip2 } from './bzip2.js';

const FOLDER = new URL('../fixtures/', import.meta.url);

async function unpack(packed: Buffer, chunk = packed.length): Promise<Buffer> {
  async function* chunks(): AsyncIterable<Buffer> {
    for (let at = 0; at < packed.length; at += chunk) yield packed.subarray(at, at + chunk);
  }
  const pieces: Buffer[] = [];
  for await (const piece of bunzip2(chunks())) pieces.push(piece);
  return Buffer.concat(pieces);
}

const fixture = (name: string): Buffer => readFileSync(new URL(`${name}.bz2`, FOLDER));

const RUNS = [1, 2, 3, 4, 5, 6, 255, 256, 258, 259, 260, 263, 300, 1000, 4, 4, 4];
const RUNS_UNPACKED = Buffer.concat(RUNS.map((length, index) => Buffer.alloc(length, index % 7)));
const ALL = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const EXPECTED: Readonly<Record<string, Buffer>> = {
  text: Buffer.from('hello, bzip2\n'),
  runs: RUNS_UNPACKED,
  'all-bytes': Buffer.concat([...Array.from({ length: 40 }, () => ALL), Buffer.from(ALL).reverse()]),
  'two-streams': Buffer.from('first;second'),
  'two-blocks': Buffer.from(Array.from({ length: 150_000 }, (_, i) => Math.floor((i * i) / 128) & 255)),
  empty: Buffer.alloc(0),
};

describe('bunzip2', () => {
  it.each(Object.keys(EXPECTED))('unpacks %s, whole and byte by byte', async (name) => {
    expect((await unpack(fixture(name))).equals(EXPECTED[name]!)).toBe(true);
    expect((await unpack(fixture(name), 1)).equals(EXPECTED[name]!)).toBe(true);
  });

  it('refuses every package that is cut short', async () => {
    const packed = fixture('runs');
    for (let length = 0; length < packed.length; length++) {
      await expect(unpack(packed.subarray(0, length)), `${length} bytes`).rejects.toThrow();
    }
  });

  it('gives the right bytes or an error when any byte is wrong, and never hangs', async () => {
    const packed = fixture('runs');
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(packed);
        damaged[at]! ^= change;
        const result = await unpack(damaged).catch((error: unknown) => error);
        // The level digit only bounds the block size, so a larger one changes nothing.
        if (Buffer.isBuffer(result)) expect(result.equals(RUNS_UNPACKED)).toBe(true);
        else expect(result).toBeInstanceOf(Error);
      }),
      { numRuns: 500 },
    );
  });

  it('survives noise after a valid header', async () => {
    const header = Buffer.from('425a6839314159265359', 'hex');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        await expect(unpack(Buffer.concat([header, noise]))).rejects.toThrow();
      }),
    );
  });

  it('refuses garbage after the end', async () => {
    await expect(unpack(Buffer.concat([fixture('text'), Buffer.from('xyz')]))).rejects.toThrow(
      'garbage at the end',
    );
  });

  it('undoes what the bzip2 command does', async ({ skip }) => {
    if (spawnSync('bzip2', ['--help']).error !== undefined) skip('the bzip2 command is not installed');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 5000 }),
      fc
        .array(fc.tuple(fc.nat(3), fc.nat(600)), { maxLength: 20 })
        .map((runs) => Buffer.concat(runs.map(([byte, length]) => Buffer.alloc(length, byte)))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        const packed = execFileSync('bzip2', ['-c'], { input, stdio: ['pipe', 'pipe', 'ignore'] });
        expect((await unpack(packed)).equals(Buffer.from(input))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('makes a bomb come out piece by piece', async () => {
    const bomb = fixture('bomb'); // 100 MB of zeros
    const pieces = bunzip2(Readable.from([bomb]));
    let largest = 0;
    let total = 0;
    for await (const piece of pieces) {
      largest = Math.max(largest, piece.length);
      total += piece.length;
      if (total > 10_000_000) break;
    }
    expect(largest).toBeLessThanOrEqual(65_536);
    expect(total).toBeGreaterThan(10_000_000);
  });
});
