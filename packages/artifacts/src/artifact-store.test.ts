import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ManualClock, systemClock } from '@openeas/kernel';
import { describe, expect, it } from 'vitest';
import { resolveEntry } from './model-entry.js';
import { OPEN_POLICY } from './policy.js';
import { openStore, startServer, tarOf, tempDir } from './testing/test-support.js';

function file(name: string, content: string | Buffer, dir = tempDir()): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

describe('ensure', () => {
  it('fetches a source once for all who ask at the same time', async () => {
    const { url, requests } = await startServer((_, response) => void response.end('model'));
    const { ensure } = await openStore();
    const all = await Promise.all(Array.from({ length: 20 }, () => ensure(`${url}/m.bin`)));
    expect(new Set(all.map(({ dir }) => dir)).size).toBe(1);
    expect(requests).toHaveLength(1);
  });

  it('goes on for the others when one of them leaves, and ends when the last has left', async () => {
    const responses: ServerResponse[] = [];
    const { url } = await startServer((_, response) => {
      responses.push(response);
      response.writeHead(200, { etag: '"1"', 'content-length': 10 });
      response.write('model');
    });
    const { ensure, leftovers } = await openStore();
    const leaving = new AbortController();
    const staying = new AbortController();
    const arrived = withResolvers();
    const first = ensure(`${url}/m.bin`, { signal: leaving.signal, onProgress: () => arrived.resolve() });
    const second = ensure(`${url}/m.bin`, { signal: staying.signal });
    await arrived.promise;
    leaving.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect(responses[0]!.destroyed).toBe(false);
    const closed = once(responses[0]!, 'close');
    staying.abort(new Error('left too'));
    await expect(second).rejects.toThrow('left too');
    await closed;

    // Who comes now goes on with what the others left.
    const third = ensure(`${url}/m.bin`, { onProgress: () => undefined });
    while (responses.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(responses[1]!.req.headers.range).toBe('bytes=5-');
    responses[1]!.destroy();
    await third.catch(() => undefined);
    expect(leftovers().kept).toEqual([]);
  });

  it('does not begin for a signal that is aborted already', async () => {
    const { url, requests } = await startServer((_, response) => void response.end('x'));
    const { ensure } = await openStore();
    await expect(ensure(url, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    expect(requests).toHaveLength(0);
  });

  it('keeps equal bytes under the name of each source', async () => {
    const { ensure } = await openStore();
    const a = await ensure(file('a.pmml', 'same'));
    const b = await ensure(file('b.pmml', 'same'));
    expect(a.digest).toBe(b.digest);
    expect([a.singleFile, b.singleFile]).toEqual(['a.pmml', 'b.pmml']);
    expect(readFileSync(join(b.dir, 'b.pmml'), 'utf8')).toBe('same');
  });

  it('reads objects and folders of objects', async () => {
    const { ensure, refusal, objects } = await openStore();
    const put = (key: string, text: string): Promise<unknown> =>
      objects.put({ bucket: 'models', key }, Readable.from([Buffer.from(text)]), { limitBytes: 100 });
    await put('m/lr.pmml', '<PMML/>');
    await put('m/sub/notes.txt', 'hello');
    await put('m/', '');
    await put('mx', 'other');
    expect(await ensure('oss://models/m/lr.pmml')).toMatchObject({ singleFile: 'lr.pmml', bytes: 7 });
    const folder = await ensure('oss://models/m/');
    expect(folder).toMatchObject({ files: 2, singleFile: null });
    expect(readdirSync(folder.dir).sort()).toEqual(['lr.pmml', 'sub']);
    expect(await refusal('oss://models/none')).toMatchObject({ code: 'ArtifactNotFound' });
    expect(await refusal('oss://models/none/')).toMatchObject({ code: 'ArtifactNotFound' });
  });

  it('refuses objects of others', async () => {
    const { refusal } = await openStore({
      refuseObject: (account, bucket) => (bucket === `b-${account}` ? undefined : 'the bucket is not yours'),
    });
    expect(await refusal('oss://b-2/key')).toMatchObject({
      code: 'ArtifactForbidden',
      message: expect.stringContaining('the bucket is not yours'),
    });
    expect(await refusal('oss://b-1/key')).toMatchObject({ code: 'ArtifactNotFound' });
  });

  it.each(['relative.zip', 'ftp://host/x', 'oss://bucket', 'http://', '/a\0b'])(
    'refuses the source %j',
    async (source) => {
      const { refusal } = await openStore();
      expect(await refusal(source)).toMatchObject({
        code: 'InvalidParameter',
        message: expect.stringMatching(/^model_path: /),
      });
    },
  );

  it('reads local paths only where the policy allows', async () => {
    const allowed = tempDir();
    const outside = file('secret', 'x');
    mkdirSync(join(allowed, 'private'));
    const inside = file('model', 'm', allowed);
    const hidden = file('key', 'k', join(allowed, 'private'));
    symlinkSync(outside, join(allowed, 'link'));
    const policy = { ...OPEN_POLICY, localRoots: [allowed], localForbidden: [join(allowed, 'private')] };
    const { ensure, refusal } = await openStore({ policy });
    expect(await ensure(inside)).toMatchObject({ singleFile: 'model' });
    for (const path of [
      outside,
      hidden,
      join(allowed, 'link'),
      `${allowed}/../${basename(outside)}`,
      `${allowed}x`,
    ]) {
      expect((await refusal(path)).code, path).toMatch(/ArtifactForbidden|ArtifactNotFound/);
    }
    expect(await refusal(join(allowed, 'link'))).toMatchObject({ code: 'ArtifactForbidden' });
    const none = await openStore({ policy: { ...OPEN_POLICY, localRoots: [] } });
    expect(await none.refusal(inside)).toMatchObject({ code: 'ArtifactForbidden' });
  });

  it('does not wait for a device that has no end', async () => {
    const { refusal } = await openStore();
    expect(await refusal('/dev/zero')).toMatchObject({ code: 'ArtifactUnsafe' });
  });
});

describe('what is kept', () => {
  it('is found again by digest after a restart', async () => {
    const first = await openStore();
    const artifact = await first.ensure(
      file('m.tar.gz', gzipSync(await tarOf([{ name: 'a', content: '1' }]))),
    );
    await first.store.close();
    const second = await openStore({}, first.root);
    expect(await second.store.open(artifact.digest)).toEqual(artifact);
    expect(await second.store.open(`sha256:${'0'.repeat(64)}`)).toBeUndefined();
    expect(await second.store.open('../../etc')).toBeUndefined();
  });

  it.each([
    ['a file is missing', (dir: string) => rmSync(join(dir, 'a'))],
    [
      'a file is shorter',
      (dir: string) => {
        chmodSync(join(dir, 'a'), 0o644);
        writeFileSync(join(dir, 'a'), '');
      },
    ],
    ['a file too many lies there', (dir: string) => writeFileSync(join(dir, 'b'), '')],
    ['the manifest is damaged', (dir: string) => writeFileSync(join(dir, '..', 'manifest.json'), '{')],
    ['the manifest is missing', (dir: string) => rmSync(join(dir, '..', 'manifest.json'))],
  ])('is not used when %s, and is made anew', async (_, damage) => {
    const { ensure, store } = await openStore();
    const source = file('m.tar', await tarOf([{ name: 'a', content: 'content' }]));
    const artifact = await ensure(source);
    damage(artifact.dir);
    expect(await store.open(artifact.digest)).toBeUndefined();
    expect(await ensure(source, { digest: artifact.digest })).toEqual(artifact);
    expect(readFileSync(join(artifact.dir, 'a'), 'utf8')).toBe('content');
    expect(readdirSync(artifact.dir)).toEqual(['a']);
  });

  it('is collected when nobody keeps it, and its bytes are counted', async () => {
    const { ensure, store, leftovers } = await openStore();
    const a = await ensure(file('a', 'aaaa'));
    const b = await ensure(file('b', 'bb'));
    expect(await store.collect(new Set([a.digest]))).toBe(2);
    expect(await store.open(b.digest)).toBeUndefined();
    expect(await store.open(a.digest)).toEqual(a);
    expect(await store.collect(new Set())).toBe(4);
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [] });
  });

  it('is not collected while it was used just now', async () => {
    const clock = new ManualClock(Date.now());
    const { ensure, store } = await openStore({ clock, limits: { graceMs: 1000 } });
    const a = await ensure(file('a', 'aaaa'));
    clock.advance(900);
    expect(await store.collect(new Set())).toBe(0);
    await store.open(a.digest);
    clock.advance(900);
    expect(await store.collect(new Set())).toBe(0);
    clock.advance(200);
    expect(await store.collect(new Set())).toBe(4);
  });

  it('does not include downloads that nobody went on with for long', async () => {
    const { url } = await startServer((_, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': 10 });
      response.write('model', () => response.destroy());
    });
    const { refusal, store, leftovers, root } = await openStore({
      limits: { attempts: 1, partialMs: 60_000 },
    });
    await refusal(`${url}/m.bin`);
    await store.collect(new Set());
    const [key = ''] = leftovers().partial;
    expect(key).not.toBe('');
    const old = systemClock.now() / 1000 - 61;
    utimesSync(join(root, 'partial', key, `download-${key}`), old, old);
    await store.collect(new Set());
    expect(leftovers().partial).toEqual([]);
  });
});

describe('close', () => {
  it('aborts what runs, keeps the download, and lets nothing begin; twice is fine', async () => {
    const { url } = await startServer((_, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': 10 });
      response.write('model');
    });
    const { ensure, refusal, store, leftovers } = await openStore();
    const arrived = withResolvers();
    const running = ensure(`${url}/m.bin`, { onProgress: () => arrived.resolve() });
    const outcome = expect(running).rejects.toMatchObject({ code: 'ShuttingDown' });
    await arrived.promise;
    await store.close();
    await outcome;
    await store.close();
    expect(leftovers()).toMatchObject({ work: [], partial: [expect.any(String)] });
    expect(await refusal(url)).toMatchObject({ code: 'ShuttingDown' });
  });
});

describe('resolveEntry', () => {
  it('is the entry, or the only file, or the folder', async () => {
    const { ensure } = await openStore();
    const one = await ensure(file('lr.pmml', '<PMML/>'));
    expect(resolveEntry(one, undefined)).toBe(join(one.dir, 'lr.pmml'));
    expect(resolveEntry(one, './lr.pmml')).toBe(join(one.dir, 'lr.pmml'));
    const many = await ensure(
      file(
        'm.tar',
        await tarOf([
          { name: 'a/x', content: '1' },
          { name: 'b', content: '2' },
        ]),
      ),
    );
    expect(resolveEntry(many, undefined)).toBe(many.dir);
    expect(resolveEntry(many, 'a/')).toBe(join(many.dir, 'a'));
    expect(existsSync(resolveEntry(many, 'a/x'))).toBe(true);
  });

  it('names what there is when the entry is not', async () => {
    const { ensure } = await openStore();
    const many = await ensure(
      file(
        'm.tar',
        await tarOf([
          { name: 'a', content: '1' },
          { name: 'b', content: '2' },
        ]),
      ),
    );
    expect(() => resolveEntry(many, 'c')).toThrow(
      'model_entry: "c" is not valid; expected a file or folder of the package, which holds a, b.',
    );
    expect(() => resolveEntry(many, '../../x')).toThrow('is not valid');
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
