import { expect, it } from 'vitest';
import { randomIds } from './ids.js';

it('makes identifiers of the shapes that PAI-EAS clients know', () => {
  expect(randomIds.requestId()).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  expect(randomIds.resourceId('eas-m-')).toMatch(/^eas-m-[a-z0-9]{20}$/);
  expect(randomIds.hex(7)).toMatch(/^[0-9a-f]{7}$/);
  expect(Buffer.from(randomIds.token(), 'base64').toString()).toMatch(/^[0-9a-f]{40}$/);
});
