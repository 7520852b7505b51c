import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowListPolicy, OPEN_POLICY } from './policy.js';
import type { Artifact } from './port.js';
import { openStore, startServer } from './testing/test-support.js';

const BODY = randomBytes(300_000);
const DIGEST = `sha256:${createHash('sha256').update(BODY).digest('hex')}`;

function contentOf(artifact: Artifact): Buffer {
  return readFileSync(join(artifact.dir, artifact.singleFile ?? ''));
}

/** Serves `body` with ranges, as a good server does; sends at most `cut` bytes of it, then breaks the connection. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { body = BODY, etag = '"1"', cut = Number.POSITIVE_INFINITY } = {},
): void {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const same = request.headers['if-range'] === etag;
  const start = range !== null && same ? Number(range[1]) : 0;
  const rest = body.subarray(start);
  const headers = { etag, 'content-length': rest.length };
  if (start > 0)
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  else response.writeHead(200, headers);
  if (rest.length <= cut) response.end(rest);
  else response.write(rest.subarray(0, cut), () => response.destroy());
}

describe('an http source', () => {
  it('is kept by the hash of its bytes, under its own name', async () => {
    const { url } = await startServer((request, response) => serve(request, response));
    const { ensure, leftovers } = await openStore();
    const artifact = await ensure(`${url}/models%2Flr.pmml?Signature=x`);
    expect(artifact).toMatchObject({ digest: DIGEST, singleFile: 'lr.pmml', bytes: BODY.length, files: 1 });
    expect(contentOf(artifact).equals(BODY)).toBe(true);
    expect(leftovers()).toMatchObject({ work: [], partial: [] });
  });

  it('is fetched on where the connection was cut, again and again', async () => {
    const { url, requests } = await startServer((request, response) =>
      serve(request, response, { cut: 70_000 }),
    );
    const { ensure } = await openStore();
    const progress: number[] = [];
    const artifact = await ensure(`${url}/m.bin`, { onProgress: ({ bytes }) => progress.push(bytes) });
    expect(contentOf(artifact).equals(BODY)).toBe(true);
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.slice(1).every(({ headers }) => headers['if-range'] === '"1"')).toBe(true);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(BODY.length);
  });

  it('is fetched on by a later call when the first gave up', async () => {
    let healthy = false;
    const { url, requests } = await startServer((request, response) =>
      healthy
        ? serve(request, response)
        : serve(request, response, { cut: request.headers.range ? 0 : 100_000 }),
    );
    const { refusal, ensure, leftovers } = await openStore();
    const error = await refusal(`${url}/m.bin`);
    expect(error).toMatchObject({ code: 'ArtifactFetchFailed', status: 502, retryable: true });
    expect(leftovers().partial).toHaveLength(1);
    healthy = true;
    requests.length = 0;
    expect(contentOf(await ensure(`${url}/m.bin`)).equals(BODY)).toBe(true);
    expect(requests.map(({ headers }) => headers.range)).toEqual([
      expect.stringMatching(/^bytes=[1-9]\d*-$/),
    ]);
    expect(leftovers()).toMatchObject({ work: [], partial: [] });
  });

  it('is fetched from the start when it changed in between', async () => {
    const other = randomBytes(200_000);
    const { url, requests } = await startServer((request, response) =>
      requests.length === 1
        ? serve(request, response, { cut: 100_000 })
        : serve(request, response, { body: other, etag: '"2"' }),
    );
    const { ensure } = await openStore();
    expect(contentOf(await ensure(`${url}/m.bin`)).equals(other)).toBe(true);
    expect(requests[1]!.headers['if-range']).toBe('"1"');
  });

  it.each([
    ['starts elsewhere', { 'content-range': `bytes 5-${BODY.length - 1}/${BODY.length}` }],
    ['has no range at all', {}],
    ['speaks of another size', { 'content-range': `bytes 100000-${BODY.length}/${BODY.length + 1}` }],
  ])('is fetched from the start when the partial answer %s', async (_, headers) => {
    const { url } = await startServer((request, response) => {
      if (request.headers.range !== undefined) {
        response.writeHead(206, { etag: '"1"', ...(headers as Record<string, string>) });
        response.end(BODY.subarray(5));
      } else if (requests++ === 0) serve(request, response, { cut: 100_000 });
      else serve(request, response);
    });
    let requests = 0;
    const { ensure } = await openStore({ limits: { attempts: 4 } });
    expect(contentOf(await ensure(`${url}/m.bin`)).equals(BODY)).toBe(true);
    expect(requests).toBe(2);
  });

  it('is never resumed without a validator', async () => {
    const { url, requests } = await startServer((_, response) => {
      response.writeHead(200, { etag: 'W/"weak"', 'content-length': BODY.length });
      if (requests.length > 1) response.end(BODY);
      else response.write(BODY.subarray(0, 100_000), () => response.destroy());
    });
    const { ensure } = await openStore();
    expect(contentOf(await ensure(`${url}/m.bin`)).equals(BODY)).toBe(true);
    expect(requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });

  it('fails when a chunked body is cut, rather than keep a part', async () => {
    const { url } = await startServer((_, response) => {
      response.write(BODY.subarray(0, 1000), () => response.destroy());
    });
    const { refusal, leftovers } = await openStore();
    expect(await refusal(`${url}/m.bin`)).toMatchObject({ code: 'ArtifactFetchFailed' });
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [] });
  });

  it('fails when the body stands still', async () => {
    const { url } = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('abc');
    });
    const { refusal } = await openStore({ limits: { idleMs: 50, attempts: 1 } });
    expect((await refusal(`${url}/m.bin`)).message).toContain('no bytes came for 50 ms');
  });

  it('fails when no answer comes', async () => {
    const { url } = await startServer(() => undefined);
    const { refusal } = await openStore({ limits: { connectMs: 50, attempts: 1 } });
    expect((await refusal(`${url}/m.bin`)).message).toContain('no answer within 50 ms');
  });

  it('fails when it drips longer than a download may take', async () => {
    const { url } = await startServer((_, response) => {
      const drip = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(drip));
    });
    const { refusal } = await openStore({ limits: { totalMs: 200 } });
    expect((await refusal(`${url}/m.bin`)).message).toContain('longer than 200 ms');
  });

  it.each([
    [404, 'ArtifactNotFound', 1],
    [410, 'ArtifactNotFound', 1],
    [401, 'ArtifactForbidden', 1],
    [403, 'ArtifactForbidden', 1],
    [500, 'ArtifactFetchFailed', 2],
    [503, 'ArtifactFetchFailed', 2],
    [429, 'ArtifactFetchFailed', 2],
    [204, 'ArtifactNotFound', 1],
  ])('answered with %i fails with %s after %i requests', async (status, code, tries) => {
    const { url, requests } = await startServer((_, response) => void response.writeHead(status).end());
    const { refusal } = await openStore();
    expect(await refusal(`${url}/m.bin`)).toMatchObject({
      code,
      message: expect.stringContaining(`the server answered ${status}`),
    });
    expect(requests).toHaveLength(tries);
  });

  it('is refused above the size limit, announced or not', async () => {
    const { url } = await startServer((request, response) => {
      if (request.url === '/announced') serve(request, response);
      else for (let i = 0; i < 10; i++) response.write(BODY);
    });
    const { refusal, leftovers } = await openStore({ limits: { downloadBytes: 200_000 } });
    for (const path of ['announced', 'endless']) {
      expect(await refusal(`${url}/${path}`)).toMatchObject({
        code: 'ArtifactTooLarge',
        message: expect.stringContaining('200000 bytes'),
      });
    }
    expect(leftovers()).toEqual({ work: [], partial: [], kept: [] });
  });

  it('must still be what its version was made with', async () => {
    const { url } = await startServer((request, response) => serve(request, response));
    const { refusal, ensure } = await openStore();
    const wanted = `sha256:${'0'.repeat(64)}`;
    expect(await refusal(`${url}/m.bin`, { digest: wanted })).toMatchObject({
      code: 'ArtifactChanged',
      message: expect.stringContaining(DIGEST),
    });
    expect(await ensure(`${url}/m.bin`, { digest: DIGEST })).toMatchObject({ digest: DIGEST });
  });

  it('is not asked again when the digest is kept', async () => {
    const { url, requests } = await startServer((request, response) => serve(request, response));
    const { ensure } = await openStore();
    const first = await ensure(`${url}/m.bin`);
    expect(await ensure(`${url}/m.bin`, { digest: DIGEST })).toEqual(first);
    expect(requests).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it('is followed, five times at most', async () => {
    const { url } = await startServer((request, response) => {
      const left = Number(request.url!.slice(1));
      if (left === 0) serve(request, response);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const { ensure, refusal } = await openStore();
    expect((await ensure(`${url}/5`)).digest).toBe(DIGEST);
    expect((await refusal(`${url}/6`)).message).toContain('more than 5 redirects');
  });

  it('takes the user and password along only to the same origin', async () => {
    const other = await startServer((request, response) => serve(request, response));
    const { url, requests, port } = await startServer((request, response) => {
      const location = request.url === '/a' ? '/b' : `${other.url}/c`;
      response.writeHead(302, { location }).end();
    });
    const { ensure } = await openStore();
    await ensure(`http://me:secret@127.0.0.1:${port}/a`);
    expect(url).toContain(String(port));
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      expect.stringMatching(/^Basic /),
      expect.stringMatching(/^Basic /),
    ]);
    expect(other.requests[0]!.headers.authorization).toBeUndefined();
  });

  it.each([
    ['file:///etc/passwd', 'file:'],
    ['http://elsewhere.example/x', 'not in the list'],
    ['//elsewhere.example/x', 'not in the list'],
  ])('to %s is refused', async (location, reason) => {
    const { url, requests } = await startServer(
      (_, response) => void response.writeHead(301, { location }).end(),
    );
    const { refusal } = await openStore({ policy: { ...OPEN_POLICY, hosts: ['127.0.0.1'] } });
    expect(await refusal(`${url}/x`)).toMatchObject({
      code: 'ArtifactForbidden',
      message: expect.stringContaining(reason),
    });
    expect(requests).toHaveLength(1);
  });
});

describe('the policy', () => {
  it('keeps a public name from leading to a private address', async () => {
    const { port, requests } = await startServer((request, response) => serve(request, response));
    const resolve: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const { refusal } = await openStore({ policy: allowListPolicy(['models.example.com']), resolve });
    expect(await refusal(`http://models.example.com:${port}/m.bin`)).toMatchObject({
      code: 'ArtifactForbidden',
      message: expect.stringContaining('models.example.com is the private address 127.0.0.1'),
    });
    expect(requests).toHaveLength(0);
  });

  it('looks a name up anew, under its rules, for each connection', async () => {
    let asked = 0;
    const { port, requests } = await startServer((request, response) =>
      serve(request, response, { cut: 50_000 }),
    );
    const resolve: LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
    const policy = { ...OPEN_POLICY, privateHosts: ['a.example'] };
    const { refusal } = await openStore({ policy, resolve });
    const error = await refusal(`http://a.example:${port}/m.bin`);
    expect(asked).toBeGreaterThan(1);
    expect(requests).toHaveLength(1);
    expect(error.code).toBe('ArtifactFetchFailed');
  });

  it('never shows passwords or signatures in a message', async () => {
    const { port } = await startServer((_, response) => void response.writeHead(404).end());
    const { refusal } = await openStore();
    const { message } = await refusal(`http://me:geheim@127.0.0.1:${port}/m.bin?Signature=geheim`);
    expect(message).toContain('/m.bin?…');
    expect(message).not.toContain('geheim');
  });

  it('calls a host that does not exist not found', async () => {
    const resolve: LookupFunction = (name, _options, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), []);
    const { refusal } = await openStore({ resolve });
    expect(await refusal('http://nowhere.example/m.bin')).toMatchObject({ code: 'ArtifactNotFound' });
  });
});
