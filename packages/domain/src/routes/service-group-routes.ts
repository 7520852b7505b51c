import type { Backend, Route } from '@openeas/contracts';
import { serviceGroupSplit, type TrafficMode } from '../traffic/service-group-split.js';
import type { RoutedMember } from './blue-green-routes.js';
import { type RouteLimits, routeOf, takesRequests } from './route-of.js';
import { sharedLimits } from './shared-limits.js';

/** A service group as far as its addresses go; fields as in the store's ServiceGroupRecord. */
export interface RoutedGroup {
  readonly name: string;
  /** Opens the group's address and those of its services. */
  readonly token: string;
  readonly trafficMode: TrafficMode;
}

/** What stands in a route in place of the uid of a service. */
export function groupUid(name: string): string {
  return `group:${name}`;
}

/** The name that a service of a group is called by, beside its own (contract 2). */
export function fullName(group: string, service: string): string {
  return `${group}.${service}`;
}

/**
 * The addresses of a service group: each service's own, also as `{group}.{service}`, and the group's, whose traffic
 * goes to the services that take part. A group without services has no address.
 */
export function serviceGroupRoutes(
  members: readonly RoutedMember[],
  group: RoutedGroup,
  limits: RouteLimits,
): readonly Route[] {
  const own: { member: RoutedMember; route: Route }[] = [];
  for (const member of members) {
    const route = routeOf(member.service, member.description, member.instances, limits);
    if (route !== undefined) own.push({ member, route });
  }
  if (own.length === 0) return [];
  return [
    groupRoute(own, group, limits),
    ...own.map(({ route }) => ({
      ...route,
      aliases: [fullName(group.name, route.name)],
      // A service that is open to everyone stays so.
      tokens: route.tokens.length === 0 ? [] : [...route.tokens, group.token],
    })),
  ];
}

function groupRoute(
  own: readonly { readonly member: RoutedMember; readonly route: Route }[],
  { name, token, trafficMode }: RoutedGroup,
  { maxBodyBytes }: RouteLimits,
): Route {
  const split = serviceGroupSplit(
    own.map(({ member: { service, instances } }) => ({
      ...service,
      ready: instances.filter(takesRequests).length,
    })),
    trafficMode,
  );
  const taking = own.filter(({ route }) => split.has(route.serviceUid));
  const weightOf = ({ serviceUid }: Route): number => split.get(serviceUid) ?? 0;
  const backends = taking.flatMap(({ route }) =>
    route.backends.map((backend): Backend => ({ ...backend, weight: weightOf(route) })),
  );
  const ready = backends.some(({ weight, endpoints }) => weight > 0 && endpoints.length > 0);
  const first = taking[0]?.route;
  const notReady =
    first === undefined
      ? 'no service of the group takes part in its traffic; `eascmd release SERVICE --state grouping` lets one in'
      : `none of its services is ready; ${first.name}: ${first.notReady}`;
  return {
    name,
    serviceUid: groupUid(name),
    tokens: [token],
    backends,
    // Somebody has to be asked for the limits of an address that leads nowhere yet.
    ...sharedLimits(
      (taking.length > 0 ? taking : own).map(({ route }) => ({ route, weight: weightOf(route) })),
    ),
    maxBodyBytes,
    notReady: ready ? null : notReady,
  };
}
