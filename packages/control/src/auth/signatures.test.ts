import { expect, it } from 'vitest';
import {
  acs3CanonicalRequest,
  acs3Signature,
  missingFromSignature,
  parseAcs3Authorization,
  sha256Hex,
} from './acs3-signature.js';
import { ossSignature, ossStringToSign } from './oss-signature.js';
import { roaSignature, roaStringsToSign } from './roa-signature.js';
import type { WireRequest } from './wire-request.js';

// The vectors of the contract (7.3, 7.4, 9.3): made with the official clients, secret testSK.

const acsHeaders = (action: string, nonce: string, hash: string): [string, string][] => [
  ['host', '127.0.0.1:8080'],
  ['x-acs-action', action],
  ['x-acs-content-sha256', hash],
  ['x-acs-credentials-provider', 'static_ak'],
  ['x-acs-date', '2024-01-02T03:04:05Z'],
  ['x-acs-signature-nonce', nonce],
  ['x-acs-version', '2021-07-01'],
];

it('signs the ACS3 vector with query and body as the official client does', () => {
  const hash = 'd7d234f759ec34fd6298b7e32318614760070aaef9f4e92ced928324b49a0602';
  expect(sha256Hex('{"name":"demo"}')).toBe(hash);
  const request: WireRequest = {
    method: 'POST',
    path: '/api/v2/services',
    query: [
      ['WorkspaceId', '1'],
      ['Labels', '{"a":"b c*~"}'],
    ],
    headers: new Map([
      ...acsHeaders('CreateService', 'nonce-1', hash),
      ['content-type', 'application/json; charset=utf-8'],
    ]),
  };
  const signed =
    'content-type;host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version'.split(
      ';',
    );
  const canonical = acs3CanonicalRequest(request, signed, hash);
  expect(canonical.split('\n')[2]).toBe('Labels=%7B%22a%22%3A%22b%20c%2A~%22%7D&WorkspaceId=1');
  expect(acs3Signature(canonical, 'testSK')).toBe(
    'b2db6a648118547a3f08a579cc29acb78ec137e75e7f0a2e71e090068967ed77',
  );
});

it('signs the ACS3 vector without query and body', () => {
  const hash = sha256Hex('');
  const headers = acsHeaders('DescribeService', 'nonce-2', hash);
  const request = {
    method: 'GET',
    path: '/api/v2/services/cn-test/demo',
    query: [],
    headers: new Map(headers),
  };
  const canonical = acs3CanonicalRequest(
    request,
    headers.map(([name]) => name),
    hash,
  );
  expect(acs3Signature(canonical, 'testSK')).toBe(
    '98d20bd50db74bbea36b766c6fd49aca126f6ab0174e28f94417eea473f5f909',
  );
});

it('encodes the path as the official client does', () => {
  const request = { method: 'GET', path: '/a+b*c%7Ed', query: [], headers: new Map<string, string>() };
  expect(acs3CanonicalRequest(request, [], '').split('\n')[1]).toBe('/a%20b%2Ac~d');
});

it('takes an ACS3 authorization apart, and no other text', () => {
  expect(parseAcs3Authorization('Credential=ak,SignedHeaders=host;X-Acs-Date,Signature=00ff')).toEqual({
    accessKeyId: 'ak',
    signedHeaders: ['host', 'x-acs-date'],
    signature: '00ff',
  });
  for (const text of ['', 'Credential=ak', 'Credential=,SignedHeaders=host,Signature=00', 'a,b,c']) {
    expect(parseAcs3Authorization(text)).toBeUndefined();
  }
});

it('wants everything signed that decides', () => {
  const headers = new Map(acsHeaders('DescribeService', 'n', 'h'));
  expect(
    missingFromSignature({ method: 'GET', path: '/', query: [], headers }, ['host', 'x-acs-date']),
  ).toEqual([
    'x-acs-signature-nonce',
    'x-acs-content-sha256',
    'x-acs-action',
    'x-acs-credentials-provider',
    'x-acs-version',
  ]);
});

const roaRequest = (query: [string, string][]): WireRequest => ({
  method: 'GET',
  path: '/api/v2/services',
  query,
  headers: new Map([
    ['date', 'Tue, 02 Jan 2024 03:04:05 GMT'],
    ['host', '127.0.0.1:8080'],
    ['accept', 'application/json'],
    ['x-acs-signature-nonce', 'nonce-3'],
    ['x-acs-signature-method', 'HMAC-SHA1'],
    ['x-acs-signature-version', '1.0'],
    ['x-acs-version', '2021-07-01'],
    ['x-acs-action', 'ListServices'],
  ]),
});

it('signs the ROA vector as the official client does', () => {
  const texts = roaStringsToSign(
    roaRequest([
      ['PageSize', '10'],
      ['PageNumber', '1'],
    ]),
  );
  expect(texts.map((text) => roaSignature(text, 'testSK'))).toEqual(['CH9jf4pDtHtWGjnhFdOKqrFJqc0=']);
});

it('takes both ways of signing an empty query value', () => {
  const texts = roaStringsToSign(
    roaRequest([
      ['b', 'x y'],
      ['a', ''],
    ]),
  );
  expect(texts.map((text) => text.split('\n').at(-1))).toEqual([
    '/api/v2/services?a&b=x y',
    '/api/v2/services?a=&b=x y',
  ]);
});

it('signs the OSS vector', () => {
  const request: WireRequest = {
    method: 'PUT',
    path: '/bkt/pai/a.txt',
    query: [],
    headers: new Map([
      ['content-type', 'application/octet-stream'],
      ['date', 'Thu, 13 Aug 2020 11:01:13 GMT'],
    ]),
  };
  expect(ossSignature(ossStringToSign(request, '/bkt/pai/a.txt'), 'testSK')).toBe(
    'a1ugT18JfHpKkb1/BBeDkmukdrs=',
  );
});

it('signs headers and sub-resources of OSS, and no other query', () => {
  const request: WireRequest = {
    method: 'GET',
    path: '/b/k',
    query: [
      ['uploads', ''],
      ['prefix', 'x'],
      ['partNumber', '1'],
    ],
    headers: new Map([
      ['x-oss-meta-b', '2'],
      ['x-oss-meta-a', '1'],
    ]),
  };
  expect(ossStringToSign(request, '/b/k')).toBe(
    'GET\n\n\n\nx-oss-meta-a:1\nx-oss-meta-b:2\n/b/k?partNumber=1&uploads',
  );
});
