import type { Route, RoutingDelta, RoutingSnapshot, RoutingUpdate } from '@openeas/contracts';
import { groupRoutes, type RoutedMember, type RouteLimits } from '@openeas/domain';
import type { Clock } from '@openeas/kernel';
import type { ServiceRecord, Store } from '@openeas/store';
import type { Logger } from '@openeas/telemetry';
import { membersOf } from '../blue-green/service-group.js';
import type { ServiceDescriptions } from '../services/service-descriptions.js';
import type { ServiceKeyMaker } from '../services/service-keys.js';
import { AppliedRevisions } from './applied-revisions.js';

export interface RoutePublisherOptions {
  readonly store: Store;
  readonly descriptions: ServiceDescriptions;
  readonly serviceKeys: ServiceKeyMaker;
  readonly log: Logger;
  readonly clock: Clock;
  readonly limits: RouteLimits;
  /** Another one for each start of control. */
  readonly epoch: string;
}

const RETRY_MS = 5_000;

/**
 * Holds the routes of all services and tells subscribers what changes. Commits mark services; marked ones are
 * read again one batch at a time, so a burst of commits becomes one delta, and a delta that changes nothing
 * is not sent.
 */
export class RoutePublisher {
  readonly #options: RoutePublisherOptions;
  readonly #routes = new Map<string, { route: Route; text: string }>();
  /** Names of the routes of each family: a blue-green group by its entry, or a single service. */
  readonly #families = new Map<string, Set<string>>();
  readonly #familyOf = new Map<string, string>();
  readonly #marked = new Set<string>();
  readonly #subscribers = new Set<(update: RoutingUpdate) => void>();
  readonly #retries = new Map<string, () => void>();
  readonly #applied: AppliedRevisions;
  #revision = 0;
  #refreshing: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: RoutePublisherOptions) {
    this.#options = options;
    this.#applied = new AppliedRevisions(options.clock);
  }

  /** Reads every service once; from then on the routes follow the store. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#options.store.subscribe((uids) => this.#mark(uids));
    const { rows } = await this.#options.store.read.services.list();
    this.#mark(new Set(rows.map(({ uid }) => uid)));
    await this.settled();
  }

  stop(): void {
    this.#unsubscribe?.();
    for (const cancel of this.#retries.values()) cancel();
    this.#subscribers.clear();
    this.#applied.close();
  }

  /** Resolves once everything that was committed before this call is in the routes. */
  async settled(): Promise<void> {
    while (this.#refreshing !== undefined) await this.#refreshing;
  }

  snapshot(): RoutingSnapshot {
    return {
      kind: 'full',
      revision: this.#revision,
      epoch: this.#options.epoch,
      routes: [...this.#routes.values()].map(({ route }) => route),
    };
  }

  /**
   * `onDelta` hears each delta after the snapshot that is returned with it: nothing lies in between. `gateway`
   * names the subscriber when it says what it has applied.
   */
  subscribe(
    gateway: string,
    onDelta: (update: RoutingUpdate) => void,
  ): { snapshot: RoutingSnapshot; cancel(): void } {
    this.#subscribers.add(onDelta);
    this.#applied.join(gateway);
    const cancel = (): void => {
      this.#subscribers.delete(onDelta);
      this.#applied.leave(gateway);
    };
    return { snapshot: this.snapshot(), cancel };
  }

  /** A gateway says which revision it routes by. False = it is not subscribed here. */
  noteApplied(gateway: string, revision: number): boolean {
    return this.#applied.note(gateway, revision);
  }

  /**
   * Resolves true once every connected gateway, and at least one, routes by all that was committed before this
   * call; false when that takes longer than `withinMs`.
   */
  async applied(withinMs: number): Promise<boolean> {
    await this.settled();
    return this.#applied.reached(this.#revision, withinMs);
  }

  #mark(uids: ReadonlySet<string>): void {
    for (const uid of uids) this.#marked.add(uid);
    if (this.#marked.size > 0) this.#refreshing ??= this.#refresh();
  }

  async #refresh(): Promise<void> {
    // Commits of the same turn of the event loop go into the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#marked.size > 0) {
      const batch = [...this.#marked];
      this.#marked.clear();
      const upsert: Route[] = [];
      const remove: string[] = [];
      const done = new Set<string>();
      for (const uid of batch) {
        try {
          await this.#refreshFamilyOf(uid, done, upsert, remove);
        } catch (error) {
          // One unreadable service must not keep the routes of the others from gateways; its own stays as it was.
          this.#options.log.error({ err: error, serviceUid: uid }, 'a route could not be made');
          this.#retryLater(uid);
        }
      }
      if (upsert.length > 0 || remove.length > 0) this.#publish(upsert, remove);
    }
    this.#refreshing = undefined;
  }

  /** What failed may have been the disk's moment: nothing else would mark the service again. */
  #retryLater(uid: string): void {
    if (this.#retries.has(uid)) return;
    const cancel = this.#options.clock.after(RETRY_MS, () => {
      this.#retries.delete(uid);
      this.#mark(new Set([uid]));
    });
    this.#retries.set(uid, cancel);
  }

  /** The routes of the family that the service belongs, or belonged, to. */
  async #refreshFamilyOf(uid: string, done: Set<string>, upsert: Route[], remove: string[]): Promise<void> {
    const { store, descriptions } = this.#options;
    const service = await store.read.services.get(uid);
    const family = service === undefined ? this.#familyOf.get(uid) : familyName(service);
    if (service === undefined) {
      descriptions.forget(uid);
      this.#familyOf.delete(uid);
    } else this.#familyOf.set(uid, familyName(service));
    if (family === undefined || done.has(family)) return;
    const routes = await this.#readFamily(family);
    done.add(family);
    const before = this.#families.get(family) ?? new Set();
    const names = new Set(routes.map(({ name }) => name));
    if (names.size > 0) this.#families.set(family, names);
    else this.#families.delete(family);
    for (const name of before) {
      if (names.has(name)) continue;
      this.#routes.delete(name);
      remove.push(name);
    }
    for (const route of routes) {
      const text = JSON.stringify(route);
      if (this.#routes.get(route.name)?.text === text) continue;
      this.#routes.set(route.name, { route, text });
      upsert.push(route);
    }
  }

  async #readFamily(family: string): Promise<readonly Route[]> {
    const { store, descriptions, serviceKeys, limits } = this.#options;
    const group = await membersOf(family, store.read.services);
    const alone = group.length > 0 ? undefined : await store.read.services.getByName(family);
    const members: RoutedMember[] = [];
    const access = new Map<string, (name: string) => Partial<Route>>();
    for (const service of alone?.entry === '' ? [alone] : group) {
      const version = await store.read.versions.get(service.uid, service.currentVersion);
      if (version === undefined) continue;
      const instances = await store.read.instances.listByService(service.uid);
      const { description } = descriptions.of(version);
      members.push({ service, description, instances });
      access.set(service.uid, (name) => serviceKeys.accessOf(service, description, name));
    }
    return groupRoutes(members, family, limits).map((route) => ({
      ...route,
      ...access.get(route.serviceUid)?.(route.name),
    }));
  }

  #publish(upsert: readonly Route[], remove: readonly string[]): void {
    // A name that was taken over by a new service within one batch is there, not gone.
    const there = new Set(upsert.map(({ name }) => name));
    const delta: RoutingDelta = {
      kind: 'delta',
      previous: this.#revision,
      revision: this.#revision + 1,
      epoch: this.#options.epoch,
      upsert,
      remove: remove.filter((name) => !there.has(name)),
    };
    this.#revision = delta.revision;
    for (const subscriber of [...this.#subscribers]) subscriber(delta);
  }
}

/** Services of one entry are one family; a service without a group is its own. */
function familyName({ entry, name }: Pick<ServiceRecord, 'entry' | 'name'>): string {
  return entry === '' ? name : entry;
}
