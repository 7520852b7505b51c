import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Artifact } from './port.js';
import { openStore, startServer, tarOf, tempDir } from './testing/test-support.js';

// Processes are started one after the other, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

const CHILD = fileURLToPath(new URL('../fixtures/ensure-child.mjs', import.meta.url));

function startChild(root: string, source: string): { child: ChildProcess; output: Promise<string> } {
  const child = spawn(process.execPath, [CHILD, root, source], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts: string[] = [];
  child.stdout!.on('data', (chunk: Buffer) => texts.push(chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => texts.push(chunk.toString()));
  return { child, output: once(child, 'close').then(() => texts.join('')) };
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Waits for something that another process does to files. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function makePackage(files: number, bytes: number): Promise<Buffer> {
  const entries = Array.from({ length: files }, (_, index) => ({
    name: `f${index}`,
    content: randomBytes(bytes),
  }));
  return gzipSync(await tarOf(entries), { level: 1 });
}

function range(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? 'bytes=0-')?.[1]);
}

function begin(request: IncomingMessage, response: ServerResponse, body: Buffer): Buffer {
  const start = range(request);
  const headers = { etag: '"1"', 'content-length': body.length - start };
  if (start === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  return body.subarray(start);
}

describe('a process that is killed', () => {
  it('while it downloads leaves what the next one goes on with', async () => {
    const body = await makePackage(4, 500_000);
    const { url, requests } = await startServer((request, response) => {
      const rest = begin(request, response, body);
      if (requests.length > 1) response.end(rest);
      else response.write(rest.subarray(0, 1_000_000)); // And then nothing more.
    });
    const root = join(tempDir(), 'artifacts');
    const { child } = startChild(root, `${url}/m.tar.gz`);
    const durable = (): number => {
      const [work] = existsSync(join(root, 'work')) ? readdirSync(join(root, 'work')) : [];
      const [mark] =
        work === undefined
          ? []
          : readdirSync(join(root, 'work', work)).filter((n) => /^download-[0-9a-f]{64}$/.test(n));
      if (mark === undefined) return 0;
      return (JSON.parse(readFileSync(join(root, 'work', work!, mark), 'utf8')) as { durable: number })
        .durable;
    };
    await until(() => durable() > 500_000);
    await kill(child);

    const { ensure, leftovers } = await openStore({}, root);
    expect(leftovers()).toMatchObject({ work: [], partial: [expect.any(String)] });
    expect(await ensure(`${url}/m.tar.gz`)).toMatchObject({ files: 4, bytes: 2_000_000 });
    expect(range(requests[1]!)).toBeGreaterThan(500_000);
    expect(requests).toHaveLength(2);
    expect(leftovers()).toMatchObject({ work: [], partial: [] });
  });

  it('at any moment leaves nothing half, and the next one ends with the whole package', async () => {
    const body = await makePackage(60, 20_000);
    const { url } = await startServer(
      (request, response) => void response.end(begin(request, response, body)),
    );
    const root = join(tempDir(), 'artifacts');
    const moments: (() => boolean)[] = [
      () => existsSync(join(root, 'work')),
      () => work().length > 0,
      () => work().some((dir) => readdirSync(dir).some((name) => name.startsWith('download-'))),
      () => work().some((dir) => existsSync(join(dir, 'content'))),
      () => work().some((dir) => existsSync(join(dir, 'content', 'f10'))),
      () => work().some((dir) => existsSync(join(dir, 'content', 'f59'))),
      () => work().some((dir) => existsSync(join(dir, 'manifest.json'))),
      () => existsSync(join(root, 'sha256')) && readdirSync(join(root, 'sha256')).length > 0,
    ];
    function work(): string[] {
      try {
        return readdirSync(join(root, 'work'))
          .map((name) => join(root, 'work', name))
          .filter((dir) => existsSync(dir));
      } catch {
        return [];
      }
    }
    for (const moment of moments) {
      const { child } = startChild(root, `${url}/m.tar.gz`);
      const ended = (): boolean => child.exitCode !== null;
      await until(() => ended() || safely(moment));
      if (!ended()) await kill(child);
      // Whatever is on the shelf is whole, at every moment.
      const { store, leftovers } = await openStore({}, root);
      expect(leftovers().work).toEqual([]);
      for (const hex of leftovers().kept) {
        if (readdirSync(join(root, 'sha256', hex)).length === 0) continue;
        expect(await store.open(`sha256:${hex}`)).toMatchObject({ files: 60, bytes: 1_200_000 });
      }
      await store.collect(new Set());
      await store.close();
    }
    const { ensure, leftovers } = await openStore({}, root);
    expect(await ensure(`${url}/m.tar.gz`)).toMatchObject({ files: 60, bytes: 1_200_000 });
    expect(leftovers()).toMatchObject({ work: [], partial: [] });
  });
});

describe('two processes on one root', () => {
  it('both end with the one artifact', async () => {
    const body = await makePackage(20, 50_000);
    const waiting: (() => void)[] = [];
    const { url } = await startServer((request, response) => {
      waiting.push(() => response.end(begin(request, response, body)));
      // Neither gets its package before both have asked for it.
      if (waiting.length === 2) for (const go of waiting) go();
    });
    const root = join(tempDir(), 'artifacts');
    const outputs = await Promise.all([1, 2].map(() => startChild(root, `${url}/m.tar.gz`).output));
    const [first, second] = outputs.map((text) => JSON.parse(text) as Artifact);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ files: 20, bytes: 1_000_000 });
    const { store, leftovers } = await openStore({}, root);
    expect(await store.open(first!.digest)).toEqual(first);
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [first!.digest.slice('sha256:'.length)] });
  });

  it('do not take each other’s work away', async () => {
    const body = await makePackage(2, 300_000);
    let release: (() => void) | undefined;
    const { url } = await startServer((request, response) => {
      const rest = begin(request, response, body);
      response.write(rest.subarray(0, 200_000));
      release = () => response.end(rest.subarray(200_000));
    });
    const root = join(tempDir(), 'artifacts');
    const { output } = startChild(root, `${url}/m.tar.gz`);
    await until(() => release !== undefined);
    const { store } = await openStore({}, root);
    await store.collect(new Set());
    release!();
    expect(JSON.parse(await output)).toMatchObject({ files: 2, bytes: 600_000 });
  });
});

function safely(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    return false; // A folder vanished between two looks.
  }
}
