import { expect, it } from 'vitest';
import { ossAuthorization } from './oss-signature.js';

const KEY = { accessKeyId: 'testAK', accessKeySecret: 'testSK' };

it('gives the signature of the contract vector', () => {
  const request = {
    method: 'PUT',
    contentType: 'application/octet-stream',
    date: 'Thu, 13 Aug 2020 11:01:13 GMT',
    resource: '/bkt/pai/a.txt',
  };
  expect(ossAuthorization(request, KEY)).toBe('OSS testAK:a1ugT18JfHpKkb1/BBeDkmukdrs=');
});

it('signs the checksum and the x-oss headers, those in any order', () => {
  const request = { method: 'PUT', contentType: '', date: 'd', resource: '/b/k' };
  const plain = ossAuthorization(request, KEY);
  const one = ossAuthorization({ ...request, ossHeaders: { 'x-oss-b': '2', 'x-oss-a': '1' } }, KEY);
  const two = ossAuthorization({ ...request, ossHeaders: { 'x-oss-a': '1', 'x-oss-b': '2' } }, KEY);
  expect(one).toBe(two);
  expect(one).not.toBe(plain);
  expect(ossAuthorization({ ...request, contentMd5: 'x' }, KEY)).not.toBe(plain);
});
