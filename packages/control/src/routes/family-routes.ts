import type { Backend, Mirror, Route } from '@openeas/contracts';
import {
  backendOf,
  blueGreenRoutes,
  type RoutedMember,
  type RouteLimits,
  serviceGroupRoutes,
} from '@openeas/domain';
import type { ServiceRecord, Store } from '@openeas/store';
import { membersOf } from '../blue-green/blue-green-group.js';
import type { ServiceDescriptions } from '../services/service-descriptions.js';
import type { ServiceKeyMaker } from '../services/service-keys.js';

/** Services that share an address, and so their routes: a service group, a blue-green group, or a service alone. */
export interface Family {
  readonly kind: 'group' | 'entry';
  /** Name of the group, of the entry, or of the service. */
  readonly name: string;
}

export function familyOf({ serviceGroup, entry, name }: ServiceRecord): Family {
  if (serviceGroup !== '') return { kind: 'group', name: serviceGroup };
  return { kind: 'entry', name: entry === '' ? name : entry };
}

/** The routes of a family, and whose requests its services have copied to whom. */
export interface FamilyRoutes {
  readonly routes: readonly Route[];
  /** Uids of mirror targets, by the uid of the service whose requests are copied. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
}

export interface FamilyRouteOptions {
  readonly store: Store;
  readonly descriptions: ServiceDescriptions;
  readonly serviceKeys: ServiceKeyMaker;
  readonly limits: RouteLimits;
}

/** Reads the routes of families out of the store. */
export class FamilyRouteReader {
  readonly #options: FamilyRouteOptions;

  constructor(options: FamilyRouteOptions) {
    this.#options = options;
  }

  async read(family: Family): Promise<FamilyRoutes> {
    const { store, descriptions, serviceKeys, limits } = this.#options;
    const members: RoutedMember[] = [];
    const access = new Map<string, (name: string) => Partial<Route>>();
    const mirrors = new Map<string, Mirror>();
    const targets = new Map<string, readonly string[]>();
    for (const service of await this.#servicesOf(family)) {
      const version = await store.read.versions.get(service.uid, service.currentVersion);
      if (version === undefined) continue;
      const instances = await store.read.instances.listByService(service.uid);
      const { description } = descriptions.of(version);
      members.push({ service, description, instances });
      access.set(service.uid, (name) => serviceKeys.accessOf(service, description, name));
      const { mirror, uid } = service;
      if (mirror === null) continue;
      targets.set(uid, mirror.targets);
      mirrors.set(uid, { ratio: mirror.ratio, targets: await this.#backendsOf(mirror.targets) });
    }
    const group = family.kind === 'group' ? await store.read.serviceGroups.get(family.name) : undefined;
    const plain =
      group === undefined
        ? blueGreenRoutes(members, family.name, limits)
        : serviceGroupRoutes(members, group, limits);
    const routes = plain.map((route) => ({
      ...route,
      ...access.get(route.serviceUid)?.(route.name),
      backends: route.backends.map((backend): Backend => {
        const mirror = mirrors.get(backend.serviceUid);
        return mirror === undefined ? backend : { ...backend, mirror };
      }),
    }));
    return { routes, mirrors: targets };
  }

  async #servicesOf({ kind, name }: Family): Promise<readonly ServiceRecord[]> {
    const { services } = this.#options.store.read;
    if (kind === 'group') {
      return (await services.list({ serviceGroup: name, sort: 'CreateTime', order: 'asc' })).rows;
    }
    const group = await membersOf(name, services);
    if (group.length > 0) return group;
    const alone = await services.getByName(name);
    return alone?.entry === '' && alone.serviceGroup === '' ? [alone] : [];
  }

  async #backendsOf(uids: readonly string[]): Promise<readonly Backend[]> {
    const { services, instances } = this.#options.store.read;
    const backends: Backend[] = [];
    for (const uid of uids) {
      const target = await services.get(uid);
      if (target === undefined || target.desired === 'Deleted') continue;
      // One that cannot answer stays a target: its copies are counted as dropped.
      backends.push(backendOf(target, await instances.listByService(uid)));
    }
    return backends;
  }
}
