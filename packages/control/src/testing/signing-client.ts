import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';

/** What a test may bend: everything that is signed can be changed before or after signing. */
export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly action?: string;
  readonly date?: number;
  readonly nonce?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of what was signed. */
  readonly sent?: {
    readonly path?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export type OssRequest = Omit<ClientRequest, 'body'> & { readonly body?: string };

export interface ClientAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** A client of its own, written from the contract (7.3, 7.4, 9.3) and not from the server's code. */
export class SigningClient {
  constructor(
    readonly address: { readonly host: string; readonly port: number },
    readonly credentials: Credentials,
  ) {}

  /** ACS3-HMAC-SHA256. */
  acs3(request: ClientRequest): Promise<ClientAnswer> {
    const body = bodyText(request.body);
    const headers: Record<string, string> = {
      host: `${this.address.host}:${this.address.port}`,
      'x-acs-version': '2021-07-01',
      'x-acs-date': `${new Date(request.date ?? Date.now()).toISOString().slice(0, 19)}Z`,
      'x-acs-signature-nonce': request.nonce ?? randomUUID(),
      'x-acs-content-sha256': sha256(body),
      'x-acs-credentials-provider': 'static_ak',
      ...(request.action !== undefined && { 'x-acs-action': request.action }),
      ...(body !== '' && { 'content-type': 'application/json; charset=utf-8' }),
      ...request.headers,
    };
    const names = Object.keys(headers)
      .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
      .sort();
    const canonical = [
      request.method,
      request.path,
      Object.entries(request.query ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}=${encode(value)}`)
        .join('&'),
      names.map((name) => `${name}:${headers[name]}\n`).join(''),
      names.join(';'),
      sha256(body),
    ].join('\n');
    const signature = createHmac('sha256', this.credentials.secret)
      .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
      .digest('hex');
    headers.authorization = `ACS3-HMAC-SHA256 Credential=${this.credentials.id},SignedHeaders=${names.join(';')},Signature=${signature}`;
    return this.send(request, headers, body);
  }

  /** The older ROA form, as the PAI Python SDK signs. */
  roa(request: ClientRequest): Promise<ClientAnswer> {
    const body = bodyText(request.body);
    const headers: Record<string, string> = {
      host: `${this.address.host}:${this.address.port}`,
      accept: 'application/json',
      date: new Date(request.date ?? Date.now()).toUTCString(),
      'x-acs-version': '2021-07-01',
      'x-acs-signature-method': 'HMAC-SHA1',
      'x-acs-signature-version': '1.0',
      'x-acs-signature-nonce': request.nonce ?? randomUUID(),
      ...(request.action !== undefined && { 'x-acs-action': request.action }),
      ...(body !== '' && { 'content-type': 'application/json; charset=utf-8' }),
      ...request.headers,
    };
    const query = Object.entries(request.query ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
      .join('&');
    const text = [
      request.method,
      headers.accept,
      headers['content-md5'] ?? '',
      headers['content-type'] ?? '',
      headers.date,
      ...Object.keys(headers)
        .filter((name) => name.startsWith('x-acs-'))
        .sort()
        .map((name) => `${name}:${headers[name]}`),
      query === '' ? request.path : `${request.path}?${query}`,
    ].join('\n');
    headers.authorization = `acs ${this.credentials.id}:${hmacSha1(this.credentials.secret, text)}`;
    return this.send(request, headers, body);
  }

  /** OSS version 1; `path` is `/bucket/key`, not encoded. */
  oss(request: OssRequest): Promise<ClientAnswer> {
    const path = request.path.split('/').map(encode).join('/');
    return this.send({ ...request, path }, this.ossHeaders(request), request.body ?? '');
  }

  ossHeaders(request: OssRequest): Record<string, string> {
    const headers: Record<string, string> = {
      host: `${this.address.host}:${this.address.port}`,
      date: new Date(request.date ?? Date.now()).toUTCString(),
      ...(request.body !== undefined && { 'content-type': 'application/octet-stream' }),
      ...request.headers,
    };
    const text = [
      request.method,
      headers['content-md5'] ?? '',
      headers['content-type'] ?? '',
      headers.date,
      `${Object.keys(headers)
        .filter((name) => name.startsWith('x-oss-'))
        .sort()
        .map((name) => `${name}:${headers[name]}\n`)
        .join('')}${request.path}`,
    ].join('\n');
    headers.authorization = `OSS ${this.credentials.id}:${hmacSha1(this.credentials.secret, text)}`;
    return headers;
  }

  async send(
    request: ClientRequest,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<ClientAnswer> {
    const query = Object.entries(request.sent?.query ?? request.query ?? {})
      // As the official transport: `*` stays raw on the wire.
      .map(([name, value]) => `${name}=${encode(value).replaceAll('%2A', '*')}`)
      .join('&');
    const path = request.sent?.path ?? request.path;
    const text = request.sent?.body ?? body;
    const outgoing = httpRequest({
      host: this.address.host,
      port: this.address.port,
      method: request.method,
      path: query === '' ? path : `${path}?${query}`,
      headers: {
        ...headers,
        ...request.sent?.headers,
        ...(text !== '' && { 'transfer-encoding': 'chunked' }),
        ...(text === '' && request.method === 'PUT' && { 'content-length': '0' }),
      },
      agent: false,
    });
    outgoing.end(text);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString();
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      text: answer,
      body: /json/.test(incoming.headers['content-type'] ?? '') ? JSON.parse(answer) : undefined,
    };
  }
}

function bodyText(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmacSha1(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64');
}

/** RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
