import type { Route, RoutingDelta, RoutingSnapshot, RoutingUpdate } from '@openeas/contracts';
import type { Clock } from '@openeas/kernel';
import type { Logger } from '@openeas/telemetry';
import { AppliedRevisions } from './applied-revisions.js';
import { type Family, type FamilyRouteOptions, FamilyRouteReader, familyOf } from './family-routes.js';

export interface RoutePublisherOptions extends FamilyRouteOptions {
  readonly log: Logger;
  readonly clock: Clock;
  /** Another one for each start of control. */
  readonly epoch: string;
}

const RETRY_MS = 5_000;

/** What one batch of commits comes to. */
interface Changes {
  readonly upsert: Route[];
  readonly remove: string[];
  /** Families whose routes have been read. */
  readonly done: Set<string>;
}

/**
 * Holds the routes of all services and tells subscribers what changes. Commits mark services; marked ones are
 * read again one batch at a time, so a burst of commits becomes one delta, and a delta that changes nothing
 * is not sent.
 */
export class RoutePublisher {
  readonly #options: RoutePublisherOptions;
  readonly #reader: FamilyRouteReader;
  readonly #routes = new Map<string, { route: Route; text: string; family: string }>();
  /** Names of the routes of each family. */
  readonly #families = new Map<string, Set<string>>();
  readonly #familyOf = new Map<string, Family>();
  /** Uids of mirror targets, by whose requests they get. */
  readonly #mirrors = new Map<string, readonly string[]>();
  readonly #marked = new Set<string>();
  readonly #subscribers = new Set<(update: RoutingUpdate) => void>();
  readonly #retries = new Map<string, () => void>();
  readonly #applied: AppliedRevisions;
  #revision = 0;
  #refreshing: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: RoutePublisherOptions) {
    this.#options = options;
    this.#reader = new FamilyRouteReader(options);
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
      const changes: Changes = { upsert: [], remove: [], done: new Set() };
      for (const uid of batch) {
        try {
          await this.#refreshAround(uid, changes);
        } catch (error) {
          // One unreadable service must not keep the routes of the others from gateways; its own stays as it was.
          this.#options.log.error({ err: error, serviceUid: uid }, 'a route could not be made');
          this.#retryLater(uid);
        }
      }
      const { upsert, remove } = changes;
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

  /** The routes of everybody whom a change of this service concerns. */
  async #refreshAround(uid: string, changes: Changes): Promise<void> {
    const { store, descriptions } = this.#options;
    const service = await store.read.services.get(uid);
    const before = this.#familyOf.get(uid);
    const families = new Map<string, Family>();
    if (before !== undefined) families.set(keyOf(before), before);
    if (service === undefined) {
      descriptions.forget(uid);
      this.#familyOf.delete(uid);
      this.#mirrors.delete(uid);
    } else {
      const family = familyOf(service);
      this.#familyOf.set(uid, family);
      families.set(keyOf(family), family);
    }
    // Whoever copies requests to this service names its instances.
    for (const [source, targets] of this.#mirrors) {
      const family = targets.includes(uid) ? this.#familyOf.get(source) : undefined;
      if (family !== undefined) families.set(keyOf(family), family);
    }
    for (const [key, family] of families)
      if (!changes.done.has(key)) await this.#refreshFamily(family, changes);
  }

  async #refreshFamily(family: Family, { upsert, remove, done }: Changes): Promise<void> {
    const key = keyOf(family);
    const { routes, mirrors } = await this.#reader.read(family);
    done.add(key);
    for (const uid of this.#mirrors.keys()) {
      const owner = this.#familyOf.get(uid);
      if (owner !== undefined && keyOf(owner) === key) this.#mirrors.delete(uid);
    }
    for (const [uid, targets] of mirrors) this.#mirrors.set(uid, targets);
    const names = new Set(routes.map(({ name }) => name));
    for (const name of this.#families.get(key) ?? []) {
      // A service that went to another group took its address along.
      if (names.has(name) || this.#routes.get(name)?.family !== key) continue;
      this.#routes.delete(name);
      remove.push(name);
    }
    if (names.size > 0) this.#families.set(key, names);
    else this.#families.delete(key);
    for (const route of routes) {
      const text = JSON.stringify(route);
      const known = this.#routes.get(route.name);
      this.#routes.set(route.name, { route, text, family: key });
      if (known?.text !== text) upsert.push(route);
    }
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

function keyOf({ kind, name }: Family): string {
  return `${kind} ${name}`;
}
