import { createHash, createHmac } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EasApiError } from './errors.js';
import { createOssClient, type OssClient } from './oss-client.js';

async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<OssClient> {
  const server = createServer(handler);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const retry = { refusedMs: 0, unavailableMs: 5_000, backoff: { initialMs: 1, maxMs: 2, factor: 2 } };
  return createOssClient({ endpoint, accessKeyId: 'ak', accessKeySecret: 'sk', retry });
}

/** As OSS computes it, from what arrived. */
function expectedSignature(request: IncomingMessage): string {
  const { headers } = request;
  const text = [
    request.method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    headers.date,
    decodeURIComponent(request.url ?? ''),
  ].join('\n');
  return `OSS ak:${createHmac('sha1', 'sk').update(text).digest('base64')}`;
}

describe('putObject', () => {
  it('streams a file, signed, with its checksum', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openeas-oss-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const content = Buffer.alloc(3_000_000, 'model ');
    const file = join(folder, 'm.bin');
    writeFileSync(file, content);
    const contentMd5 = createHash('md5').update(content).digest('base64');

    const seen: { url?: string | undefined; signed?: boolean; md5?: string } = {};
    const oss = await serve((request, response) => {
      seen.url = request.url;
      seen.signed = request.headers.authorization === expectedSignature(request);
      const hash = createHash('md5');
      request.on('data', (chunk: Buffer) => hash.update(chunk));
      request.on('end', () => {
        seen.md5 = hash.digest('base64');
        response.writeHead(200, { etag: '"ABC"' }).end();
      });
    });
    const progress: number[] = [];
    const result = await oss.putObject({
      bucket: 'bkt',
      key: 'uid/dir/m 模型.bin',
      open: () => createReadStream(file),
      size: content.length,
      contentMd5,
      onProgress: (bytes) => progress.push(bytes),
    });
    expect(result.etag).toBe('ABC');
    expect(seen).toEqual({ url: '/bkt/uid/dir/m%20%E6%A8%A1%E5%9E%8B.bin', signed: true, md5: contentMd5 });
    expect(progress.at(-1)).toBe(content.length);
  });

  it.each([
    [
      'XML',
      'application/xml',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>a &lt; &#98;</Message><RequestId>R</RequestId></Error>',
    ],
    ['JSON', 'application/json', '{"Code":"AccessDenied","Message":"a < b","RequestId":"R"}'],
  ])('understands a refusal in %s that comes before the body was read', async (_, type, body) => {
    const oss = await serve((__, response) => {
      response.writeHead(403, { 'content-type': type, connection: 'close' }).end(body);
    });
    const error = await oss
      .putObject({ bucket: 'b', key: 'k', open: () => Readable.from([Buffer.alloc(100_000)]), size: 100_000 })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EasApiError);
    expect(error).toMatchObject({ status: 403, code: 'AccessDenied', message: 'a < b', requestId: 'R' });
  });

  it('believes an early refusal although the rest of the upload then fails', async () => {
    const oss = await serve((request, response) => {
      response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
      response.write('{"Code":"AccessDenied",');
      request.once('data', () => response.end('"Message":"no"}'));
    });
    const open = () =>
      new Readable({
        read() {
          this.push(Buffer.alloc(65_536));
        },
      });
    const upload = oss.putObject({ bucket: 'b', key: 'k', open, size: 2 ** 40 });
    await expect(upload).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('fails with the cause when the file cannot be read', async () => {
    const oss = await serve((request) => request.resume());
    const open = () => createReadStream(join(tmpdir(), 'openeas-no-such-file'));
    await expect(oss.putObject({ bucket: 'b', key: 'k', open, size: 5 })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('opens the file again for another try when the control plane was away', async () => {
    const bodies: string[] = [];
    const oss = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        bodies.push(body);
        if (bodies.length < 3) response.writeHead(503).end('{"Code":"ControlUnavailable","Message":"soon"}');
        else response.writeHead(200, { etag: '"E"' }).end();
      });
    });
    const open = () => Readable.from([Buffer.from('model')]);
    expect(await oss.putObject({ bucket: 'b', key: 'k', open, size: 5 })).toEqual({ etag: 'E' });
    expect(bodies).toEqual(['model', 'model', 'model']);
  });

  it('can be abandoned', async () => {
    const controller = new AbortController();
    const oss = await serve((request) => request.once('data', () => controller.abort(new Error('enough'))));
    const open = () => Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
    const upload = oss.putObject({ bucket: 'b', key: 'k', open, size: 1_000, signal: controller.signal });
    await expect(upload).rejects.toThrow('enough');
  });
});

describe('headObject', () => {
  it('tells size and checksum of what is there, and that nothing is there', async () => {
    const oss = await serve((request, response) => {
      if (request.headers.authorization !== expectedSignature(request)) response.writeHead(403);
      else if (request.url === '/b/there') response.writeHead(200, { etag: '"ABC"', 'content-length': '12' });
      else response.writeHead(404);
      response.end();
    });
    expect(await oss.headObject('b', 'there')).toEqual({ size: 12, etag: 'ABC' });
    expect(await oss.headObject('b', 'absent')).toBeUndefined();
  });

  it('does not take a refusal for an absence', async () => {
    const oss = await serve((_, response) => response.writeHead(403).end());
    await expect(oss.headObject('b', 'k')).rejects.toThrow('status 403');
  });
});

describe('listBuckets', () => {
  it('reads names and owner', async () => {
    const oss = await serve((request, response) => {
      const good = request.url === '/' && request.headers.authorization === expectedSignature(request);
      response
        .writeHead(good ? 200 : 403)
        .end(
          '<?xml version="1.0"?><ListAllMyBucketsResult><Owner><ID>42</ID><DisplayName>root</DisplayName></Owner>' +
            '<Buckets><Bucket><Location>oss-local</Location><Name>one</Name></Bucket><Bucket><Name>two</Name></Bucket></Buckets>' +
            '</ListAllMyBucketsResult>',
        );
    });
    expect(await oss.listBuckets()).toEqual({ ownerId: '42', names: ['one', 'two'] });
  });

  it('tells an object store from a web page', async () => {
    const oss = await serve((_, response) => response.end('<html>'));
    await expect(oss.listBuckets()).rejects.toMatchObject({ failure: 'not-an-api' });
  });
});
