import type { Backend, Route, ServiceDescription } from '@openeas/contracts';
import { entrySplit } from '../traffic/entry-split.js';
import { type GroupMember, participants } from '../traffic/group-member.js';
import { WHOLE } from '../traffic/share-weights.js';
import {
  type RoutedInstance,
  type RoutedService,
  type RouteLimits,
  routeOf,
  takesRequests,
} from './route-of.js';
import { sharedLimits } from './shared-limits.js';

/** A service with what its part in a blue-green group is made of; fields as in the store's ServiceRecord. */
export interface RoutedMember {
  readonly service: RoutedService & {
    readonly weight: number;
    readonly released: boolean;
    readonly entryToken: string | null;
    readonly goneTokens: readonly string[];
  };
  /** Of the current version. */
  readonly description: Pick<ServiceDescription, 'rpc' | 'gatewayPolicy'>;
  readonly instances: readonly RoutedInstance[];
}

/** Has a ready instance, for plans of the group's traffic. */
export function groupMember({ service, instances }: Omit<RoutedMember, 'description'>): GroupMember {
  return { ...service, ready: service.desired === 'Running' && instances.some(takesRequests) };
}

/**
 * Every address of a blue-green group, or of a service on its own (a group of one): the entry, and for each
 * service that is not released its own. `members` in order of creation. Partners that take no part are named as
 * backends of weight 0 without endpoints, so that direct mode can list them (contract 3.6, `correlative`); it
 * takes no part in the split, so a service at weight 0 keeps its endpoints for it.
 */
export function blueGreenRoutes(
  members: readonly RoutedMember[],
  entry: string,
  limits: RouteLimits,
): readonly Route[] {
  const facts = members.map(groupMember);
  const split = entrySplit(facts, entry);
  if (split.size === 0) return [];
  const taking = new Set(participants(facts, entry).map(({ uid }) => uid));
  const own = new Map<string, Route>();
  for (const member of members) {
    const route = routeOf(member.service, member.description, member.instances, limits);
    if (route !== undefined) own.set(member.service.uid, route);
  }
  const there = members.filter(({ service }) => own.has(service.uid));
  const backendsOf = (weightOf: (uid: string) => number | undefined): Backend[] =>
    there.map(({ service: { uid, name } }) => {
      const weight = weightOf(uid);
      const endpoints = weight === undefined ? [] : (own.get(uid)?.backends[0]?.endpoints ?? []);
      return { serviceUid: uid, serviceName: name, weight: weight ?? 0, endpoints };
    });

  const routes = [
    entryRoute(
      there.filter(({ service }) => taking.has(service.uid)),
      members,
      { entry, own, split, backends: backendsOf((uid) => split.get(uid)) },
    ),
  ];
  for (const { service } of there) {
    const route = own.get(service.uid);
    if (route === undefined || service.released || taking.has(service.uid)) continue;
    routes.push({ ...route, backends: backendsOf((uid) => (uid === service.uid ? WHOLE : undefined)) });
  }
  return routes;
}

interface EntryParts {
  readonly entry: string;
  readonly own: ReadonlyMap<string, Route>;
  readonly split: ReadonlyMap<string, number>;
  readonly backends: readonly Backend[];
}

/** What the route is beside its backends comes from the leader: the first service, after it the largest share. */
function entryRoute(
  taking: readonly RoutedMember[],
  members: readonly RoutedMember[],
  { entry, own, split, backends }: EntryParts,
): Route {
  const share = ({ service }: RoutedMember): number => split.get(service.uid) ?? 0;
  const largest = taking.reduce((best, each) => (share(each) >= share(best) ? each : best));
  const leader = taking.find(({ service }) => service.name === entry) ?? largest;
  const sharers = taking.map((member) => ({
    weight: share(member),
    route: own.get(member.service.uid) as Route,
  }));
  const ready = backends.some(({ weight, endpoints }) => weight > 0 && endpoints.length > 0);
  return {
    ...(own.get(leader.service.uid) as Route),
    name: entry,
    tokens: entryTokens(members, entry),
    backends,
    ...sharedLimits(sharers),
    notReady: ready ? null : (own.get(largest.service.uid) as Route).notReady,
  };
}

/** Those of every member, and of released ones that are gone. Open is the entry only if the first one was. */
function entryTokens(members: readonly RoutedMember[], entry: string): readonly string[] {
  const first = members.find(({ service }) => service.name === entry);
  const inherited = members.find(({ service }) => service.entryToken !== null)?.service.entryToken;
  const firstToken = first?.service.token ?? inherited ?? undefined;
  if (firstToken === '') return [];
  const tokens = new Set(firstToken === undefined ? [] : [firstToken]);
  for (const { service } of members) {
    if (service.token !== '' && service.desired !== 'Deleted') tokens.add(service.token);
    for (const token of service.goneTokens) tokens.add(token);
  }
  return [...tokens];
}
