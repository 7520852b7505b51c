import type { DesiredState, InstanceFailure, InstancePhase, ServiceState } from '@openeas/contracts';
import { type Resources, reserve } from '../placement/reserve.js';
import { isProven, isServing } from '../plan/instance-groups.js';
import { observeInstance } from '../plan/observe-instance.js';
import { planService } from '../plan/plan-service.js';
import { rolloutCounts } from '../plan/rollout-counts.js';
import type { ServiceAction } from '../plan/service-plan.js';
import type { PlanSettings } from '../plan/settings.js';
import type { InstanceFacts, PackageState, Seen, ServiceView, UpdateStrategy } from '../plan/view.js';
import { controlRollout, type RolloutState } from '../rollout/control-rollout.js';

/** How processes of a version turn out. */
export interface Character {
  readonly readyAfterMs: number;
  /** Ends like this instead of becoming ready. */
  readonly failure: InstanceFailure | undefined;
  readonly resources: Resources;
  /** Time a drain takes. */
  readonly drainMs: number;
}

interface Process {
  readonly attempt: number;
  readonly character: Character;
  readyAt: number;
  /** When it ends by itself or because it was asked to. */
  endsAt: number;
  failure: InstanceFailure | null;
  draining: boolean;
}

type Row = { -readonly [Key in keyof Omit<InstanceFacts, 'seen'>]: InstanceFacts[Key] };

/** Breaks of what must always hold, in words. */
export type Violation = string;

/**
 * A machine and a store in miniature: carries plans out, lets time pass, and checks on every step what must
 * hold whatever happens. It knows nothing of how plans are made.
 */
