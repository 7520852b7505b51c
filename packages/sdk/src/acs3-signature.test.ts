import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acs3Authorization, canonicalRequest, sha256Hex } from './acs3-signature.js';
import { actionRequest } from './action-request.js';

const KEY = { accessKeyId: 'testAK', accessKeySecret: 'testSK' };
const COMMON = {
  host: '127.0.0.1:8080',
  accept: 'application/json',
  'user-agent': 'not signed',
  'x-acs-credentials-provider': 'static_ak',
  'x-acs-date': '2024-01-02T03:04:05Z',
  'x-acs-version': '2021-07-01',
};

describe('acs3Authorization', () => {
  it('gives the signature of the vector with query and body', () => {
    const request = actionRequest('CreateService', {
      query: { Labels: { a: 'b c*~' }, WorkspaceId: '1' },
      body: '{"name":"demo"}',
    });
    const headers = {
      ...COMMON,
      'content-type': 'application/json; charset=utf-8',
      'x-acs-action': 'CreateService',
      'x-acs-content-sha256': sha256Hex(request.body),
      'x-acs-signature-nonce': 'nonce-1',
    };
    expect(canonicalRequest({ ...request, headers }).split('\n')[2]).toBe(
      'Labels=%7B%22a%22%3A%22b%20c%2A~%22%7D&WorkspaceId=1',
    );
    expect(acs3Authorization({ ...request, headers }, KEY)).toBe(
      'ACS3-HMAC-SHA256 Credential=testAK,SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;' +
        'x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,' +
        'Signature=b2db6a648118547a3f08a579cc29acb78ec137e75e7f0a2e71e090068967ed77',
    );
  });

  it('gives the signature of the vector without query and body', () => {
    const request = actionRequest('DescribeService', { path: { ClusterId: 'cn-test', ServiceName: 'demo' } });
    const headers = {
      ...COMMON,
      'x-acs-action': 'DescribeService',
      'x-acs-content-sha256': sha256Hex(''),
      'x-acs-signature-nonce': 'nonce-2',
    };
    expect(acs3Authorization({ ...request, headers }, KEY)).toContain(
      'Signature=98d20bd50db74bbea36b766c6fd49aca126f6ab0174e28f94417eea473f5f909',
    );
  });

  it('writes the path in the one form that is signed', () => {
    const canonical = canonicalRequest({
      method: 'GET',
      path: '/a*b+c%7E',
      query: [],
      headers: COMMON,
      body: '',
    });
    expect(canonical.split('\n')[1]).toBe('/a%2Ab%20c~');
  });

  it('does not depend on the order of query parameters or headers', () => {
    const pair = fc.tuple(fc.stringMatching(/^[A-Z][a-z]{0,8}$/), fc.string());
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: ([name]) => name, maxLength: 6 }), (query) => {
        const request = { method: 'GET', path: '/x', headers: COMMON, body: '' };
        const turned = Object.fromEntries(Object.entries(COMMON).reverse());
        expect(canonicalRequest({ ...request, query: [...query].reverse(), headers: turned })).toBe(
          canonicalRequest({ ...request, query }),
        );
      }),
    );
  });
});
