import { expect, it } from 'vitest';
import { LIMITS, routedMember as member } from '../testing/routed-member.js';
import { blueGreenRoutes, type RoutedMember } from './blue-green-routes.js';

const routes = (...members: RoutedMember[]) => blueGreenRoutes(members, 'demo', LIMITS);
const shares = (...members: RoutedMember[]) =>
  routes(...members).map(({ name, backends }) => [
    name,
    Object.fromEntries(
      backends.map(({ serviceName, weight, endpoints }) => [serviceName, [weight, endpoints.length]]),
    ),
  ]);

it('gives each its own address before the first release, and names the partner', () => {
  expect(shares(member('demo', { weight: 100 }), member('demo_b'))).toEqual([
    ['demo', { demo: [100, 1], demo_b: [0, 0] }],
    ['demo_b', { demo: [0, 0], demo_b: [100, 1] }],
  ]);
});

it('closes the own address of a released service and splits the entry', () => {
  const group = [
    member('demo', { weight: 80, released: true }),
    member('demo_b', { weight: 20, released: true }),
  ];
  expect(shares(...group)).toEqual([['demo', { demo: [80, 1], demo_b: [20, 1] }]]);
  expect(routes(...group)[0]).toMatchObject({
    serviceUid: 'uid-demo',
    tokens: ['token-demo', 'token-demo_b'],
    notReady: null,
  });
});

it('keeps the endpoints of a side at weight 0, for direct mode', () => {
  const group = [
    member('demo', { weight: 0, released: true }),
    member('demo_b', { weight: 100, released: true }),
  ];
  expect(shares(...group)).toEqual([['demo', { demo: [0, 1], demo_b: [100, 1] }]]);
  expect(routes(...group)[0]?.serviceUid).toBe('uid-demo');
});

it('keeps the entry, with the token of the first service, when that is deleted', () => {
  const left = member('demo_b', { weight: 100, released: true, entryToken: 'token-demo' });
  expect(routes(left)).toMatchObject([
    { name: 'demo', serviceUid: 'uid-demo_b', tokens: ['token-demo', 'token-demo_b'] },
  ]);
  const going = member('demo', { desired: 'Deleted', weight: 0, released: true });
  expect(routes(going, { ...left, service: { ...left.service, entryToken: null } })).toMatchObject([
    { name: 'demo', tokens: ['token-demo', 'token-demo_b'] },
  ]);
});

it('is open only if the first service was', () => {
  const open = member('demo_b', { weight: 50, released: true, token: '' });
  expect(routes(member('demo', { weight: 50, released: true }), open)[0]?.tokens).toEqual(['token-demo']);
  const first = member('demo', { weight: 50, released: true, token: '' });
  expect(routes(first, member('demo_b', { weight: 50, released: true }))[0]?.tokens).toEqual([]);
  expect(routes(member('demo_b', { weight: 100, released: true, entryToken: '' }))[0]?.tokens).toEqual([]);
});

it('answers by the side that is ready, and says why when none is', () => {
  const first = member('demo', { weight: 0, released: true });
  const down = member('demo_b', { weight: 100, released: true, state: 'Failed' }, { instances: [] });
  expect(shares(first, down)).toEqual([['demo', { demo: [100, 1], demo_b: [0, 0] }]]);
  const stopped = { ...first, service: { ...first.service, desired: 'Stopped' as const } };
  expect(routes(stopped, down)[0]?.notReady).toContain('Failed');
});

it('lets the entry carry what the limits of each service allow for its share', () => {
  const limited = (limit: number) => ({
    networking: { gateway_policy: { rate_limit: { limit }, concurrency_limit: { limit } } },
  });
  const [entry] = routes(
    member('demo', { weight: 80, released: true }, limited(80)),
    member('demo_b', { weight: 20, released: true }, { ...limited(10), metadata: { 'rpc.keepalive': 4000 } }),
  );
  // 10 a second for a fifth of the traffic: 50 in all; 80 for four fifths: 100.
  expect(entry).toMatchObject({ rateLimit: 50, concurrencyLimit: 50, timeoutMs: 4500 });
});

it('has no address left when everybody goes', () => {
  expect(routes(member('demo', { desired: 'Deleted' }))).toEqual([]);
  expect(routes()).toEqual([]);
});
