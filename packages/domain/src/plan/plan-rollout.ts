import { reserve, type Shortage } from '../placement/reserve.js';
import { type InstanceGroups, isProven, isServing } from './instance-groups.js';
import { planPackages } from './keep-alive.js';
import { isBlocked } from './retry-block.js';
import { rolloutCounts } from './rollout-counts.js';
import { scaleInOrder } from './scale-in-order.js';
import type { DrainReason, PlanBuilder } from './service-plan.js';
import type { PlanSettings } from './settings.js';
import type { InstanceFacts, ServiceView, VersionFacts } from './view.js';

/** What the rollout could not do, for the service's state and message. */
export interface RolloutOutcome {
  readonly shortages: readonly Shortage[];
  readonly pause: RolloutPause | undefined;
  /** Instances that this plan takes away. */
  readonly drained: ReadonlySet<string>;
}

export type RolloutPause =
  | { readonly kind: 'requested' }
  | { readonly kind: 'instance'; readonly instance: InstanceFacts; readonly permanent: boolean }
  | { readonly kind: 'packages'; readonly code: string; readonly message: string };

/**
 * Moves the set of instances towards `instanceCount` of the wanted version.
 *
 *     wanted 3, surge 1:   old old old
 *                          old old old NEW(starting)      beside, never instead
 *                          old old old NEW(proven)
 *                          old old  -  NEW                one old drains for one proven new
 *                          old old NEW NEW(starting)      …
 *
 * Scaling alone is the case without old ones. Serving instances never fall below the wanted number, except
 * by `maxUnavailable` when a surge is not allowed or does not fit the machine, and for instances that the
 * user named.
 */
export function planRollout(
  view: ServiceView,
  groups: InstanceGroups,
  target: VersionFacts,
  settings: PlanSettings,
  plan: PlanBuilder,
): RolloutOutcome {
  return new Rollout(view, groups, target, settings, plan).run();
}

class Rollout {
  readonly #view: ServiceView;
  readonly #target: VersionFacts;
  readonly #settings: PlanSettings;
  readonly #plan: PlanBuilder;
  readonly #draining: boolean;
  readonly #wanted: number;
  readonly #drained = new Set<string>();
  #fresh: readonly InstanceFacts[];
  #old: readonly InstanceFacts[];

  constructor(
    view: ServiceView,
    groups: InstanceGroups,
    target: VersionFacts,
    settings: PlanSettings,
    plan: PlanBuilder,
  ) {
    this.#view = view;
    this.#target = target;
    this.#settings = settings;
    this.#plan = plan;
    this.#fresh = groups.fresh;
    this.#old = groups.old;
    this.#draining = groups.ending.length > 0;
    this.#wanted = view.service.instanceCount;
  }

