import type { Route } from '@openeas/contracts';
import { describe, expect, test } from 'vitest';
import { route } from '../testing/rig.js';
import { type AuthenticationSettings, gatekeeper } from './authenticate.js';
import type { AuthenticationInput } from './authenticator.js';
import { caStringToSign } from './ca-string-to-sign.js';
import { NonceMemory } from './nonce-memory.js';

const SETTINGS: AuthenticationSettings = { signatureSkewS: 86_400, caSkewS: 900, akskSkewS: 900 };
const DATE = 'Thu, 13 Aug 2020 11:01:13 GMT';
const NOW = Date.parse(DATE);

function input(
  method: string,
  target: string,
  headers: Record<string, string>,
  body = '',
): AuthenticationInput {
  const pairs = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    target,
    headers: pairs,
    header: (name) => pairs.find((text, at) => at % 2 === 1 && pairs[at - 1] === name && text !== undefined),
    completeBody: Buffer.from(body),
  };
}

function verdict(of: Partial<Route>, given: AuthenticationInput, now = NOW): string {
  return gatekeeper(route('demo', [], of), SETTINGS)(given, now)?.code ?? 'in';
}

describe('EAS signature', () => {
  const signed = {
    authorization: 'EAS Ql1FzgWhjlEJNQpR6D3c/rUaA1g=',
    date: DATE,
    'content-md5': 'ef48a65d3c4c61901a5691a5e7964e60',
    'content-type': 'application/octet-stream',
  };

  test.each<[string, string, Record<string, string>, number, string]>([
    ['the vector of contract 3.2', '/api/predict/demo', {}, 0, 'in'],
    ['a clock 14 hours ahead (local time called GMT)', '/api/predict/demo', {}, 14 * 3600_000, 'in'],
    ['a clock two days ahead', '/api/predict/demo', {}, 48 * 3600_000, 'RequestTooOld'],
    ['a clock two days behind', '/api/predict/demo', {}, -48 * 3600_000, 'RequestTooOld'],
    ['another path', '/api/predict/demo/', {}, 0, 'Unauthorized'],
    ['a query that was not signed', '/api/predict/demo?x=1', {}, 0, 'Unauthorized'],
    ['another MD5', '/api/predict/demo', { 'content-md5': 'x' }, 0, 'Unauthorized'],
    [
      'a signed query',
      '/api/predict/demo/v1?x=1',
      { authorization: 'EAS KI2XCRAmy1/xdx7IfmYF410xUiw=' },
      0,
      'in',
    ],
    [
      'the shortened MD5 of Java',
      '/api/predict/demo',
      { authorization: 'EAS NWtcM7kjxkpNIv6/sU4K3xCMW3Y=', 'content-md5': 'ff85a33ee8c8aa4f59a843d5199909f' },
      0,
      'in',
    ],
  ])('%s', (_, target, other, late, expected) => {
    expect(verdict({}, input('POST', target, { ...signed, ...other }), NOW + late)).toBe(expected);
  });

  test('without a Date is refused: it would be good for ever', () => {
    const { date: _, ...rest } = signed;
    expect(verdict({}, input('POST', '/api/predict/demo', rest))).toBe('Unauthorized');
  });
});

