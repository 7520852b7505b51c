import { expect, it } from 'vitest';
import { LIMITS, routedInstance, routedMember } from '../testing/routed-member.js';
import type { RoutedMember } from './blue-green-routes.js';
import { type RoutedGroup, serviceGroupRoutes } from './service-group-routes.js';

const GROUP: RoutedGroup = { name: 'ranking', token: 'group-token', trafficMode: 'auto' };
const CUSTOMIZED: RoutedGroup = { ...GROUP, trafficMode: 'customized' };
const two = { instances: [routedInstance('a'), routedInstance('b')] };
const routes = (group: RoutedGroup, ...members: RoutedMember[]) => serviceGroupRoutes(members, group, LIMITS);
const shares = (group: RoutedGroup, ...members: RoutedMember[]) =>
  Object.fromEntries(
    routes(group, ...members)[0]?.backends.map(({ serviceName, weight }) => [serviceName, weight]) ?? [],
  );

it('keeps the own address of every service, also under its full name', () => {
  const all = routes(GROUP, routedMember('stable', { released: true }), routedMember('canary'));
  expect(all.map(({ name, aliases, tokens }) => [name, aliases, tokens])).toEqual([
    ['ranking', undefined, ['group-token']],
    ['stable', ['ranking.stable'], ['token-stable', 'group-token']],
    ['canary', ['ranking.canary'], ['token-canary', 'group-token']],
  ]);
  expect(all.slice(1).every(({ notReady }) => notReady === null)).toBe(true);
});

it('splits by the number of ready instances, and leaves out who takes no part', () => {
  const stable = routedMember('stable', { released: true }, two);
  const canary = routedMember('canary', { released: true });
  expect(shares(GROUP, stable, canary, routedMember('trial'))).toEqual({ stable: 2, canary: 1 });
});

it('splits by weights when told so', () => {
  const stable = routedMember('stable', { released: true, weight: 900 }, two);
  const canary = routedMember('canary', { released: true, weight: 100 });
  expect(shares(CUSTOMIZED, stable, canary)).toEqual({ stable: 900, canary: 100 });
  const down = routedMember('stable', { released: true, weight: 900 }, { instances: [] });
  expect(shares(CUSTOMIZED, down, canary)).toEqual({ stable: 0, canary: 100 });
});

it('rather answers by a service of weight 0 than not at all', () => {
  const down = routedMember('stable', { released: true, weight: 100 }, { instances: [] });
  const spare = routedMember('spare', { released: true, weight: 0 }, two);
  expect(shares(CUSTOMIZED, down, spare)).toEqual({ stable: 0, spare: 2 });
});

it('says why its address does not answer', () => {
  const [lonely] = routes(GROUP, routedMember('trial'));
  expect(lonely).toMatchObject({ backends: [], notReady: expect.stringContaining('--state grouping') });
  const [down] = routes(
    GROUP,
    routedMember('stable', { released: true, state: 'Failed' }, { instances: [] }),
  );
  expect(down?.notReady).toMatch(
    /none of its services is ready; stable: it is Failed, 0 of 1 instance ready/,
  );
});

it('leaves a service open that is open to everyone, but not the group', () => {
  const [group, open] = routes(GROUP, routedMember('free', { released: true, token: '' }));
  expect([group?.tokens, open?.tokens]).toEqual([['group-token'], []]);
});

it('carries what the limits of each service allow for its share', () => {
  const limited = { networking: { gateway_policy: { rate_limit: { limit: 10 } } } };
  const [group] = routes(
    CUSTOMIZED,
    routedMember('stable', { released: true, weight: 3 }),
    routedMember(
      'canary',
      { released: true, weight: 1 },
      { ...limited, metadata: { 'rpc.keepalive': 4000 } },
    ),
  );
  expect(group).toMatchObject({ rateLimit: 40, concurrencyLimit: null, timeoutMs: 4500 });
});

it('has no address left when everybody goes', () => {
  expect(routes(GROUP, routedMember('stable', { desired: 'Deleted', released: true }))).toEqual([]);
});
