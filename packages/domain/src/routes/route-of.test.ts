import { parseServiceDescription } from '@openeas/contracts';
import { expect, it } from 'vitest';
import { LIMITS, routedInstance } from '../testing/routed-member.js';
import { type RoutedInstance, type RoutedService, routeOf } from './route-of.js';

const { description } = parseServiceDescription({
  name: 'demo',
  processor: 'pmml',
  model_path: 'http://m/x.pmml',
  metadata: { instance: 2, 'rpc.keepalive': 1000 },
  networking: { gateway_policy: { rate_limit: { limit: 7 } } },
});
const SERVICE: RoutedService = {
  uid: 'eas-m-1',
  name: 'demo',
  state: 'Running',
  message: '',
  desired: 'Running',
  token: 'tok',
  instanceCount: 2,
};
const instance = (id: string, changes: Partial<RoutedInstance> = {}): RoutedInstance => ({
  ...routedInstance(id),
  ...changes,
});

it('sends requests to the ready instances', () => {
  expect(routeOf(SERVICE, description, [instance('b'), instance('a', { version: 2 })], LIMITS)).toEqual({
    name: 'demo',
    serviceUid: 'eas-m-1',
    tokens: ['tok'],
    backends: [
      {
        serviceUid: 'eas-m-1',
        serviceName: 'demo',
        weight: 100,
        endpoints: [
          { instanceId: 'a', version: 2, host: '127.0.0.1', port: 40_000, gatewayKey: 'key-a' },
          { instanceId: 'b', version: 1, host: '127.0.0.1', port: 40_000, gatewayKey: 'key-b' },
        ],
      },
    ],
    timeoutMs: 1500,
    rateLimit: 7,
    concurrencyLimit: null,
    maxBodyBytes: 1000,
    notReady: null,
  });
});

it.each<[string, Partial<RoutedInstance>]>([
  ['is not ready yet', { phase: 'WarmingUp' }],
  ['is to stop', { desired: 'Stopped' }],
  ['is isolated', { isolated: true }],
  ['is detached', { detached: true }],
  ['drains', { drainingAt: 5 }],
  ['has no port', { port: 0 }],
])('sends nothing to an instance that %s', (_, changes) => {
  const route = routeOf(SERVICE, description, [instance('a', changes), instance('b')], LIMITS);
  expect(route?.backends[0]?.endpoints.map(({ instanceId }) => instanceId)).toEqual(['b']);
});

it('is open to everyone with an empty token', () => {
  expect(routeOf({ ...SERVICE, token: '' }, description, [], LIMITS)?.tokens).toEqual([]);
});

it('has no address once it is to be deleted', () => {
  expect(routeOf({ ...SERVICE, desired: 'Deleted' }, description, [instance('a')], LIMITS)).toBeUndefined();
});

it.each<[string, Partial<RoutedService>, RoutedInstance[], RegExp]>([
  [
    'stopping, though an instance is ready',
    { desired: 'Stopped', state: 'Stopping' },
    [instance('a')],
    /stopping.*eascmd start demo/,
  ],
  ['stopped', { desired: 'Stopped', state: 'Stopped' }, [], /it is stopped/],
  ['scaled to nothing', { instanceCount: 0 }, [], /scaled to 0/],
  ['isolated', {}, [instance('a', { isolated: true })], /isolated/],
  [
    'starting',
    { state: 'Creating' },
    [instance('a', { phase: 'Loading' })],
    /Creating, 0 of 2 instances ready/,
  ],
  [
    'short of resources',
    { state: 'Waiting', message: 'secret path', instanceCount: 1 },
    [],
    /Waiting, 0 of 1 instance ready/,
  ],
])('says why nothing is ready: %s', (_, changes, instances, words) => {
  const route = routeOf({ ...SERVICE, ...changes }, description, instances, LIMITS);
  expect(route?.backends[0]?.endpoints).toEqual([]);
  expect(route?.notReady).toMatch(words);
  expect(route?.notReady).not.toContain('secret path');
});
