import type { Readable } from 'node:stream';
import { type Clock, type Ids, randomIds, systemClock } from '@openeas/kernel';
import { type Endpoint, isAlibabaHost, type Protocol, parseEndpoint } from './endpoint.js';
import { EasApiError, EasConnectionError } from './errors.js';
import { type Answer, addressOf, exchange } from './http-exchange.js';
import { ossAuthorization } from './oss-signature.js';
import { percentEncode } from './percent-encoding.js';
import { DEFAULT_RETRY, type RetryPolicy, withRetries } from './retry.js';

export interface OssClientOptions {
  readonly endpoint: string;
  readonly protocol?: Protocol | undefined;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly clock?: Clock | undefined;
  readonly ids?: Ids | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** Longest standstill of a transfer, milliseconds; 60,000 unless given. */
  readonly timeoutMs?: number | undefined;
}

export interface PutObject {
  readonly bucket: string;
  readonly key: string;
  /** Opened anew for every try. */
  readonly open: () => Readable;
  /** Bytes that `open()` will give. */
  readonly size: number;
  /** Base64; the server compares it with what arrived. */
  readonly contentMd5?: string | undefined;
  readonly contentType?: string | undefined;
  /** Hears of every piece that was handed to the connection. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As much of OSS as an upload needs (contract 6.7, 9.3). */
export interface OssClient {
  readonly endpoint: Endpoint;
  /** The caller's buckets: GetService (`GET /`). */
  listBuckets(signal?: AbortSignal): Promise<OssBuckets>;
  /** What is stored under the key, or undefined. */
  headObject(bucket: string, key: string, signal?: AbortSignal): Promise<OssObjectFacts | undefined>;
  /** Streams; the object appears whole or not at all. Rejects with EasApiError or EasConnectionError. */
  putObject(object: PutObject): Promise<{ readonly etag: string }>;
}

export interface OssObjectFacts {
  /** Bytes. */
  readonly size: number;
  /** Upper-case hexadecimal MD5 for objects that were put in one piece. */
  readonly etag: string;
}

export interface OssBuckets {
  readonly ownerId: string;
  readonly names: readonly string[];
}

export function createOssClient(options: OssClientOptions): OssClient {
  const endpoint = parseEndpoint(options.endpoint, options.protocol);
  const clock = options.clock ?? systemClock;
  const timeoutMs = options.timeoutMs ?? 60_000;
  // Only Alibaba Cloud answers at bucket.host; elsewhere that name has no address (contract 6.7).
  const virtualHosts = isAlibabaHost(endpoint.hostname);

  /** Everything asked here may be asked twice: a repeated upload puts the same object in the same place. */
  function patiently<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const policy = options.retry ?? DEFAULT_RETRY;
    return withRetries(attempt, { reading: true, policy, clock, ids: options.ids ?? randomIds, signal });
  }

  async function send(request: {
    readonly method: string;
    readonly bucket: string;
    readonly key: string;
    readonly contentType: string;
    readonly contentMd5?: string | undefined;
    readonly contentLength: number;
    readonly body: string | Readable;
    readonly signal: AbortSignal | undefined;
  }): Promise<Answer> {
    const { bucket, key, contentType } = request;
    const inHost = virtualHosts && bucket !== '';
    const target = at(endpoint, inHost ? bucket : '');
    const date = new Date(clock.now()).toUTCString();
    const contentMd5 = request.contentMd5 ?? '';
    const headers: Record<string, string> = { host: target.host, date };
    if (contentType !== '') headers['content-type'] = contentType;
    if (contentMd5 !== '') headers['content-md5'] = contentMd5;
    if (request.method === 'PUT') headers['content-length'] = String(request.contentLength);
    const resource = bucket === '' ? '/' : `/${bucket}/${key}`;
    headers.authorization = ossAuthorization(
      { method: request.method, contentMd5, contentType, date, resource },
      options,
    );
    const path = key.split('/').map(percentEncode).join('/');
    const answer = await exchange({
      endpoint: target,
      method: request.method,
      target: inHost || bucket === '' ? `/${path}` : `/${bucket}/${path}`,
      headers,
      body: request.body,
      agent: undefined,
      clock,
      timeoutMs,
      signal: request.signal,
    });
    // An answer to HEAD has no body to tell a missing object by.
    const missing = request.method === 'HEAD' && answer.status === 404;
    if (answer.status >= 300 && !missing) throw ossError(answer, target);
    return answer;
  }

  return {
    endpoint,
    async listBuckets(signal) {
      const listing = { method: 'GET', bucket: '', key: '', contentType: '', contentLength: 0, body: '' };
      const answer = await patiently(() => send({ ...listing, signal }), signal);
      if (!answer.body.includes('<ListAllMyBucketsResult')) throw notOss(answer, endpoint);
      const names = [...answer.body.matchAll(/<Bucket>.*?<Name>([^<]+)<\/Name>.*?<\/Bucket>/gs)];
      return {
        ownerId: /<Owner>.*?<ID>([^<]*)<\/ID>/s.exec(answer.body)?.[1] ?? '',
        names: names.map((match) => decodeXml(match[1] ?? '')),
      };
    },
    async headObject(bucket, key, signal) {
      const question = { method: 'HEAD', bucket, key, contentType: '', contentLength: 0, body: '' };
      const answer = await patiently(() => send({ ...question, signal }), signal);
      if (answer.status === 404) return undefined;
      return { size: Number(answer.headers['content-length'] ?? Number.NaN), etag: etagOf(answer) };
    },
    async putObject(object) {
      const { bucket, key, signal } = object;
      const answer = await patiently(
        () =>
          send({
            method: 'PUT',
            bucket,
            key,
            contentType: object.contentType ?? 'application/octet-stream',
            contentMd5: object.contentMd5,
            contentLength: object.size,
            body: counted(object.open(), object.onProgress),
            signal,
          }),
        signal,
      );
      return { etag: etagOf(answer) };
    },
  };
}

function etagOf(answer: Answer): string {
  return String(answer.headers.etag ?? '').replaceAll('"', '');
}

function counted(body: Readable, report: PutObject['onProgress']): Readable {
  if (report === undefined) return body;
  let sent = 0;
  body.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    report(sent);
  });
  return body;
}

function at(endpoint: Endpoint, bucket: string): Endpoint {
  if (bucket === '') return endpoint;
  return { ...endpoint, hostname: `${bucket}.${endpoint.hostname}`, host: `${bucket}.${endpoint.host}` };
}

/** OSS answers errors as XML, the control API as JSON; both may stand at the same address. */
function ossError(answer: Answer, endpoint: Endpoint): Error {
  const field = (name: string): string | undefined => {
    const xml = new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer.body)?.[1];
    if (xml !== undefined) return decodeXml(xml);
    try {
      const value = (JSON.parse(answer.body) as Record<string, unknown>)[name];
      return typeof value === 'string' ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const code = field('Code');
  if (code === undefined) return notOss(answer, endpoint);
  return new EasApiError({
    status: answer.status,
    code,
    message: field('Message') ?? `the object store answered ${answer.status}`,
    requestId: field('RequestId') ?? String(answer.headers['x-oss-request-id'] ?? ''),
  });
}

function notOss(answer: Answer, endpoint: Endpoint): EasConnectionError {
  const type = answer.headers['content-type'] ?? 'no content type';
  return new EasConnectionError('not-an-api', addressOf(endpoint), `status ${answer.status}, ${type}`);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decodeXml(text: string): string {
  return text.replace(
    /&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g,
    (whole, name, decimal, hex) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
