import { expect, it } from 'vitest';
import { ServiceKeyMaker } from './service-keys.js';

const policy = { rateLimit: undefined, concurrencyLimit: undefined };
const service = { uid: 'eas-m-1', accountUid: '123' };

it('makes the same keys again, and others for another service or another secret', () => {
  const keys = new ServiceKeyMaker('a').keysOf('eas-m-1');
  expect(new ServiceKeyMaker('a').keysOf('eas-m-1')).toEqual(keys);
  expect(new ServiceKeyMaker('b').keysOf('eas-m-1').app.secret).not.toBe(keys.app.secret);
  expect(new ServiceKeyMaker('a').keysOf('eas-m-2').access.secret).not.toBe(keys.access.secret);
  expect(keys.app.id).toMatch(/^\d{8,14}$/);
  expect(keys.app.secret).toMatch(/^[0-9a-f]{32}$/);
  expect(Buffer.from(keys.access.secret, 'base64')).toHaveLength(32);
});

it('gives a route only what its service enables', () => {
  const maker = new ServiceKeyMaker('a');
  const access = (more: object) =>
    maker.accessOf(service, { gatewayPolicy: { ...policy, ...more } }, 'entry');
  expect(access({})).toEqual({});
  const { app, access: pair } = maker.keysOf(service.uid);
  expect(access({ apiGateway: { dailyLimit: null } })).toEqual({
    apiGateway: { alias: 'EAPI_123_entry', keys: [app], dailyLimit: null },
  });
  expect(access({ accessKey: true })).toEqual({ accessKeys: [pair] });
});
