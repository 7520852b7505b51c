import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStore, type TestStore, tarOf, tempDir, type ZipEntry, zipOf } from './testing/test-support.js';

/** Puts a package into a folder and ensures it from there. */
async function open(
  limits = {},
): Promise<TestStore & { put(name: string, content: Buffer | string): string }> {
  const store = await openStore({ limits });
  const dir = tempDir();
  return {
    ...store,
    put: (name, content) => {
      const path = join(dir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
  };
}

const FILES = [
  { name: 'saved_model/', type: 'directory' as const },
  { name: 'saved_model/model.pb', content: 'graph' },
  { name: 'saved_model/variables/data', content: 'weights' },
];
const asZip = (entries: readonly { name: string; content?: string }[]): ZipEntry[] =>
  entries.map(({ name, content }) => ({ name, ...(content === undefined ? {} : { content }) }));

describe('an archive', () => {
  it.each([
    ['model.tar', () => tarOf(FILES)],
    ['model.tar.gz', async () => gzipSync(await tarOf(FILES))],
    ['model.tgz', async () => gzipSync(await tarOf(FILES))],
    ['model.zip', async () => zipOf(asZip(FILES))],
    ['named-by-nobody', async () => gzipSync(await tarOf(FILES))],
    ['wrong-name.zip', () => tarOf(FILES)],
  ])('%s is unpacked by what it holds', async (name, make) => {
    const { ensure, put } = await open();
    const artifact = await ensure(put(name, await make()));
    expect(artifact).toMatchObject({ singleFile: null, files: 2, bytes: 12 });
    expect(readFileSync(join(artifact.dir, 'saved_model/model.pb'), 'utf8')).toBe('graph');
    expect(readFileSync(join(artifact.dir, 'saved_model/variables/data'), 'utf8')).toBe('weights');
  });

  it('of one file names it', async () => {
    const { ensure, put } = await open();
    const tar = await tarOf([{ name: './models/lr.pmml', content: '<PMML/>' }]);
    expect(await ensure(put('m.tar', tar))).toMatchObject({ singleFile: 'models/lr.pmml' });
    expect(await ensure(put('lr.pmml.gz', gzipSync('<PMML/>')))).toMatchObject({
      singleFile: 'lr.pmml',
      bytes: 7,
    });
  });

  it('stays whole when it is not to be unpacked', async () => {
    const { ensure, put } = await open();
    const path = put('m.zip', zipOf(asZip(FILES)));
    const whole = await ensure(path, { uncompress: false });
    const unpacked = await ensure(path);
    expect(whole).toMatchObject({ singleFile: 'm.zip', files: 1, digest: unpacked.digest });
    expect(unpacked).toMatchObject({ singleFile: null, files: 2 });
  });

  it.each([
    ['net.pt', zipOf([{ name: 'archive/code.py', content: 'x' }])],
    ['download', zipOf([{ name: 'archive/data.pkl', content: 'x' }])],
    ['lr.pmml', Buffer.from('<PMML/>')],
    ['net.onnx', Buffer.from([8, 3, 18])],
    ['notes.txt', Buffer.from('hello')],
  ])('that is a model file itself (%s) stays whole', async (name, content) => {
    const { ensure, put } = await open();
    expect(await ensure(put(name, content))).toMatchObject({ singleFile: name, bytes: content.length });
  });

  it('keeps only "may be run" of the modes', async () => {
    const { ensure, put } = await open();
    const tar = await tarOf([
      { name: 'setuid', content: 'x', mode: 0o6777 },
      { name: 'secret', content: 'x', mode: 0o000 },
    ]);
    const { dir } = await ensure(put('m.tar', tar));
    expect(statSync(join(dir, 'setuid')).mode & 0o7777).toBe(0o555);
    expect(statSync(join(dir, 'secret')).mode & 0o7777).toBe(0o444);
  });
});

describe('an archive is refused, and nothing of it kept, when', () => {
  const tars = [
    ['a path leaves the folder', [{ name: '../evil', content: 'x' }], 'leaves the folder'],
    ['a path is absolute', [{ name: '/tmp/evil', content: 'x' }], 'absolute'],
    ['a path leaves the folder later', [{ name: 'a/b/../../../evil', content: 'x' }], 'leaves the folder'],
    ['a name holds a backslash', [{ name: '..\\evil', content: 'x' }], 'backslash'],
    ['an entry is a symbolic link', [{ name: 'l', type: 'symlink', linkname: '/etc' }], 'it is a link'],
    ['an entry is a hard link', [{ name: 'l', type: 'link', linkname: '/etc/passwd' }], 'it is a link'],
    ['an entry is a device', [{ name: 'd', type: 'character-device' }], 'character-device'],
    ['an entry is a pipe', [{ name: 'p', type: 'fifo' }], 'fifo'],
    [
      'a name appears twice',
      [
        { name: 'a', content: '1' },
        { name: './a', content: '2' },
      ],
      'appears twice',
    ],
    [
      'a file is a folder as well',
      [
        { name: 'a', content: '1' },
        { name: 'a/b', content: '2' },
      ],
      'a file and a folder',
    ],
    [
      'a folder is a file as well',
      [
        { name: 'a/b', content: '1' },
        { name: 'a', content: '2' },
      ],
      'appears twice',
    ],
  ] as const;

  it.each(tars)('%s (tar)', async (_, entries, reason) => {
    const { refusal, put, leftovers } = await open();
    const good = { name: 'first', content: 'fine' };
    const error = await refusal(put('m.tar', await tarOf([good, ...entries])));
    expect(error).toMatchObject({
      code: 'ArtifactUnsafe',
      status: 400,
      message: expect.stringContaining(reason),
    });
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [] });
  });

  const LINK = 0o120777;
  const zips: readonly (readonly [string, readonly ZipEntry[], string])[] = [
    ['a path leaves the folder', [{ name: '../evil', content: 'x' }], 'leaves the folder'],
    ['a path is absolute', [{ name: '/tmp/evil', content: 'x' }], 'absolute'],
    ['a path names a drive', [{ name: 'C:/evil', content: 'x' }], 'drive'],
    ['a name holds a backslash', [{ name: 'a\\..\\..\\evil', content: 'x' }], 'backslash'],
    ['a name holds a NUL', [{ name: 'a\0.txt', content: 'x' }], 'control'],
    ['an entry is a symbolic link', [{ name: 'l', content: '/etc/passwd', mode: LINK }], 'it is a link'],
    ['an entry is a device', [{ name: 'd', mode: 0o020666 }], 'not a file'],
    [
      'a name appears twice',
      [
        { name: 'a', content: '1' },
        { name: 'a', content: '2' },
      ],
      'appears twice',
    ],
  ];

  it.each(zips)('%s (zip)', async (_, entries, reason) => {
    const { refusal, put, leftovers } = await open();
    const error = await refusal(put('m.zip', zipOf([{ name: 'first', content: 'fine' }, ...entries])));
    expect(error).toMatchObject({ code: 'ArtifactUnsafe', message: expect.stringContaining(reason) });
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [] });
  });

  it('it unpacks to more than the limit', async () => {
    const { refusal, put } = await open({ unpackedBytes: 1000 });
    const big = { name: 'big', content: 'x'.repeat(1001) };
    for (const [name, content] of [
      ['m.tar', await tarOf([big])],
      ['m.tar.gz', gzipSync(await tarOf([big]))],
      ['m.zip', zipOf([big])],
      ['big.gz', gzipSync(big.content)],
    ] as const) {
      expect((await refusal(put(name, content))).message, name).toContain(
        'exceeds the limit of 1000 bytes unpacked',
      );
    }
  });

  it('it is a bomb: small packed, endless unpacked', async () => {
    const { refusal, put, leftovers } = await open({ ratio: 100, ratioFloorBytes: 100_000 });
    const zeros = Buffer.alloc(5_000_000);
    const bombs = [
      ['m.tar.gz', gzipSync(await tarOf([{ name: 'z', content: zeros }]))],
      ['m.zip', zipOf([{ name: 'z', content: zeros }])],
      ['z.gz', gzipSync(zeros)],
      ['z.bz2', readFileSync(new URL('../fixtures/bomb.bz2', import.meta.url))],
    ] as const;
    for (const [name, content] of bombs) {
      expect(await refusal(put(name, content)), name).toMatchObject({
        code: 'ArtifactTooLarge',
        message: expect.stringContaining('100 unpacked bytes per packed byte'),
      });
    }
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [] });
  });

  it('it holds too many entries', async () => {
    const { refusal, put } = await open({ entries: 10 });
    const entries = Array.from({ length: 11 }, (_, index) => ({ name: `f${index}`, content: 'x' }));
    const folders = [{ name: `${'a/'.repeat(10)}f`, content: 'x' }];
    for (const content of [await tarOf(entries), zipOf(entries), await tarOf(folders)]) {
      expect((await refusal(put('m', content))).message).toContain('limit of 10 files and folders');
    }
  });

  it('it is cut anywhere', async () => {
    const { refusal, put } = await open();
    const tar = await tarOf(FILES);
    const packages: [string, Buffer][] = [
      ['m.tar', tar],
      ['m.tar.gz', gzipSync(tar)],
      ['m.zip', zipOf(asZip(FILES))],
    ];
    for (const [name, content] of packages) {
      // The last 512 bytes of a tar are the second of two end markers; one is enough.
      const ends = [1, 600, 1100, content.length - 600, content.length - 30, content.length - 1];
      for (const end of ends.filter((length) => length > 0 && length < content.length)) {
        if (name === 'm.tar' && end > content.length - 512) continue;
        expect(await refusal(put(name, content.subarray(0, end))), `${name} ${end}`).toMatchObject({
          code: 'ArtifactDamaged',
        });
      }
    }
  });

  it.each([
    ['m.tar', () => Buffer.alloc(10_240)],
    ['m.tar.gz', () => gzipSync(Buffer.alloc(10_240))],
    ['m.zip', () => zipOf([])],
    ['d.zip', () => zipOf([{ name: 'only-a-folder/' }])],
    ['m.bin', () => Buffer.alloc(0)],
    ['m.zip', () => Buffer.alloc(0)],
  ])('it is empty (%s)', async (name, make) => {
    const { refusal, put } = await open();
    expect(await refusal(put(name, make()))).toMatchObject({
      code: 'ArtifactDamaged',
      message: expect.stringMatching(/holds no file|is empty/),
    });
  });

  it('it is none, whatever its name says', async () => {
    const { refusal, put } = await open();
    expect(await refusal(put('m.tar.gz', '<html>Sign in</html>'))).toMatchObject({
      code: 'ArtifactDamaged',
      message: expect.stringContaining('cannot be read as tar.gz: it starts with "<html>Sign in</h"'),
    });
  });

  it.each([
    ['a checksum is wrong', { crc: 1 }],
    ['a size is too small', { size: 2 }],
    ['a size is too large', { size: 200 }],
    ['an entry is encrypted', { flags: 1 }],
  ])('%s', async (_, wrong) => {
    const { refusal, put } = await open();
    expect(await refusal(put('m.zip', zipOf([{ name: 'a', content: 'hello', ...wrong }])))).toMatchObject({
      code: 'ArtifactDamaged',
    });
  });
});

describe('a folder', () => {
  it('is kept as it is, and its digest is that of its content', async () => {
    const { ensure, put } = await open();
    const folder = dirname(put('m/a.txt', 'a'));
    put('m/sub/b.txt', 'b');
    const artifact = await ensure(folder);
    expect(artifact).toMatchObject({ files: 2, singleFile: null });
    expect(await ensure(folder, { digest: artifact.digest })).toEqual(artifact);
    put('m/sub/b.txt', 'c');
    expect((await ensure(folder)).digest).not.toBe(artifact.digest);
    put('n/a.txt', 'a');
    expect((await ensure(join(dirname(put('n/sub/b.txt', 'b')), '..'))).digest).toBe(artifact.digest);
  });

  it('is refused with a link in it', async () => {
    const { refusal, put } = await open();
    const folder = dirname(put('m/a.txt', 'a'));
    symlinkSync('/etc/hostname', join(folder, 'link'));
    expect(await refusal(folder)).toMatchObject({
      code: 'ArtifactUnsafe',
      message: expect.stringContaining('it is a link'),
    });
  });
});