  run(): RolloutOutcome {
    const updating = this.#old.length > 0;
    const pause = updating ? this.#pause() : undefined;
    if (pause?.kind === 'requested') {
      this.#hold();
      return { shortages: [], pause, drained: this.#drained };
    }
    // What a user wants replaced is not kept by a partition.
    const before = this.#old.filter((instance) => instance.wish !== 'replace').length;
    const keepOld = Math.min(this.#view.strategy.keepOld, before, this.#wanted);
    const freshWanted = this.#wanted - keepOld;

    this.#drainFirst(this.#fresh, this.#surplus(freshWanted, keepOld), 'ScaledIn');
    if (updating) this.#retireOld(freshWanted, keepOld, pause !== undefined);
    const shortages = pause === undefined ? this.#grow(freshWanted, updating) : [];
    const { packages } = this.#target;
    const unreachable =
      packages.kind === 'fetching' ? packages.failure !== undefined : packages.kind === 'failed';
    if (pause !== undefined || (updating && unreachable)) {
      this.#growBefore(this.#fresh.filter(({ failures }) => failures === 0).length);
    }
    return { shortages, pause, drained: this.#drained };
  }

  /**
   * Paused by request: nothing goes over from old to new, in either direction. How many instances there are, and
   * what becomes of a single one, stays the user's to say.
   */
  #hold(): void {
    const { service, strategy } = this.#view;
    const all = [...this.#fresh, ...this.#old];
    const exactly = this.#wanted === 0 || service.instancesToDelete.length > 0;
    // One beyond the wanted number may be a step that the pause caught half way.
    const surge = exactly ? 0 : rolloutCounts(strategy.rolling, this.#wanted).surge;
    if (all.length > this.#wanted + surge) this.#drainSpare(all, all.length - this.#wanted);

    const replaced = this.#old.filter(({ wish }) => wish === 'replace');
    const staying = [...this.#fresh, ...this.#old].filter((each) => !replaced.includes(each));
    const proven = staying.filter((each) => isProven(each, this.#settings, this.#plan.now)).length;
    const spare = proven + replaced.filter(isServing).length - this.#wanted;
    this.#drainFirst(replaced, Math.min(replaced.length, spare), 'Replaced');
    for (const instance of replaced.length > 0 ? staying : []) {
      const provenAt = instance.readyAt + this.#settings.proveMs;
      if (isServing(instance) && provenAt > this.#plan.now) this.#plan.wakeAt(provenAt);
    }
    this.#growBefore(this.#fresh.length, replaced.length);
  }

  /** Takes away up to `count`, of those that serve only as many as can be spared. */
  #drainSpare(instances: readonly InstanceFacts[], count: number): void {
    let spare = Math.max(0, instances.filter(isServing).length - this.#wanted);
    const chosen = scaleInOrder(instances, this.#view.service.instancesToDelete).slice(0, count);
    const going = chosen.filter((instance) => !isServing(instance) || spare-- > 0);
    this.#drainFirst(going, going.length, 'ScaledIn');
  }

  /**
   * Makes up for what is missing while no new ones come: with more of what serves now, if that can still be
   * started. `usable` = the new ones that count. For instances the user wants replaced, a new one is the last
   * resort: what an earlier revision was is not kept.
   */
  #growBefore(usable: number, replaced = 0): void {
    const { versions, strategy } = this.#view;
    const staying = this.#old.filter(({ wish }) => wish !== 'replace').length;
    const { surge } = rolloutCounts(strategy.rolling, this.#wanted);
    const room = this.#wanted + surge - this.#fresh.length - this.#old.length;
    const missing = Math.min(this.#wanted - usable - staying, room);
    if (missing <= 0) return;
    const startable = this.#old
      .filter(isServing)
      .map(({ version, revision }) =>
        versions.find((each) => each.version === version && each.revision === revision),
      )
      .find((each) => each !== undefined && each !== this.#target);
    const [source, count] =
      startable === undefined ? [this.#target, Math.min(missing, replaced)] : [startable, missing];
    if (count <= 0) return;
    if (source.packages.kind === 'ready') this.#create(count, source);
    else planPackages(this.#view, source.version, this.#plan);
  }

  /** New ones beyond what is wanted. For old ones that are kept they go only once those serve. */
  #surplus(freshWanted: number, keepOld: number): number {
    const surplus = this.#fresh.length - freshWanted;
    if (keepOld === 0) return surplus;
    const serving = this.#count(isServing);
    const spare = serving + this.#old.filter(isServing).length - this.#wanted;
    return Math.min(surplus, this.#fresh.length - serving + Math.max(0, spare));
  }

  #pause(): RolloutPause | undefined {
    const { strategy, service } = this.#view;
    if (strategy.paused && this.#old.some((each) => each.wish !== 'replace')) return { kind: 'requested' };
    const failing =
      this.#fresh.find((instance) => isBlocked(instance.nextStartAt, service.generation)) ??
      this.#fresh.find((instance) => instance.failures > 0);
    if (failing !== undefined) {
      const permanent = isBlocked(failing.nextStartAt, service.generation);
      return { kind: 'instance', instance: failing, permanent };
    }
    const { packages } = this.#target;
    if (packages.kind === 'failed' && packages.permanent) {
      return { kind: 'packages', code: packages.code, message: packages.message };
    }
    return undefined;
  }

  /** Old ones go for proven new ones; while paused only those that are more than wanted. */
  #retireOld(freshWanted: number, keepOld: number, paused: boolean): void {
    const proven = paused ? 0 : this.#count((each) => isProven(each, this.#settings, this.#plan.now));
    const servingOld = this.#old.filter(isServing);
    const surplus = Math.min(proven + servingOld.length - this.#wanted, this.#old.length - keepOld);
    this.#drainFirst(servingOld, surplus, this.#wanted === 0 ? 'ScaledIn' : 'Replaced');
    if (paused) return;

    const { generation } = this.#view.service;
    const idle = this.#old.filter((instance) => !isServing(instance));
    const useless =
      proven >= freshWanted ? idle : idle.filter((each) => isBlocked(each.nextStartAt, generation));
    this.#drainFirst(useless, Math.min(useless.length, this.#old.length - keepOld), 'Replaced');
    for (const instance of this.#fresh) {
      const provenAt = instance.readyAt + this.#settings.proveMs;
      if (isServing(instance) && provenAt > this.#plan.now) this.#plan.wakeAt(provenAt);
    }
  }

  #grow(freshWanted: number, updating: boolean): readonly Shortage[] {
    const { service, strategy } = this.#view;
    const missing = freshWanted - this.#fresh.length;
    if (missing <= 0) return [];
    // What failed by its own fault fails again: more of it helps nobody.
    if (this.#fresh.some((each) => isBlocked(each.nextStartAt, service.generation))) return [];
    if (this.#target.packages.kind !== 'ready') {
      planPackages(this.#view, this.#target.version, this.#plan);
      return [];
    }
    if (!updating) return this.#create(missing, this.#target).shortages;

    const { surge, unavailable } = rolloutCounts(strategy.rolling, this.#wanted);
    const room = (): number => this.#wanted + surge - this.#fresh.length - this.#old.length;
    const idle = this.#old.filter((instance) => !isServing(instance));
    this.#drainFirst(idle, Math.min(idle.length, missing - Math.max(0, room())), 'Replaced');
    const { created, shortages } = this.#create(Math.min(missing, room()), this.#target);
    if (created > 0 || this.#draining || this.#drained.size > 0) return created > 0 ? [] : shortages;
    const underWay = this.#fresh.some((each) => !isProven(each, this.#settings, this.#plan.now));
    if (underWay) return [];

    return this.#goWithout(unavailable, missing, shortages);
  }

  /** No surge possible: makes room by going without some, as far as the strategy allows and if it helps. */
  #goWithout(unavailable: number, missing: number, shortages: readonly Shortage[]): readonly Shortage[] {
    const idle = this.#old.filter((instance) => !isServing(instance));
    const active = this.#fresh.length + this.#old.length;
    const spare = idle.length > 0 ? idle.length : active - (this.#wanted - unavailable);
    const candidates = scaleInOrder(
      idle.length > 0 ? idle : this.#old,
      this.#view.service.instancesToDelete,
    ).slice(0, Math.max(0, spare));
    const { machine } = this.#view;
    const freed = {
      cpu: machine.reserved.cpu - sum(candidates, (each) => each.cpu),
      memory: machine.reserved.memory - sum(candidates, (each) => each.memory),
    };
    const reservation = reserve({ ...machine, reserved: freed }, this.#target.resources);
    if (!reservation.fits) return shortages.length > 0 ? shortages : reservation.shortages;
    // One that does not serve may still come up: of those no more than one is given up at a time.
    this.#drainFirst(candidates, idle.length > 0 ? 1 : missing, 'Replaced');
    return this.#drained.size > 0 ? [] : shortages;
  }

  /** Plans up to `count` instances, as many as the machine takes whole. */
  #create(
    count: number,
    { version, revision, resources }: VersionFacts,
  ): { created: number; shortages: readonly Shortage[] } {
    let machine = this.#view.machine;
    for (let created = 0; created < count; created++) {
      const reservation = reserve(machine, resources);
      if (!reservation.fits) return { created, shortages: reservation.shortages };
      machine = { ...machine, reserved: reservation.reserved };
      this.#plan.add({ kind: 'createInstance', version, revision });
    }
    return { created: Math.max(0, count), shortages: [] };
  }

  #drainFirst(candidates: readonly InstanceFacts[], count: number, reason: DrainReason): void {
    if (count <= 0) return;
    const chosen = scaleInOrder(candidates, this.#view.service.instancesToDelete).slice(0, count);
    for (const instance of chosen) {
      this.#drained.add(instance.id);
      this.#plan.add({ kind: 'drainInstance', instanceId: instance.id, reason });
      this.#plan.wakeAt(this.#plan.now + this.#settings.routeSettleMs);
    }
    const stays = (instance: InstanceFacts): boolean => !this.#drained.has(instance.id);
    this.#fresh = this.#fresh.filter(stays);
    this.#old = this.#old.filter(stays);
  }

  #count(test: (instance: InstanceFacts) => boolean): number {
    return this.#fresh.filter(test).length;
  }
}

function sum(instances: readonly InstanceFacts[], value: (instance: InstanceFacts) => number): number {
  return instances.reduce((total, instance) => total + value(instance), 0);
}