export class SimulatedWorld {
  now = 1_000_000;
  capacity: Resources = { cpu: 1_000, memory: 1_000_000 };
  strategy: UpdateStrategy = {
    rolling: { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } },
    graceMs: 1_000,
    paused: false,
    keepOld: 0,
  };
  state: ServiceState = 'Creating';
  reason = '';
  message = '';
  desired: DesiredState = 'Running';
  generation = 1;
  observedGeneration = 0;
  currentVersion = 1;
  instanceCount = 1;
  restartedAt = 0;
  instancesToDelete: readonly string[] = [];
  /** Rollout control; undefined = none, then `strategy` says it. */
  rollout: RolloutState | undefined;
  /** The service's row is gone. */
  removed = false;
  readonly violations: Violation[] = [];
  readonly states: ServiceState[] = [];
  /** Longest time until a plan asked to be made again; undefined = it waits for a change. */
  requeueAfterMs: number | undefined = 0;
  readonly #settings: PlanSettings;
  readonly #characters = new Map<number, Character>();
  readonly #packages = new Map<number, PackageState>();
  readonly #rows = new Map<string, Row>();
  readonly #processes = new Map<string, Process>();
  readonly #since = new Map<string, { word: string; at: number }>();
  readonly #started = new Set<string>();
  #nextId = 1;
  #rolloutWakeAt: number | undefined;

  constructor(settings: PlanSettings) {
    this.#settings = settings;
  }

  get rows(): readonly InstanceFacts[] {
    return [...this.#rows.values()].map((row) => ({ ...row, seen: this.#seen(row) }));
  }

  get living(): number {
    return this.#processes.size;
  }

  serving(version?: number): number {
    return this.rows.filter((row) => isServing(row) && (version === undefined || row.version === version))
      .length;
  }

  addVersion(version: number, character: Character): void {
    this.#characters.set(version, character);
  }

  get versions(): readonly number[] {
    return [...this.#characters.keys()];
  }

  /** A change by the user. */
  wish(change: () => void): void {
    if (this.removed || this.desired === 'Deleted') return;
    change();
    this.generation++;
  }

  /** A process dies without a word. */
  crash(index: number): void {
    const ids = [...this.#processes.keys()];
    const id = ids[index % Math.max(1, ids.length)];
    if (id !== undefined) this.#processes.delete(id);
  }

  /** Control starts anew and has not looked yet: only for the next plan. */
  blink(): void {
    this.#plan(() => ({ kind: 'unknown' }));
  }

  /** One pass: look, plan, carry out. Returns whether anything was to do. */
  step(): boolean {
    this.#pass();
    return this.#plan((row) => this.#seen(row));
  }

  /** Lets time pass, stopping at what happens on the way. */
  advance(ms: number): void {
    this.now += ms;
    this.#pass();
  }

  /** Time until something happens by itself, or undefined. */
  nextEvent(): number | undefined {
    const due = [...this.#processes.values()]
      .flatMap((process) => [process.readyAt, process.endsAt])
      .filter((time) => time > this.now && Number.isFinite(time));
    if (this.requeueAfterMs !== undefined) due.push(this.now + this.requeueAfterMs);
    return due.length === 0 ? undefined : Math.max(1, Math.min(...due) - this.now);
  }

  /** Steps and lets time pass until nothing is left to do; false when that does not come. */
  settle(maxSteps = 2_000): boolean {
    for (let count = 0; count < maxSteps; count++) {
      if (this.removed) return true;
      if (this.step()) continue;
      const wait = this.nextEvent();
      if (wait === undefined) return true;
      this.advance(wait);
    }
    return false;
  }

  #pass(): void {
    for (const [id, process] of this.#processes) if (process.endsAt <= this.now) this.#processes.delete(id);
  }

  #seen(row: Row): Seen {
    const key = `${row.id}/${row.attempt}`;
    if (!this.#started.has(key)) return { kind: 'absent' };
    const process = this.#processes.get(row.id);
    if (process === undefined || process.attempt !== row.attempt) {
      const character = this.#characters.get(row.version);
      const failure = this.#failures.has(key) ? (character?.failure ?? null) : null;
      return { kind: 'exited', failure, asAsked: false, lastLine: 'killed' };
    }
    const phase: InstancePhase = process.draining
      ? 'Draining'
      : this.now >= process.readyAt
        ? 'Ready'
        : 'Loading';
    const since = this.#sinceOf(key, phase);
    return { kind: 'running', since, phase, host: 'h', port: 1, message: phase, failure: null };
  }

  readonly #failures = new Set<string>();

  #sinceOf(key: string, word: string): number {
    const known = this.#since.get(key);
    if (known?.word === word) return known.at;
    this.#since.set(key, { word, at: this.now });
    return this.now;
  }

  #view(seen: (row: Row) => Seen): ServiceView {
    const reserved = [...this.#rows.values()].reduce(
      (sum, row) => ({ cpu: sum.cpu + row.cpu, memory: sum.memory + row.memory }),
      { cpu: 0, memory: 0 },
    );
    const instances: InstanceFacts[] = [];
    for (const row of this.#rows.values()) {
      const change = observeInstance({ ...row, seen: seen(row) }, this.#settings, this.generation, this.now);
      Object.assign(row, change?.patch);
      instances.push({ ...row, seen: seen(row) });
    }
    const facts = {
      service: {
        uid: 'u',
        state: this.state,
        reason: this.reason,
        message: this.message,
        desired: this.desired,
        generation: this.generation,
        observedGeneration: this.observedGeneration,
        currentVersion: this.currentVersion,
        instanceCount: this.instanceCount,
        restartedAt: this.restartedAt,
        instancesToDelete: this.instancesToDelete,
      },
      versions: [...this.#characters].map(([version, character]) => ({
        version,
        revision: 1,
        resources: character.resources,
        packages: this.#packages.get(version) ?? { kind: 'missing' },
      })),
      instances,
      machine: { capacity: this.capacity, reserved },
    };
    if (this.rollout === undefined) return { ...facts, strategy: this.strategy };
    const control = controlRollout(this.rollout, facts, this.#settings, this.now);
    this.rollout = { ...this.rollout, ...control.progress };
    this.#rolloutWakeAt = control.wakeAt;
    return { ...facts, strategy: { ...this.strategy, ...control.strategy } };
  }

  #plan(seen: (row: Row) => Seen): boolean {
    if (this.removed) return false;
    const view = this.#view(seen);
    const plan = planService(view, this.#settings, this.now);
    const again = planService(view, this.#settings, this.now);
    if (JSON.stringify(plan) !== JSON.stringify(again)) this.violations.push('two plans of one view differ');
    // The names go with the plan that fulfils them.
    const named = this.instancesToDelete;
    const before = { serving: this.serving(), trusted: this.#trusted() };
    const effective = plan.actions.filter((action) => !this.#asksAgain(action));
    for (const action of plan.actions) this.#carryOut(action, view);
    this.#checkServing(before, plan.actions, named);
    this.requeueAfterMs = plan.requeueAfterMs;
    if (this.rollout !== undefined && this.#rolloutWakeAt !== undefined) {
      const wait = Math.max(0, this.#rolloutWakeAt - this.now);
      this.requeueAfterMs = Math.min(wait, plan.requeueAfterMs ?? wait);
    }
    return effective.length > 0;
  }

  /** A stop that was asked for before: every plan repeats it until the instance is gone. */
  #asksAgain(action: ServiceAction): boolean {
    return action.kind === 'stopInstance' && this.#processes.get(action.instanceId)?.draining !== false;
  }

  /** Old ones that serve, and new ones that have proven themselves. */
  #trusted(): number {
    return this.rows.filter((row) =>
      row.version === this.currentVersion && row.createdAt >= this.restartedAt
        ? isProven(row, this.#settings, this.now)
        : isServing(row),
    ).length;
  }

  /** What a plan takes away must leave enough, unless users named the instances themselves. */
  #checkServing(
    before: { serving: number; trusted: number },
    actions: readonly ServiceAction[],
    named: readonly string[],
  ): void {
    const drains = actions.filter((action) => action.kind === 'drainInstance');
    if (this.desired !== 'Running' || drains.length === 0) return;
    const ordered = drains.filter(
      ({ instanceId, reason }) =>
        reason === 'DeletedByUser' ||
        reason === 'DetachedEnded' ||
        reason === 'RestartedInPlace' ||
        named.includes(instanceId),
    ).length;
    const { unavailable } = rolloutCounts(this.strategy.rolling, this.instanceCount);
    const floor = this.instanceCount - unavailable;
    const after = { serving: this.serving(), trusted: this.#trusted() };
    if (after.serving < Math.min(before.serving, floor) - ordered) {
      this.violations.push(`${after.serving} serve, ${floor} had to (${before.serving} did)`);
    }
    if (drains.some(({ reason }) => reason === 'ScaledIn')) return;
    if (after.trusted < Math.min(before.trusted, floor) - ordered) {
      this.violations.push(`${after.trusted} proven ones serve, ${floor} had to (${before.trusted} did)`);
    }
  }

  #carryOut(action: ServiceAction, view: ServiceView): void {
    switch (action.kind) {
      case 'ensurePackages':
        this.#packages.set(action.version, { kind: 'ready' });
        return;
      case 'createInstance':
        this.#create(action.version, view);
        return;
      case 'startInstance':
        this.#start(action.instanceId, action.attempt);
        return;
      case 'drainInstance': {
        const row = this.#row(action.instanceId);
        if (row.drainingAt > 0 && row.desired === 'Stopped') {
          this.violations.push(`${row.id} is drained twice`);
        }
        const inPlace = action.reason === 'RestartedInPlace';
        Object.assign(row, { drainingAt: this.now, phase: 'Draining' });
        if (!inPlace) Object.assign(row, { desired: 'Stopped' });
        return;
      }
      case 'stopInstance': {
        const row = this.#row(action.instanceId);
        if (row.drainingAt === 0) this.violations.push(`${row.id} is stopped and was not drained`);
        const process = this.#processes.get(row.id);
        if (process !== undefined && !process.draining) {
          process.draining = true;
          process.endsAt = this.now + process.character.drainMs;
        }
        return;
      }
      case 'killInstance':
        this.#processes.delete(action.instanceId);
        return;
      case 'removeInstance':
        if (this.#processes.has(action.instanceId)) {
          this.violations.push(`${action.instanceId} is removed and lives`);
        }
        this.#rows.delete(action.instanceId);
        return;
      case 'setState':
        if (action.to === this.state && action.reason === this.reason && action.message === this.message) {
          this.violations.push(`state ${action.to} is set again`);
        }
        this.state = action.to;
        this.reason = action.reason;
        this.message = action.message;
        this.states.push(action.to);
        return;
      case 'markObserved':
        this.observedGeneration = action.generation;
        this.instancesToDelete = [];
        return;
      case 'removeService':
        if (this.#rows.size > 0 || this.#processes.size > 0) {
          this.violations.push('the service is removed and instances are left');
        }
        this.removed = true;
    }
  }

  #create(version: number, view: ServiceView): void {
    const character = this.#characters.get(version);
    if (character === undefined) throw new Error(`version ${version} does not exist`);
    const reserved = [...this.#rows.values()].reduce(
      (sum, row) => ({ cpu: sum.cpu + row.cpu, memory: sum.memory + row.memory }),
      { cpu: 0, memory: 0 },
    );
    if (!reserve({ capacity: this.capacity, reserved }, character.resources).fits) {
      this.violations.push('an instance is created that does not fit');
    }
    const id = `i-${this.#nextId++}`;
    this.#rows.set(id, {
      id,
      name: id,
      version,
      revision: 1,
      attempt: 1,
      desired: 'Running',
      ...character.resources,
      phase: 'Starting',
      host: '',
      port: 0,
      restartCount: 0,
      failures: 0,
      nextStartAt: 0,
      reason: '',
      message: '',
      isolated: false,
      detached: false,
      wish: 'none',
      createdAt: Math.max(this.now, this.restartedAt),
      startedAt: this.now,
      readyAt: 0,
      drainingAt: 0,
    });
    const active = [...this.#rows.values()].filter((row) => row.desired === 'Running' && !row.detached);
    const { surge } = rolloutCounts(view.strategy.rolling, view.service.instanceCount);
    if (active.length > view.service.instanceCount + surge) {
      this.violations.push(
        `${active.length} instances are more than ${view.service.instanceCount} + ${surge}`,
      );
    }
    this.#spawn(id, 1, character);
  }

  #start(id: string, attempt: number): void {
    const row = this.#row(id);
    const character = this.#characters.get(row.version);
    if (this.#processes.has(id)) this.violations.push(`${id} is started and lives`);
    if (attempt !== row.attempt && attempt !== row.attempt + 1) {
      this.violations.push(`${id} leaps from attempt ${row.attempt} to ${attempt}`);
    }
    Object.assign(row, { attempt, phase: 'Starting', port: 0, startedAt: this.now, readyAt: 0 });
    if (row.drainingAt > 0) Object.assign(row, { drainingAt: 0, wish: 'none' });
    if (character !== undefined) this.#spawn(id, attempt, character);
  }

  #spawn(id: string, attempt: number, character: Character): void {
    const key = `${id}/${attempt}`;
    if (this.#started.has(key)) this.violations.push(`attempt ${key} is started twice`);
    this.#started.add(key);
    const readyAt = this.now + character.readyAfterMs;
    const fails = character.failure !== undefined;
    if (fails) this.#failures.add(key);
    this.#processes.set(id, {
      attempt,
      character,
      readyAt: fails ? Number.POSITIVE_INFINITY : readyAt,
      endsAt: fails ? readyAt : Number.POSITIVE_INFINITY,
      failure: null,
      draining: false,
    });
  }

  #row(id: string): Row {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`the plan names ${id}, which is not there`);
    return row;
  }

  /** The rows themselves, for changes that users make to single instances. */
  touch(index: number, change: Partial<Row>): void {
    const rows = [...this.#rows.values()].filter((row) => row.desired === 'Running');
    const row = rows[index % Math.max(1, rows.length)];
    if (row !== undefined) Object.assign(row, change);
  }
}
