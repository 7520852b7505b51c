import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '@openeas/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyToSegments, segmentsToKey } from './object-path.js';
import { createObjectStore } from './object-store.js';
import type { ObjectStore } from './port.js';
import { tempDir } from './testing/test-support.js';

const BUCKET = 'eas-model-local';

function open(): { root: string; store: ObjectStore; put(key: string, text: string): Promise<unknown> } {
  const root = join(tempDir(), 'objects');
  const store = createObjectStore({ root, clock: systemClock });
  const put = (key: string, text: string): Promise<unknown> =>
    store.put({ bucket: BUCKET, key }, Readable.from([Buffer.from(text)]), { limitBytes: 1000 });
  return { root, store, put };
}

async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get({ bucket: BUCKET, key });
  if (found === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of found.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function keysOf(store: ObjectStore, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(BUCKET, prefix)) keys.push(key);
  return keys;
}

const md5 = (text: string): Buffer => createHash('md5').update(text).digest();

describe('an object', () => {
  it('is stored as a readable file and given back with its MD5', async () => {
    const { root, store, put } = open();
    const info = await put('1/models/lr.pmml', '<PMML/>');
    expect(info).toEqual({
      size: 7,
      etag: md5('<PMML/>').toString('hex').toUpperCase(),
      modifiedAt: expect.any(Number),
    });
    expect(await store.head({ bucket: BUCKET, key: '1/models/lr.pmml' })).toEqual(info);
    expect(await textOf(store, '1/models/lr.pmml')).toBe('<PMML/>');
    expect(readFileSync(join(root, BUCKET, '1/models/lr.pmml'), 'utf8')).toBe('<PMML/>');
  });

  it('has the MD5 of what lies there even when the file was changed by other hands', async () => {
    const { root, store, put } = open();
    await put('a', 'one');
    writeFileSync(join(root, BUCKET, 'a'), 'three');
    expect(await store.head({ bucket: BUCKET, key: 'a' })).toMatchObject({
      size: 5,
      etag: md5('three').toString('hex').toUpperCase(),
    });
  });

  it('is replaced in one step while readers finish with the old one', async () => {
    const { store, put } = open();
    await put('a', 'old');
    const reading = await store.get({ bucket: BUCKET, key: 'a' });
    await put('a', 'new');
    const chunks: Buffer[] = [];
    for await (const chunk of reading!.body as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('old');
    expect(await textOf(store, 'a')).toBe('new');
  });

  it('appears whole or not at all', async () => {
    const { root, store, put } = open();
    await put('a', 'old');
    const broken = new Readable({ read() {} });
    broken.push('half');
    const putting = store.put({ bucket: BUCKET, key: 'a' }, broken, { limitBytes: 1000 });
    broken.destroy(new Error('cut'));
    await expect(putting).rejects.toThrow('cut');
    expect(await textOf(store, 'a')).toBe('old');
    expect(readdirSync(join(root, '.incoming'))).toEqual([]);
  });

  it('is refused above its limit, or with another MD5 than announced', async () => {
    const { store } = open();
    const put = (options: { contentMd5?: string; limitBytes: number }): Promise<unknown> =>
      store.put({ bucket: BUCKET, key: 'a' }, Readable.from([Buffer.from('hello')]), options);
    await expect(put({ limitBytes: 4 })).rejects.toMatchObject({ code: 'PayloadTooLarge' });
    await expect(put({ limitBytes: 5, contentMd5: md5('other').toString('base64') })).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining(md5('hello').toString('base64')),
    });
    expect(await keysOf(store)).toEqual([]);
    await put({ limitBytes: 5, contentMd5: md5('hello').toString('base64') });
    expect(await keysOf(store)).toEqual(['a']);
  });

  it('is removed with the folders it leaves empty', async () => {
    const { root, store, put } = open();
    await put('a/b/c', 'x');
    await put('a/d', 'y');
    expect(await store.remove({ bucket: BUCKET, key: 'a/b/c' })).toBe(true);
    expect(await store.remove({ bucket: BUCKET, key: 'a/b/c' })).toBe(false);
    expect(await store.remove({ bucket: BUCKET, key: 'a' })).toBe(false);
    expect(readdirSync(join(root, BUCKET, 'a'))).toEqual(['d']);
  });

  it('cannot be a folder of other objects as well', async () => {
    const { store, put } = open();
    await put('a/b', 'x');
    for (const key of ['a', 'a/b/c']) {
      await expect(put(key, 'y'), key).rejects.toMatchObject({ code: 'InvalidParameter' });
    }
    expect(await keysOf(store)).toEqual(['a/b']);
    expect(await textOf(store, 'a')).toBeUndefined();
    expect(await textOf(store, 'a/b/c')).toBeUndefined();
  });

  it('may be put and removed at the same time without an error', async () => {
    const { store, put } = open();
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 2 === 0 ? put('a/b/c/d', 'x') : store.remove({ bucket: BUCKET, key: 'a/b/c/d' }),
      ),
    );
    await put('a/b/c/d', 'last');
    expect(await textOf(store, 'a/b/c/d')).toBe('last');
  });
});

describe('list', () => {
  it('gives the keys with the prefix in byte order', async () => {
    const { store, put } = open();
    for (const key of ['b', 'a/2', 'a/10', 'a.txt', 'a//x', '模型', 'a/..', 'ab/c', 'é']) await put(key, key);
    const all = ['a.txt', 'a/..', 'a//x', 'a/10', 'a/2', 'ab/c', 'b', 'é', '模型'];
    expect(await keysOf(store)).toEqual(all);
    for (const prefix of ['a', 'a/', 'a/1', 'a//', 'ab', '模', 'x']) {
      expect(await keysOf(store, prefix), prefix).toEqual(all.filter((key) => key.startsWith(prefix)));
    }
    for (const key of all) expect(await textOf(store, key)).toBe(key);
  });

  it('of a bucket without objects is empty', async () => {
    expect(await keysOf(open().store)).toEqual([]);
  });
});

describe('a key', () => {
  it('becomes names that stay inside the bucket and lead back to the key', () => {
    const part = fc.oneof(
      fc.constantFrom('', '.', '..', '%', '%2E', '%2F', '\\', '\0', 'a'),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const key = parts.join('/');
        if (key === '') return;
        const segments = keyToSegments({ bucket: BUCKET, key });
        expect(resolve('/root', ...segments).startsWith(`/root${sep}`)).toBe(true);
        expect(segments.every((segment) => !/^\.{0,2}$/.test(segment) && !/[/\\\0]/.test(segment))).toBe(
          true,
        );
        expect(segmentsToKey(segments)).toBe(key);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['', 'x'.repeat(1024), `${'x'.repeat(300)}`, '\ud800'])('%j is refused', async (key) => {
    await expect(open().put(key, 'x')).rejects.toMatchObject({ code: 'InvalidParameter' });
  });

  it.each(['', '..', 'a', 'Abc', '.incoming', 'a/b', 'a-', 'x'.repeat(64)])(
    'bucket %j is refused',
    async (bucket) => {
      await expect(open().store.head({ bucket, key: 'a' })).rejects.toMatchObject({
        code: 'InvalidParameter',
      });
    },
  );
});
