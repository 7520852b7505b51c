import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * The server's side of contract 7.3, written from the contract and sharing nothing with the client: the
 * request line is decoded and encoded again. Returns what is wrong, or undefined.
 */
export function acs3Problem(
  request: IncomingMessage,
  body: string,
  secretOf: (id: string) => string | undefined,
): string | undefined {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? '',
  );
  if (match === null) return 'no ACS3 authorization';
  const [, id = '', signedHeaders = '', signature] = match;
  const secret = secretOf(id);
  if (secret === undefined) return 'unknown key';
  const names = signedHeaders.split(';');
  const required = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type',
  );
  if (JSON.stringify(names) !== JSON.stringify(required.sort())) return `signed only ${signedHeaders}`;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  if (request.headers['x-acs-content-sha256'] !== bodyHash) return 'the body is not the one that was hashed';
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const strict = (text: string): string =>
    [...Buffer.from(text)]
      .map((byte) =>
        /[A-Za-z0-9_.~-]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join('');
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('=') as [string, string?]);
  const canonicalQuery = pairs
    .map(([name, value = '']) => [decodeURIComponent(name), decodeURIComponent(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${strict(value)}`)
    .join('&');
  const canonical = `${request.method}\n${path}\n${canonicalQuery}\n${names
    .map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
    .join('')}\n${signedHeaders}\n${bodyHash}`;
  const text = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
  const expected = createHmac('sha256', secret).update(text).digest('hex');
  return expected === signature ? undefined : 'the signature does not fit';
}