describe('x-ca-* signature', () => {
  const apiGateway = {
    alias: 'EAPI_1_demo',
    keys: [{ id: 'testKey', secret: 'testSecret' }],
    dailyLimit: null,
  };
  const stamp = 1_597_316_473_000;
  const headers = {
    accept: 'application/json',
    'content-md5': '70imXTxMYZAaVpGl55ZOYA==',
    'content-type': 'application/octet-stream',
    'x-ca-key': 'testKey',
    'x-ca-nonce': 'nonce-4',
    'x-ca-stage': 'RELEASE',
    'x-ca-timestamp': String(stamp),
    'x-ca-signature-headers': 'x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp',
    'x-ca-signature': 'Eu0XkdVnEmGPe0kmmpwgVOedHzQGneWUH2IN1Mqwt2k=',
  };
  const request = (other: Record<string, string> = {}, target = '/EAPI_1_demo?b=2&a='): AuthenticationInput =>
    input('POST', target, { ...headers, ...other });

  test('fits the test vector of contract 9.1, once', () => {
    const admit = gatekeeper(route('demo', [], { apiGateway }), SETTINGS);
    expect(admit(request(), stamp)).toBeNull();
    expect(admit(request(), stamp + 1000)?.message).toContain('Nonce Used');
  });

  test('names the text it expected, with # for line feeds', () => {
    const refusal = gatekeeper(route('demo', [], { apiGateway }), SETTINGS)(
      request({ accept: '*/*' }),
      stamp,
    );
    expect(refusal?.message).toBe(
      'Invalid Signature, Server StringToSign:POST#*/*#70imXTxMYZAaVpGl55ZOYA==#application/octet-stream##x-ca-key:testKey#x-ca-nonce:nonce-4#x-ca-stage:RELEASE#x-ca-timestamp:1597316473000#/EAPI_1_demo?a&b=2',
    );
  });

  test.each<[string, Partial<typeof headers>, number, string]>([
    ['an unknown key', { 'x-ca-key': 'other' }, 0, 'CaRequestInvalid'],
    ['an old stamp', {}, 901_000, 'CaRequestInvalid'],
    ['a stamp of the future', {}, -901_000, 'CaRequestInvalid'],
    ['another nonce', { 'x-ca-nonce': 'nonce-5' }, 0, 'CaSignatureInvalid'],
    ['a header left out of the list', { 'x-ca-signature-headers': 'x-ca-key' }, 0, 'CaSignatureInvalid'],
  ])('refuses %s', (_, other, late, expected) => {
    expect(verdict({ apiGateway }, request(other), stamp + late)).toBe(expected);
  });

  test('takes forms into the parameters, decoded and sorted', () => {
    const text = caStringToSign(
      input('POST', '/x?b=2&c=%20y', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1&z='),
      [],
    );
    expect(text).toBe('POST\n\n\napplication/x-www-form-urlencoded\n\n/x?a=1&b=2&c= y&z');
  });

  test('leaves the token valid beside it', () => {
    expect(verdict({ apiGateway }, input('POST', '/', { authorization: 'test-token' }))).toBe('in');
    expect(verdict({ apiGateway }, input('POST', '/', { authorization: 'wrong' }))).toBe('Unauthorized');
    expect(verdict({ apiGateway, tokens: [] }, input('POST', '/', {}))).toBe('Unauthorized');
  });
});

describe('AKSK', () => {
  const accessKeys = [{ id: 'AK1', secret: 'MDEyMzQ1Njc4OWFiY2RlZg==' }];
  const headers = {
    date: DATE,
    host: 'svc.example.com',
    'x-ark-content-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    authorization:
      'HMAC-SHA256 Credential=AK1&SignedHeaders=date;host;x-ark-content-sha256&Signature=J41ISQyA3QtGg9QHKBGm8cfz8yqI4WLEgBN869LNIls=',
  };

  test.each<[string, Partial<typeof headers>, string, number, string]>([
    ['the vector of contract 9.2', {}, '/flowers', 0, 'in'],
    ['another path', {}, '/flowers?x', 0, 'Unauthorized'],
    ['another host', { host: 'other' }, '/flowers', 0, 'Unauthorized'],
    ['another content hash', { 'x-ark-content-sha256': 'x' }, '/flowers', 0, 'Unauthorized'],
    ['an old date', {}, '/flowers', 901_000, 'RequestTooOld'],
    [
      'an unknown key',
      { authorization: headers.authorization.replace('AK1', 'AK2') },
      '/flowers',
      0,
      'Unauthorized',
    ],
    [
      'a date that is not signed',
      { authorization: headers.authorization.replace('date;', '') },
      '/flowers',
      0,
      'Unauthorized',
    ],
    ['no fields at all', { authorization: 'HMAC-SHA256 ' }, '/flowers', 0, 'Unauthorized'],
  ])('%s', (_, other, target, late, expected) => {
    expect(verdict({ accessKeys }, input('POST', target, { ...headers, ...other }), NOW + late)).toBe(
      expected,
    );
  });

  test('is not looked at where the service has no such keys', () => {
    expect(verdict({}, input('POST', '/flowers', headers))).toBe('Unauthorized');
  });
});

test('forgets nonces when their window is over', () => {
  const memory = new NonceMemory(1000);
  expect([memory.use('a', 0), memory.use('a', 500), memory.use('b', 900)]).toEqual([true, false, true]);
  expect(memory.use('c', 1500)).toBe(true);
  expect(memory.size).toBe(2);
  expect(memory.use('a', 1501)).toBe(true);
});
