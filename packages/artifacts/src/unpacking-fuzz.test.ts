import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { OpenEasError } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openStore, tarOf, tempDir, zipOf } from './testing/test-support.js';

const FILES = [
  { name: 'a/b.txt', content: 'hello hello hello' },
  { name: 'c', content: 'x'.repeat(700) },
];
const ANSWERS = ['ArtifactDamaged', 'ArtifactUnsafe', 'ArtifactTooLarge'];

it('a damaged package is kept whole and checked, or refused by the catalogue, and leaves nothing behind', async () => {
  const tar = await tarOf(FILES);
  const packages = [
    ['m.tar', tar],
    ['m.tar.gz', gzipSync(tar, { level: 0 })],
    ['m.zip', zipOf(FILES)],
  ] as const;
  const dir = tempDir();
  const { ensure, leftovers, store } = await openStore({ limits: { unpackedBytes: 1_000_000 } });
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.nat(255),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...packages),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0.5, max: 1, noNaN: true }),
      async ([name, content], changes, length) => {
        const damaged = Buffer.from(content);
        for (const { at, byte } of changes) damaged[Math.floor(at * damaged.length)] = byte;
        const path = join(dir, name);
        writeFileSync(path, damaged.subarray(0, Math.ceil(length * damaged.length)));
        try {
          const artifact = await ensure(path);
          expect(await store.open(artifact.digest)).toEqual(artifact);
        } catch (error) {
          expect(error).toBeInstanceOf(OpenEasError);
          expect(ANSWERS).toContain((error as OpenEasError).code);
        }
        expect(leftovers()).toMatchObject({ work: [], partial: [] });
      },
    ),
    { numRuns: 300 },
  );
});
