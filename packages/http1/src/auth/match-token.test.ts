import { describe, expect, test } from 'vitest';
import { easSignature, type SignedParts, verifyEasSignature } from './eas-signature.js';
import { matchToken } from './match-token.js';

const DATE = 'Thu, 13 Aug 2020 11:01:13 GMT';
const MD5 = 'ef48a65d3c4c61901a5691a5e7964e60';

function parts(target: string, contentType = 'application/octet-stream', contentMd5 = MD5): SignedParts {
  return { method: 'POST', contentMd5, contentType, date: DATE, target };
}

describe('EAS signature', () => {
  test.each([
    ['Ql1FzgWhjlEJNQpR6D3c/rUaA1g=', parts('/api/predict/demo')],
    ['9Q3prsB+za2IJNiRhWvuvFMmSQ8=', parts('/api/predict/demo/v1/x', 'application/json')],
    ['KI2XCRAmy1/xdx7IfmYF410xUiw=', parts('/api/predict/demo/v1?x=1')],
    [
      'NWtcM7kjxkpNIv6/sU4K3xCMW3Y=',
      parts('/api/predict/demo', 'application/octet-stream', 'ff85a33ee8c8aa4f59a843d5199909f'),
    ],
  ])('fits the test vector %s of contract 3.2', (signature, signed) => {
    expect(easSignature('test-token', signed)).toBe(signature);
    expect(verifyEasSignature(`EAS ${signature}`, 'test-token', signed)).toBe(true);
    expect(verifyEasSignature(`EAS ${signature}`, 'test-token2', signed)).toBe(false);
    expect(verifyEasSignature(`EAS ${signature}`, 'test-token', { ...signed, method: 'GET' })).toBe(false);
  });
});

describe('token match', () => {
  const signed = (): SignedParts => parts('/api/predict/demo');

  test('takes the raw token and Bearer, and nothing near them', () => {
    expect(matchToken('secret', 'secret', signed)).toBe(true);
    expect(matchToken('Bearer secret', 'secret', signed)).toBe(true);
    expect(matchToken('bearer  secret ', 'secret', signed)).toBe(true);
    for (const wrong of [
      undefined,
      '',
      'secre',
      'secret2',
      'Secret',
      'Basic secret',
      'EAS secret',
      'Bearer',
    ]) {
      expect(matchToken(wrong, 'secret', signed)).toBe(false);
    }
  });

  test('takes the signature', () => {
    expect(matchToken('EAS Ql1FzgWhjlEJNQpR6D3c/rUaA1g=', 'test-token', signed)).toBe(true);
  });

  test('is open when the token is empty', () => {
    expect(matchToken(undefined, '', signed)).toBe(true);
  });
});
