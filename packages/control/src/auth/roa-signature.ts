import { createHmac } from 'node:crypto';
import type { WireRequest } from './wire-request.js';

/**
 * The texts that a client of the older ROA signature may have signed (contract 7.4). There are two when a
 * query value is empty: Python clients write `k`, TypeScript clients `k=`.
 */
export function roaStringsToSign(request: WireRequest): readonly string[] {
  const header = (name: string): string => request.headers.get(name) ?? '';
  const acsHeaders = [...request.headers]
    .filter(([name]) => name.startsWith('x-acs-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join('');
  const head = [
    request.method,
    header('accept'),
    header('content-md5'),
    header('content-type'),
    header('date'),
  ];
  const resources = new Set([resource(request, ''), resource(request, '=')]);
  return [...resources].map((text) => `${head.join('\n')}\n${acsHeaders}${text}`);
}

export function roaSignature(stringToSign: string, accessKeySecret: string): string {
  return createHmac('sha1', accessKeySecret).update(stringToSign).digest('base64');
}

function resource({ path, query }: WireRequest, afterEmpty: '' | '='): string {
  if (query.length === 0) return path;
  const pairs = [...query]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => (value === '' ? `${name}${afterEmpty}` : `${name}=${value}`));
  return `${path}?${pairs.join('&')}`;
}
