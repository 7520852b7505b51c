import { createHash, createHmac, randomUUID } from 'node:crypto';

/** A POST as its signer sees it. */
export interface SignedPost {
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly body: string;
}

/** What the npm client `aliyun-api-gateway` sends (contract 9.1). */
export function apiGatewayHeaders(
  { target, body }: SignedPost,
  key: { id: string; secret: string },
  { nonce = randomUUID() as string, timestamp = Date.now() } = {},
): Record<string, string> {
  const signed: Record<string, string> = {
    'x-ca-key': key.id,
    'x-ca-nonce': nonce,
    'x-ca-stage': 'RELEASE',
    'x-ca-timestamp': String(timestamp),
  };
  const accept = 'application/json';
  const type = 'application/octet-stream';
  const md5 = createHash('md5').update(body).digest('base64');
  const [path = '', query = ''] = target.split('?');
  const parameters = [...new URLSearchParams(query)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const text = [
    'POST',
    accept,
    md5,
    type,
    '',
    ...Object.entries(signed).map(([name, value]) => `${name}:${value}`),
    parameters.length === 0 ? path : `${path}?${parameters.join('&')}`,
  ].join('\n');
  return {
    ...signed,
    accept,
    'content-type': type,
    'content-md5': md5,
    'x-ca-signature-headers': Object.keys(signed).join(','),
    'x-ca-signature': createHmac('sha256', key.secret).update(text).digest('base64'),
  };
}

/** The AKSK scheme (contract 9.2). */
export function akskHeaders(
  { target, body }: SignedPost,
  host: string,
  key: { id: string; secret: string },
  date = new Date().toUTCString(),
): Record<string, string> {
  const hash = createHash('sha256').update(body).digest('base64');
  const text = `POST\n${target}\n${date};${host};${hash}`;
  const signature = createHmac('sha256', Buffer.from(key.secret, 'base64')).update(text).digest('base64');
  return {
    date,
    host,
    'x-ark-content-sha256': hash,
    authorization: `HMAC-SHA256 Credential=${key.id}&SignedHeaders=date;host;x-ark-content-sha256&Signature=${signature}`,
  };
}
